// Price, send and follow one SMS. Transport: a percent-encoded form, fetch and URLSearchParams.
// Node 18 or newer, no packages.

const env = (name, otherwise) => process.env[name] || otherwise;
const url = env("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php");
const username = env("EPOCHTA_USERNAME", "demo");
const password = env("EPOCHTA_PASSWORD", "demo");
const to = env("EPOCHTA_TO", "380501234567");
const text = "Ваш код: 4711 & спасибо <3 +1 🙂";

const errors = {
  "-1": "AUTH_FAILED",
  "-2": "XML_ERROR",
  "-3": "NOT_ENOUGH_CREDITS",
  "-4": "NO_RECIPIENTS",
  "-5": "INVALID_TEXT",
  "-7": "BAD_SENDER_NAME",
};
const finalStatuses = new Set([
  "DELIVERED",
  "NOT_DELIVERED",
  "NOT_ALLOWED",
  "INVALID_DESTINATION_ADDRESS",
  "INVALID_SOURCE_ADDRESS",
  "NOT_ENOUGH_CREDITS",
]);

/** No usable reply: nobody knows what the gateway did with the request. */
class NoAnswer extends Error {}

// Node has no XML parser. Replies of this gateway are so plain (one element a line, no
// nesting, double quotes) that two regular expressions read them. They are not a parser:
// for anything else take a package.
const entities = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const unescape = (value) => value.replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => entities[name]);

function element(reply, name) {
  const match = reply.match(new RegExp(`<${name}>([^<]*)</${name}>`));
  return match && unescape(match[1]);
}

/** The rows of a delivery report, as objects of attributes. */
function rows(reply) {
  return [...reply.matchAll(/<message\s([^<>]*?)\/?>/g)].map(([, attributes]) =>
    Object.fromEntries([...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, unescape(value)])),
  );
}

// Text and password must be escaped, or the first & in them makes the document malformed.
function escape(value) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
  return value.replace(/[&<>"']/g, (character) => names[character]);
}

// The vendor's document says "authentication"; every client in use says "authentification".
const document = (operation, more = "") =>
  `<?xml version="1.0" encoding="UTF-8"?>
<SMS>
<operations><operation>${operation}</operation></operations>
<authentification><username>${escape(username)}</username><password>${escape(password)}</password></authentification>
${more}</SMS>`;

async function call(xml) {
  let reply;
  try {
    const response = await fetch(url, {
      method: "POST",
      // Percent-encodes. In a form a bare + would arrive as a blank, a bare & would end the field.
      body: new URLSearchParams({ XML: xml }),
      // Covers the body too. Without it fetch waits for minutes.
      signal: AbortSignal.timeout(10_000),
    });
    reply = await response.text();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
  } catch (error) {
    throw new NoAnswer(`no usable reply: ${error.cause?.message || error.message}`);
  }
  if (!/<(RESPONSE|deliveryreport)>/.test(reply)) {
    throw new NoAnswer(`the reply is not one of the gateway's: ${reply.slice(0, 80)}`);
  }
  // Errors arrive in HTTP 200, as a negative status. A delivery report has no status.
  const status = element(reply, "status");
  if (Number(status) < 0) {
    throw new Error(`the gateway answered ${errors[status] ?? "an unknown error"} (${status})`);
  }
  return reply;
}

/** Polls GETSTATUS and returns the final row of the report. */
async function waitForFinal(id) {
  const query = document("GETSTATUS", `<statistics><messageid>${id}</messageid></statistics>\n`);
  const deadline = Date.now() + 15_000;
  for (;;) {
    // No row: the gateway does not know the id. Status 0: not handed over yet.
    const [row] = rows(await call(query));
    if (row && finalStatuses.has(row.status)) return row;
    if (Date.now() > deadline) {
      throw new Error(`no final status of ${id} within 15 s, the last one is ${row?.status ?? "unknown"}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

// Credits have up to four decimals and floats do not add up: count ten-thousandths.
const units = (credits) => Math.round(Number(credits) * 10_000);

async function run() {
  console.log("credit price:", element(await call(document("CREDITPRICE")), "price"), "USD");

  const before = element(await call(document("BALANCE")), "credits");
  console.log("balance:", before);

  // An id of our own, never used before: GETSTATUS answers by it, and an id used twice
  // gets the rows of both messages.
  const id = `node-${crypto.randomUUID()}`;
  const message = `<message><sender>Demo</sender><text>${escape(text)}</text></message>
<numbers><number messageID="${id}">${escape(to)}</number></numbers>
`;
  const price = element(await call(document("GETPRICE", message)), "credits");
  console.log("price:", price, "credits");

  const reply = await call(document("SEND", message)).catch((error) => {
    if (!(error instanceof NoAnswer)) throw error;
    // Never repeat SEND blindly: it may have arrived although the answer did not, and the
    // customer pays twice. Ask GETSTATUS first; no row means not sent.
    throw new Error(`${error.message}; ask GETSTATUS for ${id} before sending again`);
  });
  const charge = element(reply, "credits");
  console.log("sent:", id, "for", charge, "credits");

  const { status, donedate } = await waitForFinal(id);
  console.log("status:", status, "at", donedate);

  const after = element(await call(document("BALANCE")), "credits");
  console.log("balance:", after);

  if (status !== "DELIVERED") throw new Error(`the message ended as ${status}`);
  const spent = units(before) - units(after);
  if (spent !== units(charge) || spent !== units(price)) {
    throw new Error(`the sums differ: balance ${before} - ${after}, charge ${charge}, price ${price}`);
  }
}

try {
  await run();
} catch (error) {
  console.error(`send.mjs: ${error.message}`);
  process.exitCode = 1;
}
