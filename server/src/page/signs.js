// Texts of others on the screen: what cannot be seen in them is marked, what is written from the right stays among
// itself, and what is selected and copied is the exact text.

import { h } from "./dom.js";
import { t } from "./i18n.js";

/** Controls and formats but for line feed and tab; the Arabic ones that are seen; what holds an emoji together. */
const SEEN = "[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}\\n\\t]";
const FLAG = "\\u{1f3f4}[\\u{e0020}-\\u{e007f}]+";
const JOINED = "(?<=\\p{Extended_Pictographic}\\ufe0f?\\p{Emoji_Modifier}?)\\u200d(?=\\p{Extended_Pictographic})";
const INVISIBLE = new RegExp(
  `(${FLAG}|${JOINED}|${SEEN})|[\\p{Cf}\\p{Cc}\\p{Zl}\\p{Zp}\\u115f\\u1160\\u2800\\u3164]`,
  "gu",
);

/** How many characters always have room. */
const LONG = 120;

/** Those that are met most. */
const NAMES = {
  "00AD": "SOFT HYPHEN",
  "061C": "ARABIC LETTER MARK",
  "180E": "MONGOLIAN VOWEL SEPARATOR",
  "200B": "ZERO WIDTH SPACE",
  "200C": "ZERO WIDTH NON-JOINER",
  "200D": "ZERO WIDTH JOINER",
  "200E": "LEFT-TO-RIGHT MARK",
  "200F": "RIGHT-TO-LEFT MARK",
  2028: "LINE SEPARATOR",
  2029: "PARAGRAPH SEPARATOR",
  "202A": "LEFT-TO-RIGHT EMBEDDING",
  "202B": "RIGHT-TO-LEFT EMBEDDING",
  "202C": "POP DIRECTIONAL FORMATTING",
  "202D": "LEFT-TO-RIGHT OVERRIDE",
  "202E": "RIGHT-TO-LEFT OVERRIDE",
  2060: "WORD JOINER",
  2066: "LEFT-TO-RIGHT ISOLATE",
  2067: "RIGHT-TO-LEFT ISOLATE",
  2068: "FIRST STRONG ISOLATE",
  2069: "POP DIRECTIONAL ISOLATE",
  FEFF: "ZERO WIDTH NO-BREAK SPACE",
};

/** A text as what an element holds: pieces, with a mark at each sign that cannot be seen. */
export function withMarks(text) {
  const pieces = [];
  let end = 0;
  for (const { 0: sign, 1: seen, index } of text.matchAll(INVISIBLE)) {
    if (seen !== undefined) {
      continue;
    }
    const code = sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    const name = [`U+${code}`, NAMES[code]].filter(Boolean).join(" ");
    // The mark is drawn and no text, so that it is not copied.
    pieces.push(text.slice(end, index), h("span", { class: "invisible", "data-code": code, title: name }, sign));
    end = index + sign.length;
  }
  return [...pieces, text.slice(end)];
}

/** A text that does not turn round what stands beside it. */
export function exactly(text) {
  return h("bdi", {}, withMarks(text));
}

/** The same, of which a few lines are seen at first, in an element of this kind; `more` stands behind it. */
export function inBrief(tag, text, more = null) {
  const element = h(tag, { class: "brief" }, exactly(text));
  if (text.length <= LONG) {
    return [element, more];
  }
  element.classList.add("clamped");
  const button = h("button", {
    type: "button",
    class: "button small",
    "aria-expanded": "false",
    text: t("showAll"),
    on: {
      click: () => {
        const isClamped = element.classList.toggle("clamped");
        button.setAttribute("aria-expanded", String(!isClamped));
        button.textContent = t(isClamped ? "showAll" : "showLess");
      },
    },
  });
  return [element, h("div", { class: "brief-more" }, button, more)];
}
