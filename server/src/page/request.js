// One request: how it was read, why it was answered so, its bytes, the reply, and what it did to the ledger.

import { at, read } from "./api.js";
import { bytesView } from "./bytes.js";
import { copyButton } from "./clipboard.js";
import { bodyOf, bytesOf, documentOf, offsetOf, placeInDocument } from "./document.js";
import { fill, h, icon } from "./dom.js";
import { credits, hasText, moment, number, t } from "./i18n.js";
import { tellProblem } from "./notice.js";
import { calmly } from "./part.js";
import { reasonOf } from "./reasons.js";
import { asCurl, asStep } from "./reproduce.js";
import { operationName } from "./requests.js";
import { address } from "./router.js";
import { resultBadge } from "./status.js";
import { cause } from "./story.js";
import { tabs } from "./tabs.js";

/** The detail pane of a request. `query()` is what the list is filtered by. */
export function requestDetail(context, pane, query) {
  let current = null;
  // What is drawn, so that it is left alone where it is the same.
  let drawn = null;
  // A later answer is never followed by an earlier one.
  let turns = 0;

  async function load() {
    const asked = current;
    if (asked === null) {
      return;
    }
    turns += 1;
    const turn = turns;
    const isLast = () => asked === current && turn === turns;
    try {
      const [request, explanation] = await Promise.all([
        read(at`requests/${asked}`),
        read(at`requests/${asked}/explain`),
      ]);
      const data = JSON.stringify([request, explanation]);
      if (isLast() && drawn !== data) {
        drawn = data;
        draw(request, explanation.lines);
      }
    } catch (problem) {
      if (!isLast()) {
        return;
      }
      if (problem.status === 404) {
        drawn = null;
        fill(pane, back(), h("div", { class: "nothing" }, icon("requests"), h("p", { text: t("requests.gone") })));
      } else {
        tellProblem(problem);
      }
    }
  }
  const refresh = calmly(load, 250);

  function back() {
    return h(
      "a",
      { class: "button bare back", href: address(["requests"], query()), "aria-label": t("back") },
      icon("back"),
    );
  }

  function draw(request, lines) {
    fill(
      pane,
      h(
        "header",
        { class: "detail-head" },
        h(
          "div",
          { class: "detail-title" },
          back(),
          h(
            "h2",
            { tabindex: "-1" },
            h("span", { class: "muted", text: `#${request.number} ` }),
            operationName(request.operation),
          ),
          resultBadge(request.result),
        ),
        h(
          "div",
          { class: "actions" },
          copyButton(t("request.curl"), () => told(request, asCurl(request, context.page))),
          copyButton(t("request.step"), () => told(request, asStep(request, context.page))),
        ),
      ),
      h(
        "div",
        { class: "detail-body" },
        h(
          "p",
          { class: "sum" },
          moment(new Date(request.at)),
          request.micros > 0 ? [" · ", t("request.took", { ms: number(request.micros / 1000) })] : null,
          request.cause ? [" · ", cause(request.cause)] : null,
        ),
        path(request),
        reason(request),
        request.fault ? fault(request.fault) : null,
        tolerated(request),
        outcome(request),
        h(
          "section",
          { class: "block" },
          h(
            "div",
            { class: "block-head" },
            h("h3", { text: t("request.body") }),
            request.bytes.length === 0 || documentOf(request) === null
              ? null
              : copyButton(t("request.copyDocument"), () => documentOf(request), { words: false, more: "bare small" }),
          ),
          body(request),
        ),
        h(
          "section",
          { class: "block" },
          h(
            "div",
            { class: "block-head" },
            h("h3", { text: t("request.reply") }),
            (request.reply ?? "") === ""
              ? null
              : copyButton(t("request.copyReply"), () => request.reply, { words: false, more: "bare small" }),
          ),
          reply(request),
        ),
        h(
          "section",
          { class: "block" },
          h("h3", { text: t("request.why") }),
          h(
            "ul",
            { class: "lines", lang: "en" },
            lines.map((line) => h("li", { text: line })),
          ),
        ),
      ),
    );
  }

  return {
    show(asked) {
      if (asked !== current) {
        current = asked;
        drawn = null;
        pane.scrollTop = 0;
        load();
      }
    },
    hide() {
      current = null;
      drawn = null;
    },
    refresh,
  };
}

