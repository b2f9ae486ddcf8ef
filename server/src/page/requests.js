// The view of requests: the journal, the newest first. One request is in request.js.

import { read } from "./api.js";
import { fill, h, icon, marked, unseen } from "./dom.js";
import { Feed } from "./feed.js";
import { filters } from "./filters.js";
import { credits, t } from "./i18n.js";
import { listing } from "./listing.js";
import { shortTime } from "./moments.js";
import { calmly } from "./part.js";
import { reasonOf } from "./reasons.js";
import { requestDetail } from "./request.js";
import { address, isNumber } from "./router.js";
import { Rows } from "./rows.js";
import { resultBadge } from "./status.js";

const OPERATIONS = ["SEND", "GETPRICE", "GETSTATUS", "BALANCE", "CREDITPRICE", "-"];
const RESULTS = [
  "SEND_OK",
  "OK",
  "AUTH_FAILED",
  "XML_ERROR",
  "NOT_ENOUGH_CREDITS",
  "NO_RECIPIENTS",
  "INVALID_TEXT",
  "BAD_SENDER_NAME",
];

/** What a request asked for, in words where it could not be read. */
export function operationName(operation) {
  return operation === "-" ? t("requests.unreadable") : operation;
}

/** The view, in these two panes. */
export function requestsView(context, panes) {
  let query = new URLSearchParams();
  let chosen = null;
  // A link may lead to a row that is not there yet.
  let isAwaited = false;

  const feed = new Feed({
    key: (request) => String(request.number),
    load: (cursor, limit) => journal(query, cursor, limit),
  });
  const rows = new Rows({
    height: 3.5,
    label: t("requests.title"),
    make: requestRow,
    key: (request) => String(request.number),
    href: (request) => address(["requests", String(request.number)], query),
    onNear: () => list.more(),
  });
  const bar = filters(context, {
    view: "requests",
    placeholder: t("requests.search"),
    selects: [
      {
        name: "operation",
        label: t("requests.operation"),
        options: () => OPERATIONS.map((name) => [name, operationName(name)]),
      },
      { name: "result", label: t("requests.result"), options: () => RESULTS.map((name) => [name, name]) },
      { name: "account", label: t("account"), options: () => context.accounts.map((name) => [name, name]) },
    ],
  });
  const detail = requestDetail(context, panes.detail, () => query);
  const list = listing({
    view: "requests",
    pane: panes.list,
    feed,
    rows,
    bar,
    hint: () => h("a", { class: "button", href: address(["messages"]), text: t("requests.how") }),
    draw,
  });

  // Where nothing is chosen, the newest request is before the eyes, and gives way to the next one.
  function subject() {
    const newest = context.isNarrow() ? undefined : feed.items[0];
    return chosen ?? (newest === undefined ? null : String(newest.number));
  }

  function draw() {
    // Their numbers have no gaps, so that the first and the last tell how many there are.
    const total = bar.isFiltering() || feed.items.length === 0 ? null : feed.items[0].number - feed.evicted;
    const { empty } = list.show(feed.items, total);
    const asked = subject();
    rows.select(asked);
    isAwaited &&= !rows.reveal(asked, { focus: false });
    if (asked !== null && isNumber(asked)) {
      detail.show(asked);
    } else if (asked !== null) {
      detail.hide();
      list.missing(panes.detail, address(["requests"], query), t("requests.gone"));
    } else {
      detail.hide();
      if (empty) {
        fill(panes.detail);
      } else {
        list.invite(panes.detail);
      }
    }
    context.panes(chosen === null ? "list" : "detail");
  }

  const fresh = calmly(() => list.ask(async () => list.notice(await feed.head())), 250);

  return {
    show(place) {
      const changed = address([], query) !== address([], place.query);
      query = place.query;
      chosen = place.parts[1] ?? null;
      isAwaited = chosen !== null;
      bar.show(query);
      if (changed || feed.next === undefined) {
        rows.toTop();
        list.anew();
      } else {
        draw();
      }
    },
    onEvent(name, data) {
      if (name === "reset" || name === "gap") {
        list.anew();
        detail.refresh();
      } else if (name === "open" || name === "request") {
        fresh();
        // What is looked at has come at last, or is another one of its number.
        if (name === "open" || String(data?.number) === subject()) {
          detail.refresh();
        }
      }
    },
    move(step) {
      const at = feed.indexOf(rows.selected);
      const request = feed.items[chosen === null ? (step > 0 ? 0 : -1) : at + step];
      if (request !== undefined) {
        context.open(["requests", String(request.number)], query, chosen !== null);
        rows.reveal(String(request.number), { focus: !context.isNarrow() });
      }
    },
    close() {
      if (chosen !== null) {
        const key = chosen;
        context.open(["requests"], query, false);
        rows.reveal(key, { focus: true });
        return true;
      }
      return false;
    },
    search: () => bar.focus(),
    act: () => {},
    leave() {
      list.leave();
      detail.hide();
    },
  };

  function requestRow() {
    const operation = h("span", { class: "row-main" });
    const account = h("span", { class: "row-more" });
    const at = h("span", { class: "row-time" });
    const what = h("span", { class: "row-text" });
    const side = h("span", { class: "row-side" });
    const ordinal = h("span", { class: "row-number" });
    const element = h(
      "span",
      { class: "request-row" },
      ordinal,
      h("span", { class: "row-top" }, operation, account, at),
      h("span", { class: "row-bottom" }, what, side),
    );
    return {
      element,
      fill(request) {
        const words = (query.get("q") ?? "").split(/\s+/);
        // Every client in use writes <authentification>: on each row it would say nothing.
        const remarkable = request.tolerated.map((one) => one.name).filter((name) => name !== "authentification");
        ordinal.textContent = `#${request.number}`;
        fill(operation, marked(operationName(request.operation), words));
        fill(account, marked(request.account ?? "", words));
        fill(at, shortTime(request.at));
        fill(what, marked(summary(request), words));
        fill(
          side,
          request.fault
            ? h(
                "span",
                { class: "chip warn", title: request.fault.name },
                icon("fault"),
                h("span", { text: request.fault.kind }),
              )
            : null,
          remarkable.length > 0
            ? h(
                "span",
                { class: "chip", title: remarkable.join(", ") },
                icon("warning"),
                String(remarkable.length),
                unseen(t("requests.tolerated")),
              )
            : null,
          resultBadge(request.result),
        );
      },
    };
  }
}

/** A page of the journal. */
async function journal(query, cursor, limit) {
  const { requests, evicted } = await read("requests", {
    operation: query.get("operation"),
    result: query.get("result"),
    account: query.get("account"),
    query: query.get("q"),
    order: "newest",
    brief: true,
    before: cursor,
    limit,
  });
  const last = requests.at(-1)?.number ?? 0;
  return { items: requests, next: requests.length < limit || last <= evicted + 1 ? null : String(last), evicted };
}

function summary(request) {
  if (request.reason) {
    return reasonOf(request.reason).text;
  }
  if (request.messages > 0) {
    return `${t("requests.messages", { n: request.messages })}, ${t("credits", { n: Number(request.charged), credits: credits(request.charged) })}`;
  }
  return request.transport ? t(`transport.${request.transport}`) : "";
}
