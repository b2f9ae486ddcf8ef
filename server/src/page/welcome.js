// What is to be seen before anything has come: where to send, how to send the first message, and the magic numbers.

import { copyButton } from "./clipboard.js";
import { fill, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { keep, kept } from "./keep.js";
import { magicTable } from "./magic.js";
import { SNIPPETS } from "./snippets.js";
import { tabs } from "./tabs.js";

const KEPT = "epochta-mock snippet";

/** Fills a pane. */
export function welcome(context, pane) {
  if (pane.firstElementChild?.classList.contains("welcome")) {
    return;
  }
  const { url, account, magic } = context.page;
  const { username = null, password = null } = account ?? {};
  const values = {
    url,
    username: username ?? t("welcome.username"),
    password: password ?? t("welcome.password"),
    text: t("welcome.text"),
    to: "380501234567",
  };
  const views = SNIPPETS.map(([name, write]) => [
    name,
    () => {
      const code = write(values);
      return h(
        "div",
        { class: "snippet" },
        copyButton(t("copy"), () => code, { more: "small" }),
        h("pre", { class: "source", tabindex: "0", text: code }),
      );
    },
  ]);
  const onChange = (name) => keep("localStorage", KEPT, name);
  fill(
    pane,
    h(
      "div",
      { class: "welcome" },
      h("h2", { text: t("welcome.title") }),
      h("p", { class: "lead", text: t("welcome.lead") }),
      h(
        "dl",
        { class: "address" },
        fact(t("gateway"), url, t("copyUrl")),
        fact(t("login"), username, t("account.copyLogin")),
        fact(t("password"), password, t("copyPassword")),
      ),
      h("h3", { text: t("welcome.first") }),
      tabs(t("welcome.language"), views, { kept: kept("localStorage", KEPT), onChange }),
      h("p", { class: "muted hint" }, icon("clock"), h("span", { text: t("welcome.then") })),
      h("h3", { text: t("magic.title") }),
      h("p", { text: t("magic.lead") }),
      magicTable(magic),
    ),
  );
}

/** What a client has to know, if it is known here. */
function fact(name, value, label) {
  return value === null
    ? null
    : h(
        "div",
        {},
        h("dt", { text: name }),
        h(
          "dd",
          {},
          h("code", { text: value }),
          copyButton(label, () => value, { words: false, more: "bare small" }),
        ),
      );
}
