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
