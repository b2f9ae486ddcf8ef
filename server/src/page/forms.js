// Forms: a label with its field, and the sending of them.

import { h } from "./dom.js";

/** A field with its label. */
export function field(label, input, hint) {
  if (hint !== undefined) {
    input.setAttribute("aria-describedby", `${input.id}-hint`);
  }
  return h(
    "div",
    { class: "field" },
    h("label", { for: input.id, text: label }),
    input,
    hint === undefined ? null : h("p", { id: `${input.id}-hint`, class: "hint muted", text: hint }),
  );
}

/** A field for a number with decimals, with a point or a comma as the visitor is used to. */
export function numberField(id, value, more = {}) {
  return h("input", {
    id,
    value,
    inputmode: "decimal",
    pattern: "[0-9]+([.,][0-9]+)?",
    autocomplete: "off",
    required: true,
    ...more,
  });
}

/** What such a field says, as the API wants it. */
export function decimal(input) {
  return input.value.trim().replace(",", ".");
}

/** A listener of `submit` that does the work once at a time, and reloads no page. */
export function submitted(work) {
  return async (event) => {
    event.preventDefault();
    const button = event.currentTarget.querySelector("button[type=submit]");
    if (button?.disabled) {
      return;
    }
    if (button) {
      button.disabled = true;
    }
    try {
      await work();
    } finally {
      if (button) {
        button.disabled = false;
      }
    }
  };
}

/** A switch that is on or off; `act(on)` answers whether that was done. */
export function toggle(id, label, on, act, disabled) {
  const button = h(
    "button",
    {
      type: "button",
      id,
      role: "switch",
      class: "switch",
      "aria-checked": String(on),
      "aria-label": label,
      disabled,
      "data-key": id,
      on: {
        click: () => act(button.getAttribute("aria-checked") !== "true"),
      },
    },
    h("span", { class: "switch-knob" }),
  );
  return button;
}
