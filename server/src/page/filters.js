// The line above a list that says what of it is shown; it is kept in the address.

import { fill, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { address, place, replace } from "./router.js";

/**
 * `view` whose address it is; `selects`: `{ name, label, options() }`; `ways`: `[value, label, icon]` of the ways
 * in which the list can be shown.
 */
export function filters(context, { view, placeholder, selects, ways = [] }) {
  let query = new URLSearchParams();
  let typing = null;

  function set(name, value) {
    const next = new URLSearchParams(query);
    if (value === "") {
      next.delete(name);
    } else {
      next.set(name, value);
    }
    // What was chosen may not be among what is shown now.
    const { parts } = place();
    replace(address(name === "by" ? parts : [view], next));
  }

  const input = h("input", {
    type: "search",
    id: "search",
    placeholder,
    "aria-label": placeholder,
    autocomplete: "off",
    spellcheck: "false",
    "aria-keyshortcuts": "/",
    on: {
      input: () => {
        clearTimeout(typing);
        typing = setTimeout(() => set("q", input.value.trim()), 180);
      },
      keydown: (event) => {
        if (event.key === "Escape") {
          event.preventDefault();
          event.stopPropagation();
          input.value = "";
          clearTimeout(typing);
          set("q", "");
          input.blur();
        } else if (event.key === "Enter" || event.key === "ArrowDown") {
          event.preventDefault();
          clearTimeout(typing);
          set("q", input.value.trim());
          input.blur();
          context.focusList();
        }
      },
    },
  });
  const made = selects.map(({ name, label, options }) => {
    const select = h("select", {
      id: `filter-${name}`,
      "aria-label": label,
      on: { change: () => set(name, select.value) },
    });
    let drawn = "";
    const draw = (value) => {
      const known = options();
      const listed = value === "" || known.some(([option]) => option === value) ? known : [...known, [value, value]];
      // A list that is drawn anew would close under the visitor's hand.
      if (JSON.stringify(listed) !== drawn) {
        drawn = JSON.stringify(listed);
        fill(
          select,
          h("option", { value: "", text: label }),
          listed.map(([option, text]) => h("option", { value: option, text })),
        );
      }
      select.value = value;
      select.classList.toggle("set", value !== "");
    };
    return { name, draw, select };
  });
  const buttons = ways.map(([value, label, sign]) => [
    value,
    h(
      "button",
      { type: "button", class: "way", title: label, "aria-label": label, on: { click: () => set("by", value) } },
      icon(sign),
    ),
  ]);

  const group =
    buttons.length === 0
      ? null
      : h(
          "div",
          { class: "ways", role: "group", "aria-label": t("ways") },
          buttons.map(([, button]) => button),
        );
  const element = h(
    "div",
    { class: "filters" },
    h("div", { class: "search" }, icon("search"), input, h("kbd", { text: "/", "aria-hidden": "true" })),
    h(
      "div",
      { class: "selects" },
      made.map(({ select }) => select),
    ),
  );

  return {
    element,
    ways: group,
    /** Where there is nothing, nothing can be left out of it. */
    hide(hidden) {
      element.hidden = hidden;
      if (group !== null) {
        group.hidden = hidden;
      }
    },
    show(shown) {
      query = shown;
      if (document.activeElement !== input) {
        input.value = query.get("q") ?? "";
      }
      for (const { name, draw } of made) {
        draw(query.get(name) ?? "");
      }
      for (const [value, button] of buttons) {
        button.setAttribute("aria-pressed", String((query.get("by") ?? "") === value));
      }
    },
    isFiltering: () => ["q", ...selects.map(({ name }) => name)].some((name) => (query.get(name) ?? "") !== ""),
    clear() {
      input.value = "";
      replace(address([view], { by: query.get("by") }));
    },
    focus() {
      input.focus();
      input.select();
    },
  };
}
