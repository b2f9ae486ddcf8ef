// One SEND with Node's fetch; one line of what came of it. Node has no XML reader of its own: a regular expression
// stands for one, as in many programs. node client.mjs URL DOCUMENT

const [url, document] = process.argv.slice(2);
try {
  const reply = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ XML: document }),
    signal: AbortSignal.timeout(2000),
  });
  const status = /<status>(-?\d+)<\/status>/.exec(await reply.text());
  console.log(`${reply.status}, ${status ? `status ${status[1]}` : 'no status'}`);
} catch (error) {
  const cause = error.cause ? ` (${error.cause.code ?? error.cause.name}: ${error.cause.message})` : '';
  console.log(`${error.name}: ${error.message}${cause}`);
}
process.exit();
