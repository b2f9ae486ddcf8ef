// Does what JSON lines on stdin say and answers on stdout: what `epochta-conformance client --adapter` talks to.

import { Client, EpochtaError } from "./epochta.mjs";

const operations = new Map([
  ["send", (client, job) => client.send(job.sender, job.text, job.to)],
  ["price", async (client, job) => ({ credits: await client.price(job.sender, job.text, job.to) })],
  ["status", async (client, job) => ({ messages: await client.status(job.ids) })],
  ["balance", async (client) => ({ credits: await client.balance() })],
  ["credit_price", async (client) => ({ price: await client.creditPrice() })],
]);

async function answer(line) {
  try {
    const job = JSON.parse(line);
    const client = new Client(job.url, job.username, job.password, job.timeout);
    return { ok: true, ...(await operations.get(job.op)(client, job)) };
  } catch (error) {
    if (error instanceof EpochtaError) return { ok: false, error: error.word };
    // No JSON, no such operation, or not what it should hold.
    if (error instanceof SyntaxError || error instanceof TypeError) return { ok: false, error: "INVALID_INPUT" };
    throw error;
  }
}

// Not readline: it would also break a line at U+2028, which may stand in JSON.
let rest = "";
for await (const chunk of process.stdin.setEncoding("utf8")) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
