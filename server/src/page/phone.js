// A handset: every message to its number, as it would show them, with the seams between the parts.

import { fill, h, unseen } from "./dom.js";
import { day, t } from "./i18n.js";
import { clockTime, now } from "./moments.js";
import { address } from "./router.js";
import { exactly, withMarks } from "./signs.js";
import { statusSign } from "./status.js";

/** The handset, in an element. `query()` is kept in the links. */
export function phone(holder, query) {
  const name = h("div", { class: "handset-name" });
  const thread = h("ol", { class: "thread", tabindex: "0", "aria-label": t("phone.thread") });
  fill(holder, h("div", { class: "handset" }, name, thread));
  let shown = "";
  let at = "";

  return {
    show(message, messages) {
      const drawn = JSON.stringify([message.account, message.ordinal, messages]);
      if (drawn === shown) {
        return;
      }
      shown = drawn;
      fill(
        name,
        h("span", { class: "avatar", "aria-hidden": "true", text: initial(message.sender) }),
        message.sender === ""
          ? h("span", { text: t("phone.noSender") })
          : h("span", { class: "brief clamped", title: message.sender }, exactly(message.sender)),
      );
      let before = null;
      fill(
        thread,
        messages.map((one) => {
          const items = [];
          if (before === null || new Date(before.at).toDateString() !== new Date(one.at).toDateString()) {
            items.push(h("li", { class: "thread-day", text: day(new Date(one.at), new Date(now())) }));
          }
          if (before !== null && before.sender !== one.sender) {
            items.push(h("li", { class: "thread-sender brief clamped" }, exactly(one.sender)));
          }
          before = one;
          items.push(h("li", {}, bubble(one, one.account === message.account && one.ordinal === message.ordinal)));
          return items;
        }),
      );
      const current = thread.querySelector("[aria-current]");
      const key = `${message.account}/${message.ordinal}/${messages.length}`;
      if (current !== null && key !== at) {
        at = key;
        thread.scrollTop = current.offsetTop + current.offsetHeight - thread.clientHeight + 12;
      }
    },
  };

  function bubble(one, isCurrent) {
    return h(
      "a",
      {
        class: "bubble",
        href: address(["messages", one.account, String(one.ordinal)], query()),
        "aria-current": isCurrent ? "true" : null,
        tabindex: isCurrent ? "-1" : null,
      },
      h("bdi", { class: "bubble-text" }, pieces(one)),
      h("span", { class: "bubble-foot" }, clockTime(one.at), statusSign(one.status)),
    );
  }
}

/** The text, cut where a part ends and the next begins. */
function pieces(message) {
  const cuts = (message.boundaries ?? []).filter((cut) => cut > 0 && cut < message.text.length);
  if (cuts.length === 0) {
    return withMarks(message.text);
  }
  const ends = [...cuts, message.text.length];
  return ends.flatMap((end, part) => [
    part === 0
      ? null
      : h(
          "span",
          { class: "seam", title: t("phone.part", { n: part + 1 }) },
          unseen(t("phone.part", { n: part + 1 })),
          h("span", { "aria-hidden": "true", text: String(part + 1) }),
        ),
    withMarks(message.text.slice(part === 0 ? 0 : ends[part - 1], end)),
  ]);
}

function initial(sender) {
  return /[\p{L}\p{N}\p{S}]/u.exec(sender)?.[0].toUpperCase() ?? "?";
}
