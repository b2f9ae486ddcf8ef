// Copying. Beyond localhost a page by plain HTTP has no clipboard of its own, and selects a text instead.

import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { tell } from "./notice.js";

/** Copies a text. Answers whether it could. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return bySelection(text);
  }
}

/** A button that copies what `text()` answers, or promises: a text, or `{ text, remark }` with more to say of it. */
export function copyButton(label, text, { more = "", words = true } = {}) {
  const sign = icon("copy");
  const button = h(
    "button",
    {
      type: "button",
      class: `button ${more}`.trim(),
      "aria-label": words ? null : label,
      title: words ? null : label,
      on: {
        click: async () => {
          const found = await text();
          const { text: copied, remark = "" } = typeof found === "string" ? { text: found } : found;
          if (!(await copy(copied))) {
            tell(t("copy.failed"), "bad");
            return;
          }
          tell(`${t("copy.done")} ${remark}`.trim(), remark === "" ? "good" : "note");
          button.replaceChild(icon("check"), button.firstChild);
          setTimeout(() => button.replaceChild(sign, button.firstChild), 1500);
        },
      },
    },
    sign,
    words ? h("span", { text: label }) : null,
  );
  return button;
}

function bySelection(text) {
  const holder = h("textarea", { class: "hidden-text", value: text, readonly: true, "aria-hidden": "true" });
  const focused = document.activeElement;
  const open = [...document.querySelectorAll("dialog[open]")].at(-1);
  (open ?? document.body).append(holder);
  holder.select();
  const done = document.execCommand("copy");
  holder.remove();
  focused?.focus();
  return done;
}
