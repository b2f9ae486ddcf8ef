// A long list on the screen: only the rows that can be seen, and a few around them, are in the document.

import { fill, h } from "./dom.js";

const SPARE = 8;

/**
 * `height` of a row in rem; `make()` a row's content as `{ element, fill(item) }`; `key(item)`; `href(item)`;
 * `onNear()` is called where the end comes into sight.
 */
export class Rows {
  constructor({ height, label, make, key, href, onNear }) {
    Object.assign(this, { height, make, key, href, onNear });
    this.items = [];
    this.total = null;
    this.selected = null;
    this.shown = new Map();
    this.inner = h("ul", { class: "rows-inner", role: "list", "aria-label": label });
    this.foot = h("div", { class: "rows-foot" });
    this.element = h("div", { class: "rows", on: { scroll: () => this.draw() } }, this.inner, this.foot);
    this.size = new ResizeObserver(() => this.draw());
    this.size.observe(this.element);
  }

  /** The items to show. Whoever is not at the top keeps what is before the eyes. */
  set(items, total) {
    const scroller = this.element;
    const at = Math.floor(scroller.scrollTop / this.pixels());
    const anchor = scroller.scrollTop > 4 && this.items[at] !== undefined ? this.key(this.items[at]) : null;
    this.items = items;
    this.total = total;
    this.inner.style.height = `${items.length * this.pixels()}px`;
    if (anchor !== null && (items[at] === undefined || this.key(items[at]) !== anchor)) {
      const now = items.findIndex((item) => this.key(item) === anchor);
      if (now >= 0) {
        scroller.scrollTop += (now - at) * this.pixels();
      }
    }
    this.draw();
  }

  /** What stands behind the last row. */
  setFoot(...children) {
    fill(this.foot, ...children);
  }

  /** Which item is selected, by its key. */
  select(key) {
    if (this.selected !== key) {
      this.selected = key;
      this.draw();
    }
  }

  /** Whether the first row can be seen. */
  atTop() {
    return this.element.scrollTop <= 4;
  }

  /** Goes to the first row. */
  toTop() {
    this.element.scrollTop = 0;
  }

  /** The places of the first and the last row that can be seen. */
  visible() {
    const pixels = this.pixels();
    const first = Math.floor(this.element.scrollTop / pixels);
    return [first, Math.min(this.items.length - 1, first + Math.ceil(this.element.clientHeight / pixels))];
  }

  /** Brings an item before the eyes, and the keyboard to it. Answers whether it is known. */
  reveal(key, { focus }) {
    const at = this.items.findIndex((item) => this.key(item) === key);
    if (at < 0) {
      return false;
    }
    const top = at * this.pixels();
    const scroller = this.element;
    if (top < scroller.scrollTop) {
      scroller.scrollTop = top;
    } else if (top + this.pixels() > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top + this.pixels() - scroller.clientHeight;
    }
    this.draw();
    if (focus) {
      this.shown.get(key)?.link.focus({ preventScroll: true });
    }
    return true;
  }

  /** Nothing is watched any more. */
  leave() {
    this.size.disconnect();
  }

  pixels() {
    this.rem ??= parseFloat(getComputedStyle(document.documentElement).fontSize);
    return this.height * this.rem;
  }

  draw() {
    const [first, last] = this.visible();
    const from = Math.max(0, first - SPARE);
    const to = Math.min(this.items.length, last + 1 + SPARE);
    const kept = new Map();
    for (let at = from; at < to; at += 1) {
      const item = this.items[at];
      const key = this.key(item);
      const row = this.shown.get(key) ?? this.row();
      this.shown.delete(key);
      kept.set(key, row);
      this.dress(row, item, at, key);
    }
    for (const row of this.shown.values()) {
      row.element.remove();
    }
    this.shown = kept;
    // In the document they stand in the order in which they are seen, for the keyboard and for who is read to.
    let before = null;
    for (const row of kept.values()) {
      const place = before === null ? this.inner.firstChild : before.nextSibling;
      if (place !== row.element) {
        this.inner.insertBefore(row.element, place);
      }
      before = row.element;
    }
    if (to >= this.items.length - SPARE && this.element.clientHeight > 0) {
      this.onNear();
    }
  }

  row() {
    const content = this.make();
    const link = h("a", { class: "row-link" }, content.element);
    return { element: h("li", { class: "row" }, link), link, content, item: null, at: -1 };
  }

  dress(row, item, at, key) {
    if (row.item !== item) {
      row.item = item;
      row.content.fill(item);
    }
    const href = this.href(item);
    if (row.link.getAttribute("href") !== href) {
      row.link.setAttribute("href", href);
    }
    if (row.at !== at) {
      row.at = at;
      row.element.style.transform = `translateY(${at * this.pixels()}px)`;
      row.element.setAttribute("aria-posinset", at + 1);
    }
    row.element.setAttribute("aria-setsize", this.total ?? -1);
    if (key === this.selected) {
      row.link.setAttribute("aria-current", "true");
    } else {
      row.link.removeAttribute("aria-current");
    }
  }
}
