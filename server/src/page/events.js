// The event stream: fetched, since EventSource cannot show a token; taken up again where it broke off.

import { authorization, url } from "./api.js";

/** The server says something every 15 seconds; after this much silence the stream is taken for dead. */
const SILENCE = 40_000;
const PAUSES = [500, 1000, 2000, 4000, 8000];
/** A browser has six connections to a host for all its tabs: one that nobody sees gives its own back. */
const UNSEEN = 60_000;

/**
 * Follows the stream for as long as the page is there. `onEvent(name, data)` hears every event: `open` at the
 * beginning, `gap` where some were missed; `onState("live" | "away")` whether the stream stands.
 */
export function follow(onEvent, onState) {
  let cursor = null;
  let failures = 0;
  let current = null;
  let timer = null;
  let unseen = null;

  async function run() {
    timer = null;
    const control = new AbortController();
    current = control;
    let watch = null;
    const heard = () => {
      clearTimeout(watch);
      watch = setTimeout(() => control.abort(), SILENCE);
    };
    try {
      heard();
      const options = { headers: { ...authorization(), Accept: "text/event-stream" }, signal: control.signal };
      const reply = await fetch(url("events", { after: cursor }), {
        ...options,
        cache: "no-store",
        credentials: "omit",
      });
      if (!reply.ok) {
        throw new Error(`HTTP ${reply.status}`);
      }
      onState("live");
      failures = 0;
      const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
      const take = lines((name, data, id) => {
        cursor = id ?? cursor;
        onEvent(name, data);
      });
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          break;
        }
        heard();
        take(value);
      }
    } catch {
      // Whatever it was, it is tried again.
    }
    clearTimeout(watch);
    if (current !== control) {
      return;
    }
    current = null;
    onState("away");
    again();
  }

  function again() {
    const pause = PAUSES[Math.min(failures, PAUSES.length - 1)];
    failures += 1;
    timer = setTimeout(run, document.hidden ? UNSEEN : pause);
  }

  function close() {
    const control = current;
    current = null;
    clearTimeout(timer);
    control?.abort();
    onState("away");
  }

  // A page that was left is kept for the way back, and would keep its connection with it.
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && run());
  document.addEventListener("visibilitychange", () => {
    clearTimeout(unseen);
    if (document.hidden) {
      unseen = setTimeout(close, UNSEEN);
    } else if (current === null) {
      clearTimeout(timer);
      run();
    }
  });
  run();
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
