// The view of messages: the list, what it is searched by, and how it stays fresh. One message is in message.js.

import { read } from "./api.js";
import { fill, h, marked, unseen } from "./dom.js";
import { Feed } from "./feed.js";
import { filters } from "./filters.js";
import { number, t } from "./i18n.js";
import { listing } from "./listing.js";
import { messageDetail } from "./message.js";
import { shortTime, stands } from "./moments.js";
import { calmly } from "./part.js";
import { address, isNumber } from "./router.js";
import { Rows } from "./rows.js";
import { isDue } from "./story.js";
import { STATUSES, statusName, statusSign } from "./status.js";
import { welcome } from "./welcome.js";

/** The same message has the same key, whatever else is said of it. */
export const keyOf = (message) => `${message.account}/${message.ordinal}`;

const phoneOf = (message) => message.to ?? `?${keyOf(message)}`;

/** The view, in these two panes. */
export function messagesView(context, panes) {
  let query = new URLSearchParams();
  let chosen = null;
  // A link may lead to a row that is not there yet.
  let isAwaited = false;
  // The row of a message that is not the newest of its phone.
  let phoneOfChosen = null;
  const byPhone = () => query.get("by") === "phone";

  const feed = new Feed({
    key: rowKey,
    mark: keyOf,
    load: async (cursor, limit) => {
      const asked = {
        query: query.get("q"),
        status: query.get("status"),
        account: query.get("account"),
        cursor,
        limit,
      };
      if (byPhone()) {
        const page = await read("phones", asked);
        return { ...page, items: page.phones.map(({ last, messages }) => ({ ...last, messages })) };
      }
      const page = await read("messages", asked);
      return { ...page, items: page.messages };
    },
  });
  const rows = new Rows({
    height: 3.75,
    label: t("messages.title"),
    make: messageRow,
    key: rowKey,
    href: (message) => address(["messages", message.account, String(message.ordinal)], query),
    onNear: () => list.more(),
  });
  const bar = filters(context, {
    view: "messages",
    placeholder: t("messages.search"),
    selects: [
      {
        name: "status",
        label: t("messages.status"),
        options: () => STATUSES.map((status) => [status, statusName(status)]),
      },
      { name: "account", label: t("account"), options: () => context.accounts.map((name) => [name, name]) },
    ],
    ways: [
      ["", t("messages.each"), "list"],
      ["phone", t("messages.phones"), "phone"],
    ],
  });
  const detail = messageDetail(
    context,
    panes.detail,
    () => query,
    (found) => {
      phoneOfChosen = phoneOf(found);
      draw();
    },
  );

  const list = listing({ view: "messages", pane: panes.list, feed, rows, bar, draw });

  function rowKey(message) {
    return byPhone() ? phoneOf(message) : keyOf(message);
  }

  // Where nothing is chosen, the newest message is before the eyes, and gives way to the next one.
  function subject() {
    return chosen ?? (context.isNarrow() ? null : feed.items[0] && [feed.items[0].account, feed.items[0].ordinal]);
  }

  function draw() {
    const shown = byPhone() && feed.total ? t("messages.phoneCount", { n: feed.total }) : undefined;
    const { empty, sifted } = list.show(feed.items, feed.total, shown);
    const current = subject();
    const key = current && `${current[0]}/${current[1]}`;
    const message = feed.items.find((one) => keyOf(one) === key);
    rows.select(message === undefined ? (byPhone() ? phoneOfChosen : key) : rowKey(message));
    isAwaited &&= !rows.reveal(rows.selected, { focus: false });
    if (current && !isNumber(current[1])) {
      detail.hide();
      list.missing(panes.detail, address(["messages"], query), t("message.gone"));
      context.panes("detail");
    } else if (current) {
      detail.show(current[0], Number(current[1]), { message, newest: chosen === null });
      context.panes(chosen === null ? "list" : "detail");
    } else if (empty && !sifted) {
      detail.hide();
      welcome(context, panes.detail);
      context.panes("both");
    } else {
      detail.hide();
      if (empty) {
        fill(panes.detail);
      } else if (feed.next !== undefined) {
        list.invite(panes.detail);
      }
      context.panes("list");
    }
  }

  function notice(count) {
    const newest = feed.items[0];
    const words = count === 1 ? t("messages.one", { to: newest.to ?? "", text: newest.text }) : undefined;
    list.notice(count, words);
  }

  const fresh = calmly(() => list.ask(async () => notice(await feed.head())), 250);
  const visible = calmly(() => list.ask(async () => notice(await feed.around(...rows.visible()))), 250);

  // What changes by time alone makes no event: it is asked again while such a change is due, or may bring a message
  // among those that are sought.
  const tick = setInterval(() => {
    if (stands() || document.hidden) {
      return;
    }
    const [first, last] = rows.visible();
    if (feed.items.slice(first, last + 1).some(isDue)) {
      visible();
    } else if (seeksStatus(query)) {
      fresh();
    }
    detail.tick();
  }, 1000);

  return {
    show(place) {
      const changed = address([], query) !== address([], place.query);
      query = place.query;
      chosen = place.parts.length >= 3 ? [place.parts[1], place.parts[2]] : null;
      isAwaited = chosen !== null;
      bar.show(query);
      if (changed || feed.next === undefined) {
        rows.toTop();
        list.anew();
      } else {
        draw();
      }
    },
    onEvent(name) {
      if (name === "reset" || name === "gap") {
        detail.hide();
        fill(panes.detail);
        list.anew();
      } else if (["open", "request", "message", "clock"].includes(name)) {
        fresh();
        if (!rows.atTop()) {
          visible();
        }
        detail.refresh();
      }
    },
    move(step) {
      const to = chosen === null ? (step > 0 ? 0 : -1) : feed.indexOf(rows.selected) + step;
      const message = feed.items[to];
      if (message !== undefined) {
        context.open(["messages", message.account, String(message.ordinal)], query, chosen !== null);
        rows.reveal(rows.key(message), { focus: !context.isNarrow() });
      }
    },
    close() {
      if (chosen !== null) {
        const key = rows.selected;
        context.open(["messages"], query, false);
        rows.reveal(key, { focus: true });
        return true;
      }
      return false;
    },
    search: () => bar.focus(),
    act: (key) => detail.act(key),
    leave() {
      clearInterval(tick);
      list.leave();
      detail.hide();
    },
  };

  function messageRow() {
    const sign = h("span", { class: "row-sign" });
    const to = h("span", { class: "row-main" });
    const sender = h("span", { class: "row-more" });
    const at = h("span", { class: "row-time" });
    const text = h("span", { class: "row-text" });
    const side = h("span", { class: "row-side" });
    const element = h(
      "span",
      { class: "message-row" },
      sign,
      h("span", { class: "row-top" }, to, sender, at),
      h("span", { class: "row-bottom" }, text, side),
    );
    return {
      element,
      fill(message) {
        const words = (query.get("q") ?? "").split(/\s+/);
        fill(sign, statusSign(message.status));
        fill(to, message.to === null ? t("message.invalidNumber") : marked(`+${message.to}`, words));
        fill(sender, marked(message.sender, words));
        fill(at, shortTime(message.at));
        fill(text, marked(message.text.slice(0, 200).replace(/\s+/g, " "), words));
        fill(
          side,
          message.messages > 1
            ? h("span", {
                class: "chip",
                text: number(message.messages),
                title: t("messages.count", { n: message.messages }),
              })
            : null,
          message.parts > 1
            ? h(
                "span",
                { class: "chip", title: t("message.parts", { n: message.parts }) },
                `×${message.parts}`,
                unseen(t("message.parts", { n: message.parts })),
              )
            : null,
          message.code ? h("span", { class: "chip code accent", text: message.code }) : null,
        );
      },
    };
  }
}

/** Whether a message may be among those that are sought by its status. */
function seeksStatus(query) {
  const words = (query.get("q") ?? "").toUpperCase().split(/\s+/);
  return (
    query.has("status") || words.some((word) => word.length > 2 && STATUSES.some((status) => status.includes(word)))
  );
}
