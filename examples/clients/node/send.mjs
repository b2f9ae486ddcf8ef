// Price, send and follow one SMS.

import { BadReply, EpochtaError, finalStatuses, newId, NoReply } from "./epochta.mjs";
import { client, defaultText, setting } from "./settings.mjs";

/** The outcome is not what it should be. */
class Failed extends Error {}

/** Asks until the status is final, and returns the message. */
async function waitForFinal(gateway, id) {
  const deadline = Date.now() + 15_000;
  for (;;) {
    // No row: the gateway does not know the id. Status 0: not handed over yet.
    const [row] = await gateway.status([id]);
    if (row && finalStatuses.has(row.status)) return row;
    if (Date.now() > deadline) {
      throw new Failed(`no final status of ${id} within 15 s, the last one is ${row?.status ?? "unknown"}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

// Credits have up to four decimals and floats do not add up: count ten-thousandths.
function units(credits) {
  const [whole, fraction = ""] = credits.split(".");
  return Number(whole + fraction.slice(0, 4).padEnd(4, "0"));
}

async function run() {
  const gateway = client();
  console.log("credit price:", await gateway.creditPrice(), "USD");

  const before = await gateway.balance();
  console.log("balance:", before);

  // An id of our own, never used before: GETSTATUS answers by it, and an id used twice
  // gets the rows of both messages.
  const id = `node-${newId()}`;
  const message = ["Demo", defaultText, [{ number: setting("EPOCHTA_TO", "380501234567"), id }]];
  const price = await gateway.price(...message);
  console.log("price:", price, "credits");

  const { credits: charge } = await gateway.send(...message).catch((error) => {
    if (!(error instanceof NoReply || error instanceof BadReply)) throw error;
    // Never repeat SEND blindly: it may have arrived although the answer did not, and the
    // customer pays twice. Ask GETSTATUS first; no row means not sent.
    throw new Failed(`${error.message}; ask GETSTATUS for ${id} before sending again`);
  });
  console.log("sent:", id, "for", charge, "credits");

  const { status, done } = await waitForFinal(gateway, id);
  console.log("status:", status, "at", done);

  const after = await gateway.balance();
  console.log("balance:", after);

  if (status !== "DELIVERED") throw new Failed(`the message ended as ${status}`);
  const spent = units(before) - units(after);
  if (spent !== units(charge) || spent !== units(price)) {
    throw new Failed(`the sums differ: balance ${before} - ${after}, charge ${charge}, price ${price}`);
  }
}

try {
  await run();
} catch (error) {
  if (!(error instanceof EpochtaError || error instanceof Failed)) throw error;
  console.error(`send.mjs: ${error.message}`);
  process.exitCode = 1;
}
