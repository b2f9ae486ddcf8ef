// One operation, as the environment says: EPOCHTA_OPERATION, EPOCHTA_TO, …

import { BadReply, EpochtaError, InvalidInput, newId, NoReply } from "./epochta.mjs";
import { client, defaultText, setting } from "./settings.mjs";

function mailing(ids) {
  const numbers = setting("EPOCHTA_TO", "380501234567").split(",");
  if (ids.length !== 0 && ids.length !== numbers.length) {
    throw new InvalidInput("EPOCHTA_ID and EPOCHTA_TO are not equally many");
  }
  const recipients = numbers.map((number, index) => ({ number, id: ids[index] ?? newId() }));
  return [setting("EPOCHTA_SENDER", "Demo"), setting("EPOCHTA_TEXT", defaultText), recipients];
}

const operations = new Map([
  [
    "send",
    async (given) => {
      const message = mailing(given);
      const ids = message[2].map(({ id }) => id).join(",");
      try {
        const { accepted, credits } = await client().send(...message);
        console.log(`accepted ${accepted}, credits ${credits}, id ${ids}`);
      } catch (error) {
        if (error instanceof NoReply || error instanceof BadReply) {
          console.error(`call.mjs: ask for the status of ${ids} before you send again`);
        }
        throw error;
      }
    },
  ],
  ["price", async (ids) => console.log("credits", await client().price(...mailing(ids)))],
  [
    "status",
    async (ids) => {
      for (const { id, status, sent, done } of await client().status(ids)) {
        console.log(id, status === "0" ? "waiting" : `${status} ${sent ?? "-"} ${done ?? "-"}`);
      }
    },
  ],
  ["balance", async () => console.log("credits", await client().balance())],
  ["credit-price", async () => console.log("price", await client().creditPrice())],
]);

try {
  const name = setting("EPOCHTA_OPERATION", "send");
  const operation = operations.get(name);
  if (!operation) throw new InvalidInput(`${name} is no operation`);
  await operation(setting("EPOCHTA_ID") ? setting("EPOCHTA_ID").split(",") : []);
} catch (error) {
  if (!(error instanceof EpochtaError)) throw error;
  console.error(`call.mjs: ${error.word}: ${error.message}`);
  process.exitCode = 1;
}
