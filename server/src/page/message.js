// One message: on the handset, with what was made of it, and what can still become of it.

import { at, change, read } from "./api.js";
import { copy, copyButton } from "./clipboard.js";
import { fill, h, icon } from "./dom.js";
import { credits, number, t } from "./i18n.js";
import { menuButton } from "./menu.js";
import { stands } from "./moments.js";
import { attempt, tell, tellProblem } from "./notice.js";
import { calmly, Part } from "./part.js";
import { phone } from "./phone.js";
import { address } from "./router.js";
import { exactly, inBrief, withMarks } from "./signs.js";
import { FAILURES, isFinal, statusBadge, statusName } from "./status.js";
import { isDue, story } from "./story.js";

/** The detail pane of a message. `query()` is what the list is filtered by; `onFound` hears of every one that was read. */
export function messageDetail(context, pane, query, onFound) {
  let key = null;
  let message = null;
  let parts = null;

  async function load() {
    const asked = key;
    if (asked === null) {
      return;
    }
    const [account, ordinal] = asked;
    try {
      const found = await read(at`messages/${account}/${ordinal}`);
      const thread =
        found.to === null ? [found] : (await read("messages", { to: found.to, limit: 40 })).messages.reverse();
      if (key === asked) {
        draw(found, thread.some((one) => one.account === account && one.ordinal === ordinal) ? thread : [found]);
        onFound(found);
      }
    } catch (problem) {
      if (key !== asked) {
        return;
      }
      if (problem.status === 404) {
        message = null;
        parts = null;
        fill(pane, back(), h("div", { class: "nothing" }, icon("messages"), h("p", { text: t("message.gone") })));
      } else {
        tellProblem(problem);
      }
    }
  }
  const refresh = calmly(load, 250);

  function back() {
    return h(
      "a",
      { class: "button bare back", href: address(["messages"], query()), "aria-label": t("back") },
      icon("back"),
    );
  }

  function frame() {
    const title = h("div", { class: "detail-title" });
    const actions = h("div", { class: "actions" });
    const head = h("header", { class: "detail-head" }, title, actions);
    const code = h("div", {});
    const handset = h("div", { class: "handset-holder" });
    const delivery = h("section", { class: "block" });
    const text = h("section", { class: "block" });
    const facts = h("section", { class: "block" });
    fill(
      pane,
      head,
      h(
        "div",
        { class: "detail-body" },
        h("div", { class: "message-layout" }, handset, h("div", { class: "blocks" }, code, delivery, text, facts)),
      ),
    );
    return {
      title: new Part(title, drawTitle),
      actions: new Part(actions, drawActions),
      code: new Part(code, drawCode),
      handset: phone(handset, query),
      delivery: new Part(delivery, (shown) => [h("h3", { text: t("message.delivery") }), story(shown)]),
      text: new Part(text, drawText),
      facts: new Part(facts, drawFacts),
    };
  }

  function draw(found, thread) {
    message = found;
    parts ??= frame();
    // Each is told what it shows and no more, so that it is left alone where that is the same.
    const { to, status, code, at: accepted, timeline, cause } = message;
    const { text, template, variables, alphabet, units, parts: count, price } = message;
    const { sender, account, id, ordinal, request } = message;
    parts.title.show([to, message.written ?? null, status]);
    parts.actions.show(isFinal(status));
    parts.code.show(code);
    parts.handset.show(message, thread);
    parts.delivery.show({ at: accepted, timeline, cause });
    parts.text.show({ text, template, variables, alphabet, units, parts: count, price });
    parts.facts.show({ sender, account, id, ordinal, request });
  }

  async function move(status) {
    const { account, ordinal } = message;
    const body = status === undefined ? {} : { status };
    const done = await attempt(
      () => change("POST", at`messages/${account}/${ordinal}/move`, body),
      status === undefined ? t("message.stepped") : t("message.moved", { status: statusName(status) }),
    );
    if (done) {
      refresh();
      context.changed("message");
    }
  }

  function drawTitle([to, written, status]) {
    const name = to !== null ? `+${to}` : (written ?? "").trim() === "" ? t("message.invalidNumber") : written;
    return [
      back(),
      h("h2", { tabindex: "-1", class: "number brief clamped", "data-key": "title", title: name }, exactly(name)),
      statusBadge(status),
    ];
  }

  function drawActions(settled) {
    const locked = context.page.read_only;
    const disabled = settled || locked;
    return [
      h(
        "button",
        {
          type: "button",
          class: "button primary",
          disabled,
          "data-key": "deliver",
          "aria-keyshortcuts": "d",
          title: locked ? t("readOnly") : settled ? t("message.settled") : null,
          on: { click: () => move("DELIVERED") },
        },
        icon("delivered"),
        h("span", { text: t("message.deliver") }),
      ),
      menuButton(t("message.failAs"), byHand, { disabled }),
    ];
  }

  /** What a hand can do with the message, as it stands now. */
  function byHand() {
    const next = message.timeline.find((step) => !step.taken);
    const turn = (status) => ({ label: statusName(status), hint: status, act: () => move(status) });
    const items = FAILURES.map(turn);
    if (message.status === "0") {
      items.unshift(turn("SENT"));
    }
    if (next !== undefined) {
      const label = t("message.nextStep", { status: statusName(next.status) });
      items.unshift({ label, hint: next.status, act: () => move() });
    }
    return items;
  }

  function drawCode(otp) {
    return otp === null
      ? null
      : h(
          "section",
          { class: "otp" },
          h("div", {}, h("h3", { text: t("message.otp") }), h("output", { class: "otp-code", text: otp })),
          copyButton(t("copy"), () => otp, { more: "primary" }),
        );
  }

  function drawText(shown) {
    const of = shown.alphabet === "gsm" ? [160, 153] : [70, 67];
    const size = shown.parts > 1 ? of[1] : of[0];
    const used = shown.units - size * (shown.parts - 1);
    const bars = Array.from({ length: Math.min(shown.parts, 12) }, (_, part) => {
      const share = part < shown.parts - 1 || shown.parts > 12 ? 1 : Math.max(0, Math.min(1, used / size));
      const bar = h("span", { class: "gauge-fill" });
      bar.style.width = `${share * 100}%`;
      return h("span", { class: "gauge" }, bar);
    });
    return [
      h("h3", { text: t("message.text") }),
      h("div", { class: "gauges", "aria-hidden": "true" }, bars),
      h(
        "p",
        { class: "sum" },
        h("strong", { text: t("message.parts", { n: shown.parts }) }),
        " · ",
        t(`message.${shown.alphabet}`),
        " · ",
        t("message.units", { n: shown.units }),
        " · ",
        h("strong", { text: t("credits", { n: Number(shown.price), credits: credits(shown.price) }) }),
      ),
      shown.template === undefined || shown.template === null ? null : template(shown),
      copyButton(t("message.copyText"), () => shown.text, { more: "small" }),
    ];
  }

  function drawFacts(shown) {
    const fact = (name, ...value) => h("div", {}, h("dt", { text: name }), h("dd", {}, value));
    const none = () => h("span", { class: "muted", text: t("none") });
    return [
      h("h3", { text: t("message.facts") }),
      h(
        "dl",
        { class: "facts" },
        fact(t("sender"), shown.sender === "" ? none() : inBrief("span", shown.sender)),
        fact(t("account"), h("a", { href: address(["accounts", shown.account]) }, exactly(shown.account))),
        fact(
          t("message.id"),
          shown.id === ""
            ? none()
            : inBrief(
                "code",
                shown.id,
                copyButton(t("message.copyId"), () => shown.id, { words: false, more: "bare small" }),
              ),
        ),
        fact(t("message.ordinal"), number(shown.ordinal)),
        fact(
          t("message.request"),
          h("a", { href: address(["requests", String(shown.request)]), text: `#${shown.request}` }),
        ),
      ),
    ];
  }

  return {
    show(account, ordinal, { message: known, newest }) {
      pane.classList.toggle("follows", newest);
      if (key !== null && key[0] === account && key[1] === ordinal) {
        return;
      }
      key = [account, ordinal];
      pane.scrollTop = 0;
      if (known !== undefined) {
        draw(known, [known]);
      }
      load();
    },
    hide() {
      key = null;
      message = null;
      parts = null;
    },
    refresh,
    tick() {
      if (message !== null && !stands() && isDue(message)) {
        refresh();
      }
    },
    async act(what) {
      if (message === null) {
        return;
      }
      if (what === "d" && !context.page.read_only && !isFinal(message.status)) {
        await move("DELIVERED");
      } else if (what === "y") {
        const done = await copy(message.code ?? message.text);
        tell(done ? t("copy.done") : t("copy.failed"), done ? "good" : "bad");
      }
    },
  };
}

/** The text before personalisation, with each place of a variable beside what stands there. */
function template(shown) {
  const variables = shown.variables ?? [];
  const pieces = shown.template.split(/(%\d+%)/);
  return h(
    "div",
    { class: "template" },
    h("h4", { text: t("message.template") }),
    h(
      "p",
      {},
      pieces.map((piece, index) => {
        if (index % 2 === 0) {
          return withMarks(piece);
        }
        const value = variables[Number(piece.slice(1, -1)) - 1];
        return h(
          "span",
          { class: "variable" },
          h("code", { text: piece }),
          value === undefined ? null : h("b", {}, value === "" ? "∅" : exactly(value)),
        );
      }),
    ),
  );
}
