// Several views of one thing, of which one is seen.

import { fill, h } from "./dom.js";

let made = 0;

/** `views`: `[name, draw()]`; the first is seen at first, or the one that `kept` names. */
export function tabs(label, views, { kept = null, onChange = () => {} } = {}) {
  made += 1;
  const id = `tabs-${made}`;
  const panel = h("div", { id, role: "tabpanel", class: "tab-panel" });
  const buttons = views.map(([name], at) =>
    h("button", {
      type: "button",
      role: "tab",
      id: `${id}-${at}`,
      class: "tab",
      "aria-controls": id,
      text: name,
      on: { click: () => choose(at) },
    }),
  );
  const list = h(
    "div",
    {
      role: "tablist",
      class: "tabs",
      "aria-label": label,
      on: {
        keydown: (event) => {
          const at = buttons.indexOf(document.activeElement);
          const to = {
            ArrowRight: at + 1,
            ArrowLeft: at - 1 + buttons.length,
            Home: 0,
            End: buttons.length - 1,
          }[event.key];
          if (to !== undefined) {
            event.preventDefault();
            event.stopPropagation();
            choose(to % buttons.length);
            buttons[to % buttons.length].focus();
          }
        },
      },
    },
    buttons,
  );

  function choose(at) {
    buttons.forEach((button, index) => {
      button.setAttribute("aria-selected", String(index === at));
      button.tabIndex = index === at ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", buttons[at].id);
    fill(panel, views[at][1]());
    onChange(views[at][0]);
  }
  choose(
    Math.max(
      0,
      views.findIndex(([name]) => name === kept),
    ),
  );
  return h("div", { class: "tabbed" }, list, panel);
}
