// The events of this space in every tab that shows it. A browser has six connections to a host for all its tabs, so one
// tab leads: it reads the stream, and tells the others. The rest stand in line for when it goes. Knows no event but
// `open` and `gap`, which it tells where the server would.

import { BASE, read } from "./api.js";
import { listen } from "./events.js";

const PAUSES = [500, 1000, 2000, 4000, 8000];
/** A tab that nobody sees for so long leaves the line, and its connection to others. It goes on hearing the leader. */
const UNSEEN = 60_000;
/** After this much time, what is heard first is no longer all that happened since the page was loaded. */
const LATE = 2000;
/** An id of no life of any space: what happened after it nobody knows. */
const UNKNOWN = "0-0";
/** Held by the leader; and what it tells the others on. Tabs of other spaces have another. */
const SHARED = `epochta-mock events ${BASE.pathname}`;
/** So many streams at most in one browser, of all spaces together: what pages ask for needs connections, too. */
const STREAMS = 3;
/** How often a page looks that has no stream. */
const LOOK = 3000;
/** Browsers let tabs agree on a leader only where the address is this machine's, or https. Elsewhere each leads itself. */
const canShare = navigator.locks !== undefined;

/**
 * Follows what happens for as long as the page is there. `onEvent(name, data)` hears every event: `open` at the
 * beginning, `gap` where some were missed; `onState("live" | "away")` whether they arrive.
 */
export function follow(onEvent, onState) {
  /** The id of the last event that was heard, from the server or from the leader. */
  let cursor = null;
  let state = "away";
  let isLeader = false;
  let channel = null;
  /** Ends this tab's place in the line; `null` where it has none. */
  let line = null;
  /** Ends the pause before the next attempt. */
  let wake = () => {};
  let unseen = null;

  function become(now) {
    if (now !== state) {
      state = now;
      onState(state);
    }
  }

  function hear(name, data, id) {
    cursor = id;
    onEvent(name, data);
  }

  /** Tells the others how it stands with their leader. */
  function report() {
    channel?.postMessage({ kind: "state", state, cursor });
  }

  function onMessage({ data: told }) {
    if (told.kind === "hello") {
      if (isLeader) {
        report();
      }
      return;
    }
    if (isLeader) {
      // The last words of the one that led before.
      return;
    }
    if (told.kind === "state") {
      become(told.state);
      if (state === "live" && cursor !== told.cursor) {
        hear(cursor === null ? "open" : "gap", {}, told.cursor);
      }
    } else if (state === "live") {
      hear(told.name, told.data, told.id);
    }
  }

  /** Reads the stream for all tabs until it ends. Answers whether it stood. */
  async function lead(signal) {
    isLeader = true;
    become("away");
    report();
    let stood = false;
    const onOpen = () => {
      stood = true;
      become("live");
      report();
    };
    const onEvent = (name, data, id) => {
      channel?.postMessage({ kind: "event", name, data, id });
      hear(name, data, id);
    };
    try {
      while (!(await withStream(() => listen(cursor, { signal, onOpen, onEvent })))) {
        // Other spaces have all streams. Whatever happened since, it is asked for.
        await read("live", {}, signal);
        onOpen();
        onEvent("open", {}, cursor ?? UNKNOWN);
        await new Promise((go) => setTimeout(go, LOOK));
        signal.throwIfAborted();
      }
    } catch {
      // Whatever it was, it is tried again, by this tab or by another.
    }
    if (!signal.aborted) {
      resign();
    }
    return stood;
  }

  function resign() {
    isLeader = false;
    become("away");
    report();
  }

  /** Leads whenever it is this tab's turn. Whoever fails goes to the end of the line: another may have the right token. */
  async function standInLine() {
    leaveLine();
    line = new AbortController();
    const { signal } = line;
    let failures = 0;
    while (!signal.aborted) {
      const stood = await inTurn(signal, () => lead(signal));
      failures = stood ? 1 : failures + 1;
      const pause = PAUSES[Math.min(failures, PAUSES.length) - 1];
      await new Promise((go) => {
        wake = go;
        setTimeout(go, pause);
      });
    }
  }

  function leaveLine() {
    line?.abort();
    line = null;
    if (isLeader) {
      resign();
    }
  }

  function begin() {
    if (canShare) {
      channel = new BroadcastChannel(SHARED);
      channel.addEventListener("message", onMessage);
      channel.postMessage({ kind: "hello" });
    }
    setTimeout(() => (cursor ??= UNKNOWN), LATE);
    standInLine();
    if (document.hidden) {
      onVisibility();
    }
  }

  function end() {
    clearTimeout(unseen);
    leaveLine();
    channel?.close();
    channel = null;
    become("away");
  }

  function onVisibility() {
    clearTimeout(unseen);
    if (document.hidden) {
      unseen = setTimeout(leaveLine, UNSEEN);
    } else if (line === null) {
      standInLine();
    } else {
      // Whoever comes to look need not wait for the next attempt.
      wake();
    }
  }

  document.addEventListener("visibilitychange", onVisibility);
  // A page that was left is kept for the way back, and would keep its connection with it.
  addEventListener("pagehide", end);
  addEventListener("pageshow", (event) => event.persisted && begin());
  begin();
}

/** Does something when no other tab does it. Answers what came of it, or nothing where the signal came first. */
async function inTurn(signal, work) {
  // Browsers may lose a signal that comes just after the request.
  const wanted = () => (signal.aborted ? undefined : work());
  try {
    return canShare ? await navigator.locks.request(SHARED, { signal }, wanted) : await wanted();
  } catch {
    return undefined;
  }
}

/** Does something while this browser has less than so many streams. Answers whether it was done. */
async function withStream(work) {
  if (!canShare) {
    await work();
    return true;
  }
  for (let number = 1; number <= STREAMS; number += 1) {
    const name = `epochta-mock stream ${number}`;
    const done = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock === null) {
        return false;
      }
      await work();
      return true;
    });
    if (done) {
      return true;
    }
  }
  return false;
}