/** What is copied, with a remark where it is not yet as it must be, and what is said of that. */
function told(request, { text, needs }) {
  const { from, length, bytes } = bytesOf(request);
  const words = {
    password: t("request.needsPassword"),
    covered: t("request.covered"),
    cut: t("request.needsRest", { from, to: from + bytes.length - 1, n: length }),
  };
  // A command asks for the password by its name.
  const remarks = needs.filter((need) => need !== "password").map((need) => `# ${words[need]}\n`);
  return { text: remarks.join("") + text, remark: needs.map((need) => words[need]).join(" ") };
}

/** From the socket to the answer, and where it went wrong. */
function path(request) {
  const readable = request.operation !== "-";
  const hops = [
    [t("request.http"), `${request.method} ${request.path}`],
    [t("request.label"), request.content_type ?? t("none")],
    [t("request.form"), request.transport ? t(`transport.${request.transport}`) : null],
    [t("request.charset"), request.charset],
    [t("request.document"), readable ? t("request.wellFormed") : null],
    [t("requests.operation"), readable ? request.operation : null],
    [t("account"), request.account],
    [t("requests.result"), request.result],
  ];
  const stop = hops.findIndex(([, value]) => value === null || value === undefined);
  const refused = stop >= 0 && (stop < 6 || request.result === "AUTH_FAILED") ? stop : -1;
  return h(
    "ol",
    { class: "hops", "aria-label": t("request.path") },
    hops.map(([name, value], index) => {
      const isLast = index === hops.length - 1;
      const state =
        index === refused
          ? "bad"
          : value === null || value === undefined
            ? "off"
            : isLast && !["OK", "SEND_OK"].includes(value)
              ? "bad"
              : "good";
      return h(
        "li",
        { class: `hop ${state}` },
        h(
          "span",
          { class: "hop-name" },
          icon(state === "bad" ? "failed" : state === "off" ? "barred" : "check"),
          h("span", { text: name }),
        ),
        h("span", { class: "hop-value", text: value ?? (index === refused ? t("request.stuck") : "–") }),
      );
    }),
  );
}

/** Why it was refused. */
function reason(request) {
  if (!request.reason) {
    return null;
  }
  const { text, lang } = reasonOf(request.reason);
  return h("p", { class: "reason", lang }, icon("warning"), h("span", { text }));
}

function fault(hurt) {
  return h(
    "p",
    { class: "reason warn" },
    icon("fault"),
    h(
      "span",
      {},
      t("request.fault", { kind: t(`fault.${hurt.kind}`) }),
      " ",
      h("a", { href: address(["control", "faults"]) }, h("code", { text: hurt.name })),
      ". ",
      hurt.committed ? t("request.committed") : t(hurt.placed === "before" ? "request.before" : "request.after"),
    ),
  );
}

function tolerated(request) {
  return request.tolerated.length === 0
    ? null
    : h(
        "section",
        { class: "block" },
        h("h3", { text: t("request.tolerated") }),
        h(
          "ul",
          { class: "tolerated" },
          request.tolerated.map(({ name, clause }) => {
            const key = `tolerated.${name}`;
            return h("li", {}, h("span", { text: hasText(key) ? t(key) : name }), h("code", { text: clause }));
          }),
        ),
      );
}

