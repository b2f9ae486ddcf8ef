// What the browser keeps for the page, if it is let: else it is forgotten with the page, and nothing breaks.

/** What was kept; `null` if nothing was. */
export function kept(storage, key) {
  try {
    return window[storage].getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a value in `localStorage` or, as long as the tab, in `sessionStorage`; `null` forgets it. */
export function keep(storage, key, value) {
  try {
    if (value === null) {
      window[storage].removeItem(key);
    } else {
      window[storage].setItem(key, value);
    }
  } catch {
    // A browser that keeps nothing for pages.
  }
}
