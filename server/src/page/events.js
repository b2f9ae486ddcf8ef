// The event stream: fetched, since EventSource cannot show a token. One connection; who holds it is in follow.js.

import { authorization, denied, url } from "./api.js";

/** The server says something every 15 seconds; after this much silence the stream is taken for dead. */
const SILENCE = 40_000;

/**
 * Reads the stream, from behind the event with the id `after` on: until it ends, `signal` ends it, or it breaks off,
 * which is thrown. `onOpen()` is called where it stands, `onEvent(name, data, id)` for every event.
 */
export async function listen(after, { signal, onOpen, onEvent }) {
  const dead = new AbortController();
  let watch = null;
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(() => dead.abort(), SILENCE);
  };
  try {
    heard();
    const reply = await fetch(url("events", { after }), {
      headers: { ...authorization(), Accept: "text/event-stream" },
      signal: AbortSignal.any([signal, dead.signal]),
      cache: "no-store",
      credentials: "omit",
    });
    if (reply.status === 401) {
      denied();
    }
    if (!reply.ok) {
      throw new Error(`HTTP ${reply.status}`);
    }
    onOpen();
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    const take = lines(onEvent);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      heard();
      take(value);
    }
  } finally {
    clearTimeout(watch);
  }
}

/** A reader of pieces of a stream, which tells whole events. */
export function lines(tell) {
  let rest = "";
  let name = "message";
  let data = [];
  let id = null;
  return (piece) => {
    rest += piece;
    const whole = rest.split(/\r\n|\n|\r(?!$)/);
    rest = whole.pop();
    for (const line of whole) {
      if (line === "") {
        if (data.length > 0) {
          tell(name, parsed(data.join("\n")), id);
        }
        name = "message";
        data = [];
        continue;
      }
      const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line);
      if (field === "event") {
        name = value ?? "";
      } else if (field === "data") {
        data.push(value ?? "");
      } else if (field === "id") {
        id = value ?? "";
      }
    }
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