function outcome(request) {
  const charged = Number(request.charged);
  const changes = charged !== 0;
  if (!changes && request.messages === 0) {
    return null;
  }
  const fact = (name, ...value) => h("div", {}, h("dt", { text: name }), h("dd", {}, value));
  return h(
    "section",
    { class: "block" },
    h("h3", { text: t("request.outcome") }),
    h(
      "dl",
      { class: "facts" },
      request.messages > 0
        ? fact(
            t("messages.title"),
            h("a", {
              href: address(["messages", request.account, String(request.first_message)]),
              text: t("requests.messages", { n: request.messages }),
            }),
            request.skipped > 0 ? `, ${t("request.skipped", { n: request.skipped })}` : null,
          )
        : null,
      fact(
        t("request.ledger"),
        h(
          "a",
          { href: address(["accounts", request.account]) },
          changes ? `−${t("credits", { n: charged, credits: credits(request.charged) })}` : t("request.free"),
        ),
        request.ledger ? ` · ${t("request.balance", { credits: credits(request.ledger.balance) })}` : null,
      ),
    ),
  );
}

function body(request) {
  const { bytes, from, length, isWhole } = bytesOf(request);
  const { unreadable } = request;
  const document = documentOf(request)?.replace("\ufeff", "") ?? null;
  if (length === 0) {
    return h("p", { class: "muted", text: t("request.noBody") });
  }
  const views = [];
  if (document !== null) {
    views.push([
      t("request.document"),
      () => text(document, unreadable?.line ? offsetOf(document, unreadable.line, unreadable.column) : null),
    ]);
  }
  views.push([t("request.text"), () => text(request.body)]);
  views.push([
    t("request.bytes"),
    () => [
      isWhole
        ? null
        : h("p", { class: "muted", text: t("request.cut", { from, to: from + bytes.length - 1, n: length }) }),
      bytesView(bytes, from, length, badByte(request, bytes, from)),
    ],
  ]);
  return [
    tabs(t("request.body"), views),
    bodyOf(request) === null && request.transport !== null
      ? h("p", { class: "muted", text: t("request.noDocument", { n: length }) })
      : null,
  ];
}

/** The byte because of which a body could not be read: where it stands, in how many bytes, and that in words. */
function badByte(request, bytes, from) {
  const place = request.unreadable?.byte ?? null;
  if (place === null) {
    return null;
  }
  const at = place - from;
  const written = String.fromCharCode(...bytes.subarray(at, at + 3));
  const isForm = ["urlencoded", "unescaped"].includes(request.transport);
  const isEscaped = isForm && /^%[0-9a-f]{2}$/i.test(written);
  const hex = isEscaped ? written.slice(1).toLowerCase() : bytes[at]?.toString(16).padStart(2, "0");
  if (hex === undefined) {
    // The document ended where something was still to come.
    return { place, length: 0, text: t("request.badEnd", { offset: place }) };
  }
  const byte = isEscaped ? t("request.escapedByte", { byte: `0x${hex}`, written }) : `0x${hex}`;
  const inside = placeInDocument(request, place);
  return {
    place,
    length: isEscaped ? 3 : 1,
    text:
      inside === null || inside === place
        ? t("request.badByte", { offset: place, byte })
        : t("request.badByteInside", { offset: place, inside, byte }),
  };
}

/** A text with the place marked where it became unreadable. */
function text(whole, bad) {
  const pre = h("pre", { class: "source", tabindex: "0" });
  if (bad === undefined || bad === null) {
    pre.append(whole);
    return pre;
  }
  const end = bad + (whole.codePointAt(bad) > 0xffff ? 2 : 1);
  const sign = whole.slice(bad, end);
  pre.append(
    whole.slice(0, bad),
    h("mark", { class: "bad", title: t("request.bad") }, sign === "" || sign === "\n" ? `⏎${sign}` : sign),
    whole.slice(end),
  );
  return pre;
}

function reply(request) {
  if (request.lost) {
    return h("p", { class: "muted", text: t("request.lost") });
  }
  return h("pre", { class: "source", tabindex: "0", text: request.reply });
}
