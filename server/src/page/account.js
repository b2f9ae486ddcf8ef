// One account: what it has, how it came to that, and what can be changed of it.

import { at, canStand, change, read } from "./api.js";
import { modeBadge } from "./accounts.js";
import { chart } from "./chart.js";
import { copyButton } from "./clipboard.js";
import { confirmed } from "./dialogs.js";
import { fill, h, icon } from "./dom.js";
import { decimal, field, numberField, submitted, toggle } from "./forms.js";
import { credits, moment, t } from "./i18n.js";
import { attempt, tellProblem } from "./notice.js";
import { calmly, Part } from "./part.js";
import { address } from "./router.js";
import { exactly } from "./signs.js";

const MODES = ["real", "test", "simulate"];
const LINES = 100;

/** The detail pane of an account; `changed()` is called where something was changed. */
export function accountDetail(context, pane, changed) {
  let name = null;
  let parts = null;
  const locked = context.page.read_only;

  async function load() {
    const asked = name;
    if (asked === null) {
      return;
    }
    try {
      const [account, lines] = await Promise.all([
        read(at`accounts/${asked}`),
        read(at`accounts/${asked}/ledger`, { limit: LINES }),
      ]);
      if (asked !== name) {
        return;
      }
      parts ??= frame();
      parts.head.show(account);
      parts.money.show([account.credits, account.charged, lines.entries]);
      parts.settings.show([account.mode, account.xml_interface, account.credit_price]);
      parts.ledger.show([lines, account.username]);
    } catch (problem) {
      if (asked !== name) {
        return;
      }
      if (problem.status === 404) {
        drawNothing(t("account.gone"));
      } else if (parts === null && problem.status !== undefined) {
        // What stands in the pane is another account.
        drawNothing(problem.message, canStand(asked) ? null : resetButton(asked));
      } else {
        tellProblem(problem);
      }
    }
  }

  function drawNothing(words, way = null) {
    parts = null;
    fill(pane, back(), h("div", { class: "nothing" }, icon("accounts"), h("p", { text: words }), way));
  }
  const refresh = calmly(load, 400);

  async function alter(body, done) {
    const ok = await attempt(() => change("PATCH", at`accounts/${name}`, body), done);
    refresh();
    changed();
    return ok;
  }

  function back() {
    return h("a", { class: "button bare back", href: address(["accounts"]), "aria-label": t("back") }, icon("back"));
  }

  function frame() {
    const head = h("header", { class: "detail-head" });
    const money = h("section", { class: "money" });
    const settings = h("section", { class: "block" });
    const lines = h("section", { class: "block" });
    // The form is no part: what is being typed into it stays.
    const amount = numberField("top-up", "", {
      placeholder: "100",
      disabled: locked,
      // As many as there are, but not none.
      pattern: "(?=.*[1-9])[0-9]+([.,][0-9]+)?",
      title: t("account.moreThanNone"),
    });
    const topUp = h(
      "form",
      {
        class: "inline-form",
        on: {
          submit: submitted(async () => {
            const added = decimal(amount);
            if (
              await attempt(
                () => change("POST", at`accounts/${name}/top-up`, { credits: added }),
                t("account.toppedUp", { n: Number(added), credits: credits(added) }),
              )
            ) {
              amount.value = "";
            }
            refresh();
            changed();
          }),
        },
      },
      h("label", { for: "top-up", text: t("account.topUp") }),
      amount,
      h("button", { type: "submit", class: "button", disabled: locked, text: t("account.add") }),
    );
    fill(pane, head, h("div", { class: "detail-body" }, money, topUp, settings, lines));
    return {
      head: new Part(head, drawHead),
      money: new Part(money, drawMoney),
      settings: new Part(settings, drawSettings),
      ledger: new Part(lines, drawLedger),
    };
  }

  function drawHead(account) {
    return [
      h(
        "div",
        { class: "detail-title" },
        back(),
        h("h2", { tabindex: "-1", "data-key": "title" }, exactly(account.username)),
        copyButton(t("account.copyLogin"), () => account.username, { words: false, more: "bare small" }),
        modeBadge(account.mode),
        account.closed ? h("span", { class: "badge bad", text: t("account.closed") }) : null,
      ),
      h(
        "div",
        { class: "actions" },
        h(
          "a",
          { class: "button", href: address(["messages"], { account: account.username }) },
          icon("messages"),
          h("span", { text: t("accounts.messages", { n: account.messages }) }),
        ),
        resetButton(account.username),
        h(
          "button",
          {
            type: "button",
            class: "button",
            disabled: locked,
            "data-key": "close",
            on: {
              click: async () => {
                if (
                  await ask(
                    "account.close",
                    () => change("DELETE", at`accounts/${account.username}`),
                    t("account.wasClosed"),
                  )
                ) {
                  context.open(["accounts"], {}, true);
                }
              },
            },
          },
          icon("close"),
          h("span", { text: t("account.close") }),
        ),
      ),
    ];
  }

  /** The account stands in the query, where any login can. Without it, everything would be reset. */
  function resetButton(username) {
    const reset = () => change("POST", `reset?${new URLSearchParams({ account: username })}`);
    return h(
      "button",
      {
        type: "button",
        class: "button",
        disabled: locked,
        "data-key": "reset",
        on: { click: () => ask("account.reset", reset, t("account.wasReset")) },
      },
      icon("reset"),
      h("span", { text: t("account.reset") }),
    );
  }

  async function ask(key, work, done) {
    if (!(await confirmed(t(key), t(`${key}Sure`, { name }), t(key)))) {
      return false;
    }
    const ok = await attempt(work, done);
    refresh();
    changed();
    return ok;
  }

  function drawMoney([left, charged, entries]) {
    return [
      h(
        "div",
        { class: "balance" },
        h("span", { class: "balance-label", text: t("account.balance") }),
        h("strong", { class: "balance-sum", id: "balance", text: credits(left) }),
        h("span", {
          class: "muted",
          text: t("account.charged", { n: Number(charged), credits: credits(charged) }),
        }),
      ),
      chart(entries),
    ];
  }

  function drawSettings([mode, isOn, price]) {
    const input = numberField("credit-price", price, { disabled: locked, size: "8" });
    return [
      h("h3", { text: t("account.settings") }),
      h(
        "div",
        { class: "setting" },
        h(
          "div",
          {},
          h("span", { class: "setting-name", id: "mode-name", text: t("account.mode") }),
          h("p", { class: "muted", text: t(`mode.${mode}.what`) }),
        ),
        h(
          "div",
          { class: "choices", role: "radiogroup", "aria-labelledby": "mode-name", on: { keydown: byArrows } },
          MODES.map((value) =>
            h("button", {
              type: "button",
              role: "radio",
              class: "choice",
              "aria-checked": String(value === mode),
              tabindex: value === mode ? "0" : "-1",
              disabled: locked,
              "data-key": `mode-${value}`,
              text: t(`mode.${value}`),
              on: {
                click: () =>
                  value !== mode && alter({ mode: value }, t("account.modeSet", { mode: t(`mode.${value}`) })),
              },
            }),
          ),
        ),
      ),
      h(
        "div",
        { class: "setting" },
        h(
          "div",
          {},
          h("span", { class: "setting-name", text: t("account.interface") }),
          h("p", { class: "muted", text: t(isOn ? "account.interfaceOn" : "account.interfaceOff") }),
        ),
        toggle("interface", t("account.interface"), isOn, (on) => alter({ xml_interface: on }), locked),
      ),
      h(
        "form",
        {
          class: "setting",
          on: { submit: submitted(() => alter({ credit_price: decimal(input) }, t("account.priceSet"))) },
        },
        h(
          "div",
          {},
          h("label", { class: "setting-name", for: "credit-price", text: t("account.price") }),
          h("p", { class: "muted", text: t("account.priceHint") }),
        ),
        h(
          "div",
          { class: "with-unit" },
          h("span", { text: "$" }),
          input,
          h("button", {
            type: "submit",
            class: "button",
            disabled: locked,
            "data-key": "price",
            text: t("save"),
          }),
        ),
      ),
    ];
  }

  function byArrows(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      const all = [...event.currentTarget.querySelectorAll("button")];
      const to = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
      to.focus();
      to.click();
    }
  }

  function drawLedger([lines, username]) {
    const body = h("tbody", {}, lines.entries.toReversed().map(line));
    const holder = h(
      "div",
      { class: "table-holder", tabindex: "0", role: "region", "aria-label": t("account.ledger") },
      h(
        "table",
        { class: "table" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col", text: t("account.when") }),
            h("th", { scope: "col", text: t("account.movement") }),
            h("th", { scope: "col", class: "right", text: t("account.change") }),
            h("th", { scope: "col", class: "right", text: t("account.balance") }),
          ),
        ),
        body,
      ),
    );
    let oldest = lines.entries[0]?.number ?? 0;
    const isAll = () => oldest <= lines.evicted + 1;
    const more = h("button", {
      type: "button",
      class: "button small",
      hidden: isAll(),
      text: t("account.older"),
      on: {
        click: async () => {
          try {
            const page = await read(at`accounts/${username}/ledger`, { before: oldest, limit: LINES });
            body.append(...page.entries.toReversed().map(line));
            oldest = page.entries[0]?.number ?? 0;
            more.hidden = isAll();
          } catch (problem) {
            tellProblem(problem);
          }
        },
      },
    });
    return [
      h("h3", { text: t("account.ledger") }),
      holder,
      more,
      lines.evicted > 0 ? h("p", { class: "muted", text: t("account.evicted", { n: lines.evicted }) }) : null,
    ];

    function line(entry) {
      const out = entry.movement === "charge";
      const what = t(`movement.${entry.movement}`);
      const where = entry.request
        ? address(["requests", String(entry.request)])
        : entry.first_message
          ? address(["messages", username, String(entry.first_message)])
          : null;
      return h(
        "tr",
        {},
        h("td", { class: "nowrap" }, h("time", { datetime: entry.at, text: moment(new Date(entry.at)) })),
        h(
          "td",
          {},
          where === null ? what : h("a", { href: where, text: entry.request ? `${what} #${entry.request}` : what }),
        ),
        h("td", {
          class: `right nowrap ${out ? "" : "good-text"}`,
          text: `${out ? "−" : "+"}${credits(entry.credits)}`,
        }),
        h("td", { class: "right nowrap", text: credits(entry.balance) }),
      );
    }
  }

  return {
    show(asked) {
      if (asked !== name) {
        name = asked;
        parts = null;
        pane.scrollTop = 0;
        load();
      }
    },
    hide() {
      name = null;
      parts = null;
    },
    refresh,
  };
}
