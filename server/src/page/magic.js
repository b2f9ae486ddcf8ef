// The numbers that choose what becomes of a message, with no configuration.

import { copyButton } from "./clipboard.js";
import { h } from "./dom.js";
import { hasText, t } from "./i18n.js";

/** The table of them. */
export function magicTable(magic) {
  return h(
    "div",
    { class: "table-holder", tabindex: "0", role: "region", "aria-label": t("magic.title") },
    h(
      "table",
      { class: "table magic" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col", text: t("magic.number") }),
          h("th", { scope: "col", text: t("magic.what") }),
        ),
      ),
      h(
        "tbody",
        {},
        magic.map(({ prefix, number, name, what }) =>
          h(
            "tr",
            {},
            h(
              "td",
              { class: "nowrap" },
              h("code", { text: `${prefix}…` }),
              copyButton(t("magic.copy", { number }), () => number, { words: false, more: "bare small" }),
            ),
            h("td", { text: hasText(`magic.${name}`) ? t(`magic.${name}`) : what }),
          ),
        ),
      ),
    ),
  );
}
