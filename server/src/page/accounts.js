// The view of accounts: the list, and the form for a new one. One account is in account.js.

import { change, read } from "./api.js";
import { accountDetail } from "./account.js";
import { fill, h, icon } from "./dom.js";
import { field, numberField, submitted } from "./forms.js";
import { credits, number, t } from "./i18n.js";
import { attempt, tellProblem } from "./notice.js";
import { calmly } from "./part.js";
import { address } from "./router.js";
import { Rows } from "./rows.js";

/** Chosen is the form for a new account, and no login. */
const NEW = Symbol("new");

/** What a mode is called; a sign beside the account. */
export function modeBadge(mode) {
  return h("span", {
    class: `badge ${{ real: "accent", test: "warn", simulate: "quiet" }[mode]}`,
    text: t(`mode.${mode}`),
  });
}

/** The view, in these two panes. */
export function accountsView(context, panes) {
  let accounts = null;
  let chosen = null;
  let sought = "";
  // What was asked may be answered when the panes are another view's.
  let isLeft = false;
  const rows = new Rows({
    height: 3.5,
    label: t("accounts.title"),
    make: accountRow,
    key: (account) => account.username,
    href: (account) => address(["accounts", account.username]),
    onNear: () => {},
  });
  const count = h("span", { class: "count" });
  const input = h("input", {
    type: "search",
    id: "search",
    placeholder: t("accounts.search"),
    "aria-label": t("accounts.search"),
    autocomplete: "off",
    spellcheck: "false",
    "aria-keyshortcuts": "/",
    on: {
      input: () => {
        sought = input.value.trim().toLowerCase();
        draw();
      },
      keydown: (event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          input.value = sought = "";
          input.blur();
          draw();
        } else if (event.key === "Enter") {
          input.blur();
          context.focusList();
        }
      },
    },
  });
  const add = h(
    "a",
    {
      class: "button small",
      href: address(["new-account"]),
      "aria-disabled": context.page.read_only ? "true" : null,
    },
    icon("plus"),
    h("span", { text: t("accounts.add") }),
  );
  const detail = accountDetail(context, panes.detail, () => load());
  fill(
    panes.list,
    h(
      "header",
      { class: "list-head" },
      h(
        "div",
        { class: "list-title" },
        h("h2", { text: t("accounts.title") }),
        count,
        context.page.read_only ? null : add,
      ),
      h(
        "div",
        { class: "filters" },
        h("div", { class: "search" }, icon("search"), input, h("kbd", { text: "/", "aria-hidden": "true" })),
      ),
    ),
    h("div", { class: "list-body" }, rows.element),
  );

  function shown() {
    return (accounts ?? []).filter((account) => account.username.toLowerCase().includes(sought));
  }

  function draw() {
    if (accounts === null || isLeft) {
      return;
    }
    const listed = shown();
    rows.set(listed, listed.length);
    count.textContent = number(accounts.length);
    rows.setFoot(
      listed.length === 0
        ? h(
            "div",
            { class: "empty" },
            h("p", { text: t(accounts.length === 0 ? "accounts.none" : "accounts.noMatch") }),
          )
        : null,
    );
    const isNew = chosen === NEW;
    const subject = isNew ? null : (chosen ?? (context.isNarrow() ? null : (listed[0]?.username ?? null)));
    rows.select(subject);
    if (isNew) {
      detail.hide();
      if (panes.detail.querySelector(".new-account") === null) {
        newAccount();
      }
    } else if (subject !== null) {
      detail.show(subject);
    } else {
      detail.hide();
      fill(panes.detail, h("div", { class: "nothing" }, icon("accounts"), h("p", { text: t("accounts.choose") })));
    }
    context.panes(chosen === null ? "list" : "detail");
  }

  async function load() {
    try {
      accounts = (await read("accounts")).accounts;
      context.accounts = accounts.slice(0, 200).map((account) => account.username);
      draw();
    } catch (problem) {
      tellProblem(problem);
    }
  }
  const fresh = calmly(load, 500);

  function newAccount() {
    const name = h("input", { id: "new-name", required: true, autocomplete: "off", spellcheck: "false" });
    const password = h("input", {
      id: "new-password",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: t("accounts.asLogin"),
    });
    const opening = numberField("new-credits", "100");
    const mode = h(
      "select",
      { id: "new-mode" },
      ["real", "test", "simulate"].map((value) => h("option", { value, text: t(`mode.${value}`) })),
    );
    const form = h(
      "form",
      {
        class: "form",
        on: {
          submit: submitted(async () => {
            const body = {
              username: name.value,
              credits: opening.value.replace(",", "."),
              mode: mode.value,
            };
            if (password.value !== "") {
              body.password = password.value;
            }
            if (await attempt(() => change("POST", "accounts", body), t("accounts.added", { name: name.value }))) {
              await load();
              context.open(["accounts", name.value], {}, true);
            }
          }),
        },
      },
      field(t("login"), name),
      field(t("password"), password),
      field(t("account.opening"), opening),
      field(t("account.mode"), mode),
      h(
        "div",
        { class: "form-buttons" },
        h("button", {
          type: "submit",
          class: "button primary",
          text: t("accounts.open"),
          disabled: context.page.read_only,
        }),
      ),
    );
    fill(
      panes.detail,
      h(
        "div",
        { class: "new-account" },
        h(
          "header",
          { class: "detail-head" },
          h(
            "div",
            { class: "detail-title" },
            h("a", { class: "button bare back", href: address(["accounts"]), "aria-label": t("back") }, icon("back")),
            h("h2", { tabindex: "-1", text: t("accounts.new") }),
          ),
        ),
        h("div", { class: "detail-body" }, form),
      ),
    );
    name.focus();
  }

  return {
    show(place) {
      chosen = place.parts[0] === "new-account" ? NEW : (place.parts[1] ?? null);
      draw();
      fresh();
      if (chosen !== null && chosen !== NEW) {
        rows.reveal(chosen, { focus: false });
      }
    },
    onEvent(name) {
      if (["request", "message", "account", "configuration", "reset", "gap"].includes(name)) {
        fresh();
        detail.refresh();
      }
    },
    move(step) {
      const listed = shown();
      const at = listed.findIndex((account) => account.username === rows.selected);
      const account = listed[chosen === null ? (step > 0 ? 0 : -1) : at + step];
      if (account !== undefined) {
        context.open(["accounts", account.username], {}, chosen !== null);
        rows.reveal(account.username, { focus: !context.isNarrow() });
      }
    },
    close() {
      if (chosen !== null) {
        const key = chosen;
        context.open(["accounts"], {}, false);
        rows.reveal(key, { focus: true });
        return true;
      }
      return false;
    },
    search() {
      input.focus();
      input.select();
    },
    act: () => {},
    leave() {
      isLeft = true;
      rows.leave();
      detail.hide();
    },
  };

  function accountRow() {
    const name = h("span", { class: "row-main" });
    const balance = h("span", { class: "row-time strong" });
    const what = h("span", { class: "row-text" });
    const side = h("span", { class: "row-side" });
    return {
      element: h(
        "span",
        { class: "account-row" },
        h("span", { class: "row-top" }, name, balance),
        h("span", { class: "row-bottom" }, what, side),
      ),
      fill(account) {
        name.textContent = account.username;
        balance.textContent = credits(account.credits);
        what.textContent = t("accounts.messages", { n: account.messages });
        fill(
          side,
          account.closed ? h("span", { class: "badge bad", text: t("account.closed") }) : null,
          account.xml_interface ? null : h("span", { class: "badge bad", text: t("account.off") }),
          modeBadge(account.mode),
        );
      },
    };
  }
}
