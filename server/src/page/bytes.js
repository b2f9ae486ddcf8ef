// Bytes, sixteen a line: where they are, what they are, what they look like.

import { fill, h } from "./dom.js";
import { t } from "./i18n.js";

const LINE = 16;
const LINES = 128;

/**
 * The bytes, the first of which is at `start` of the body, with the bad one marked, which is at `place` of the body; a
 * stretch around it at first, if they are many.
 */
export function bytesView(bytes, start, place) {
  const bad = place === null ? null : place - start;
  const holder = h("div", { class: "bytes" });
  const lines = Math.ceil(bytes.length / LINE);
  const middle = bad === null ? 0 : Math.floor(bad / LINE) - LINES / 2;
  const from = Math.max(0, Math.min(middle, lines - LINES));
  draw(from, Math.min(lines, from + LINES));

  function draw(first, last) {
    const pre = h("pre", { class: "source hex", tabindex: "0" });
    let text = "";
    for (let line = first; line < last; line += 1) {
      const begin = line * LINE;
      const row = bytes.subarray(begin, begin + LINE);
      text += `${(start + begin).toString(16).padStart(6, "0")}  `;
      const at = bad === null ? -1 : bad - begin;
      if (at >= 0 && at < row.length) {
        text += hex(row.subarray(0, at));
        pre.append(
          text,
          h("mark", { class: "bad", title: t("request.bad"), text: hex(row.subarray(at, at + 1)).trim() }),
        );
        text = ` ${hex(row.subarray(at + 1))}${" ".repeat((LINE - row.length) * 3)} ${signs(row.subarray(0, at))}`;
        pre.append(text, h("mark", { class: "bad", text: signs(row.subarray(at, at + 1)) }));
        text = `${signs(row.subarray(at + 1))}\n`;
      } else {
        text += `${hex(row)}${" ".repeat((LINE - row.length) * 3)} ${signs(row)}\n`;
      }
    }
    pre.append(text);
    fill(
      holder,
      bad === null
        ? null
        : h("p", {
            class: "muted",
            text: t("request.badByte", {
              offset: place,
              hex: `0x${bytes[bad]?.toString(16).padStart(2, "0") ?? ""}`,
            }),
          }),
      pre,
      last - first < lines
        ? h("button", {
            type: "button",
            class: "button small",
            text: t("request.allBytes", { n: bytes.length }),
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
