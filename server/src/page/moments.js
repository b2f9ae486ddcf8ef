// The present of the space, which may stand still or run ahead of the visitor's clock.

import { read } from "./api.js";
import { exact, time, timeOrDay } from "./i18n.js";
import { h } from "./dom.js";

let standing = null;
let ahead = 0;

/** Asks the server what time it is there. */
export async function askTime() {
  const asked = Date.now();
  take(await read("clock"), (asked + Date.now()) / 2);
}

/** Takes an answer of the server's for the time. */
export function take(clock, heard = Date.now()) {
  const now = Date.parse(clock.now);
  standing = clock.mode === "frozen" ? now : null;
  ahead = now - heard;
}

/** The present, in milliseconds. */
export function now() {
  return standing ?? Date.now() + ahead;
}

/** Whether the clock stands. */
export function stands() {
  return standing !== null;
}

/** By how much a clock that goes is ahead of the visitor's, as the API writes lengths of time; `null` if it is not. */
export function aheadBy() {
  const seconds = stands() ? 0 : Math.round(ahead / 1000);
  if (seconds < 2) {
    return null;
  }
  // The two largest units say enough.
  const units = Object.entries({ d: 86400, h: 3600, m: 60, s: 1 });
  const first = units.findIndex(([, size]) => seconds >= size);
  const [[large, more], [small, size] = ["", 1]] = units.slice(first);
  const rounded = Math.round(seconds / size) * size;
  const rest = (rounded % more) / size;
  return `${Math.floor(rounded / more)}${large}${small === "" || rest === 0 ? "" : `${rest}${small}`}`;
}

/** A moment: the time today, the day before. */
export function shortTime(at) {
  const date = new Date(at);
  return h("time", { datetime: at, title: exact(date), text: timeOrDay(date, new Date(now())) });
}

/** The time of day of a moment. */
export function clockTime(at) {
  const date = new Date(at);
  return h("time", { datetime: at, title: exact(date), text: time(date) });
}
