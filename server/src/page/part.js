// Pieces of the page that are drawn anew only where what they show has changed: who stands in them with the keyboard, or
// has a menu open, stays there.

import { fill } from "./dom.js";

/** `draw(data)` answers what an element is to hold. */
export class Part {
  constructor(element, draw) {
    this.element = element;
    this.draw = draw;
    this.shown = undefined;
  }

  /** Shows these data. */
  show(data) {
    const text = JSON.stringify(data) ?? "";
    if (text === this.shown) {
      return;
    }
    this.shown = text;
    const key = this.element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    fill(this.element, this.draw(data));
    if (key !== undefined) {
      this.element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
    }
  }
}

/**
 * Calls a function never twice at a time, and at most once in so many milliseconds; more seldom if it takes long, so
 * that the server has other things to do.
 */
export function calmly(work, pause) {
  let waiting = false;
  let running = false;
  return async function ask() {
    if (running) {
      waiting = true;
      return;
    }
    running = true;
    const begun = performance.now();
    await work();
    const rest = Math.max(pause, 4 * (performance.now() - begun));
    setTimeout(() => {
      running = false;
      if (waiting) {
        waiting = false;
        ask();
      }
    }, rest);
  };
}
