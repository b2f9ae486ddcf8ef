// What has to be answered before one goes on: is that meant, what is the token; and the help.

import { fill, h, icon } from "./dom.js";
import { t } from "./i18n.js";

/** Asks whether something is meant that cannot be taken back. */
export function confirmed(title, text, act) {
  return new Promise((answer) => {
    const dialog = opened(title, [
      h("p", { text }),
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", {
          type: "button",
          class: "button",
          autofocus: true,
          text: t("cancel"),
          on: { click: () => dialog.close() },
        }),
        h("button", {
          type: "button",
          class: "button danger",
          text: act,
          on: { click: () => dialog.close("yes") },
        }),
      ),
    ]);
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"));
  });
}

/** Asks for the token, until there is one; `wrong`: the last one was. */
export function askToken(wrong) {
  return new Promise((answer) => {
    const input = h("input", {
      id: "token",
      type: "password",
      autocomplete: "off",
      spellcheck: "false",
      required: true,
    });
    const form = h(
      "form",
      {
        class: "dialog-form",
        on: {
          submit: (event) => {
            event.preventDefault();
            dialog.close(input.value.trim());
          },
        },
      },
      h("p", { text: t("token.why") }),
      wrong ? h("p", { class: "wrong", role: "alert", text: t("token.wrong") }) : null,
      h("label", { for: "token", text: t("token.label") }),
      input,
      h("p", { class: "muted", text: t("token.kept") }),
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { type: "submit", class: "button primary", text: t("token.enter") }),
      ),
    );
    const dialog = opened(t("token.title"), [form], { closes: false });
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("close", () =>
      dialog.returnValue === "" ? answer(askToken(wrong)) : answer(dialog.returnValue),
    );
  });
}

/** The keys that mean something. */
export function showHelp() {
  const rows = [
    [["j", "↓"], t("help.down")],
    [["k", "↑"], t("help.up")],
    [["Enter"], t("help.enter")],
    [["Esc"], t("help.escape")],
    [["/"], t("help.search")],
    [["y"], t("help.copy")],
    [["d"], t("help.deliver")],
    [["g", "m"], t("help.messages")],
    [["g", "r"], t("help.requests")],
    [["g", "a"], t("help.accounts")],
    [["g", "c"], t("help.control")],
    [["?"], t("help.help")],
  ];
  opened(t("help.title"), [
    h(
      "dl",
      { class: "keys" },
      rows.map(([keys, what]) =>
        h(
          "div",
          {},
          h(
            "dt",
            {},
            keys.map((key) => h("kbd", { text: key })),
          ),
          h("dd", { text: what }),
        ),
      ),
    ),
  ]);
}

/** Whether a dialog is open. */
export function dialogIsOpen() {
  return document.querySelector("dialog[open]") !== null;
}

function opened(title, content, { closes = true } = {}) {
  const close = h(
    "button",
    { type: "button", class: "button bare", "aria-label": t("close"), on: { click: () => dialog.close() } },
    icon("close"),
  );
  const heading = h("h2", { id: "dialog-title", text: title });
  const dialog = h("dialog", { "aria-labelledby": "dialog-title" });
  fill(dialog, h("div", { class: "dialog-head" }, heading, closes ? close : null), content);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  if (closes) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  dialog.showModal();
  return dialog;
}
