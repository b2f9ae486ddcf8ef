// A button that opens a menu.

import { fill, h, icon } from "./dom.js";

/** `items()` are asked for where it opens: `{ label, hint, act }`. */
export function menuButton(label, items, { disabled = false } = {}) {
  const list = h("div", { class: "menu", role: "menu", "aria-label": label, hidden: true });
  const button = h(
    "button",
    {
      type: "button",
      class: "button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-key": "menu",
      disabled,
    },
    h("span", { text: label }),
    icon("down"),
  );
  const wrapper = h("div", { class: "menu-holder" }, button, list);
  let entries = [];

  function outside(event) {
    if (!wrapper.contains(event.target)) {
      close(false);
    }
  }
  function entry(item) {
    const click = () => {
      close(true);
      item.act();
    };
    const parts = [h("span", { text: item.label }), h("code", { text: item.hint })];
    return h("button", { type: "button", class: "menu-item", role: "menuitem", tabindex: "-1", on: { click } }, parts);
  }
  function open() {
    entries = items().map(entry);
    fill(list, entries);
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside);
    entries[0]?.focus();
  }
  function close(focus) {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    if (focus) {
      button.focus();
    }
  }
  button.addEventListener("click", () => (list.hidden ? open() : close(false)));
  wrapper.addEventListener("focusout", (event) => {
    if (!list.hidden && event.relatedTarget !== null && !wrapper.contains(event.relatedTarget)) {
      close(false);
    }
  });
  wrapper.addEventListener("keydown", (event) => {
    if (list.hidden) {
      return;
    }
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 }[event.key];
    if (to !== undefined) {
      entries[to % entries.length].focus();
    } else if (event.key === "Escape") {
      close(true);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  return wrapper;
}
