// Bytes, sixteen a line: where they are, what they are, what they look like.

import { fill, h } from "./dom.js";
import { t } from "./i18n.js";

const LINE = 16;
const LINES = 128;

/**
 * The bytes, the first of which is at `start` of a body of `total`; a stretch of them at first, if they are many. `bad`,
 * if any, are those that are wrong: `place` in the body, `length`, and `text` that says so.
 */
export function bytesView(bytes, start, total, bad) {
  const place = bad === null ? 0 : bad.place - start;
  const holder = h("div", { class: "bytes" });
  const lines = Math.ceil(bytes.length / LINE);
  const middle = bad === null ? 0 : Math.floor(place / LINE) - LINES / 2;
  const from = Math.max(0, Math.min(middle, lines - LINES));
  draw(from, Math.min(lines, from + LINES));

  function draw(first, last) {
    const pre = h("pre", { class: "source hex", tabindex: "0" });
    for (let line = first; line < last; line += 1) {
      const begin = line * LINE;
      const row = bytes.subarray(begin, begin + LINE);
      // Which of the row are wrong: none, where both are the same.
      const within = (at) => Math.max(0, Math.min(row.length, at - begin));
      const [to, on] = bad === null ? [row.length, row.length] : [within(place), within(place + bad.length)];
      const mark = (words) => (to < on ? h("mark", { class: "bad", title: t("request.bad"), text: words }) : "");
      const padding = " ".repeat((LINE - row.length) * 3);
      pre.append(
        `${(start + begin).toString(16).padStart(6, "0")}  ${hex(row.subarray(0, to))}`,
        mark(hex(row.subarray(to, on)).trim()),
        `${to < on ? " " : ""}${hex(row.subarray(on))}${padding} ${signs(row.subarray(0, to))}`,
        mark(signs(row.subarray(to, on))),
        `${signs(row.subarray(on))}\n`,
      );
    }
    fill(
      holder,
      bad === null ? null : h("p", { class: "muted", text: bad.text }),
      pre,
      last - first < lines
        ? h("button", {
            type: "button",
            class: "button small",
            text: t(bytes.length === total ? "request.allBytes" : "request.toldBytes", { n: bytes.length }),
            on: { click: () => draw(0, lines) },
          })
        : null,
    );
  }
  return holder;
}

function hex(bytes) {
  return Array.from(bytes, (byte) => `${byte.toString(16).padStart(2, "0")} `).join("");
}

function signs(bytes) {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
}
