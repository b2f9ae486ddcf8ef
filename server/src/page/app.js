// The page: its frame, which view is shown, the keyboard, the event stream. What a view shows is its own business.

import { accountsView } from "./accounts.js";
import { keepToken, read, token, whenDenied, whenLate } from "./api.js";
import { controlView } from "./control.js";
import { askToken, dialogIsOpen, showHelp } from "./dialogs.js";
import { fill, h, icon } from "./dom.js";
import { follow } from "./follow.js";
import { chooseLanguage, t } from "./i18n.js";
import { listen } from "./keys.js";
import { messagesView } from "./messages.js";
import { askTime } from "./moments.js";
import { tellProblem } from "./notice.js";
import { calmly } from "./part.js";
import { requestsView } from "./requests.js";
import { address, go, place, replace } from "./router.js";
import { Side } from "./side.js";

const VIEWS = { messages: messagesView, requests: requestsView, accounts: accountsView, control: controlView };
/** What the first part of a place is, if it is not the view's name. */
const OTHER_NAMES = new Map([
  [undefined, "messages"],
  ["new-account", "accounts"],
]);
const NARROW = matchMedia("(max-width: 760px)");
const panes = { list: document.getElementById("list"), detail: document.getElementById("detail") };
const main = document.getElementById("main");

const context = {
  page: null,
  accounts: [],
  isNarrow: () => NARROW.matches,
  /** Which panes have something to show; where there is room for one, that is it. */
  panes(which) {
    if (main.dataset.show !== which) {
      main.dataset.show = which;
    }
  },
  /** Goes somewhere, by a step in the history or in the place of the last one. */
  open(parts, query, inPlace) {
    (inPlace ? replace : go)(address(parts, query));
  },
  /** The keyboard goes to the list. */
  focusList() {
    (panes.list.querySelector("[aria-current]") ?? panes.list.querySelector(".row-link"))?.focus();
  },
  changed(name) {
    view?.onEvent(name, null);
  },
};

let view = null;
let viewName = null;
let side = null;

function show() {
  const asked = place();
  const name = OTHER_NAMES.get(asked.parts[0]) ?? asked.parts[0];
  if (!Object.hasOwn(VIEWS, name)) {
    // There is no such place.
    replace(address([]));
    return;
  }
  if (name !== viewName) {
    leave();
    viewName = name;
    view = VIEWS[name](context, panes);
  }
  side.show(name);
  document.title = `${t(`${name}.title`)} · ${context.page.space || "epochta-mock"}`;
  view.show(asked);
}

function leave() {
  view?.leave();
  view = null;
  viewName = null;
  fill(panes.list);
  fill(panes.detail);
}

function onEvent(name, data) {
  if (name === "clock" || name === "gap" || name === "reset") {
    askTime().then(() => {
      side.tick();
      view?.onEvent(name, data);
    }, tellProblem);
    return;
  }
  if (name === "configuration") {
    freshPage();
  }
  if (name === "account" || name === "configuration" || name === "request") {
    freshNames(name, data);
  }
  view?.onEvent(name, data);
}

const loadNames = calmly(async () => {
  try {
    context.accounts = (await read("accounts")).accounts.slice(0, 200).map((account) => account.username);
  } catch (problem) {
    tellProblem(problem);
  }
}, 2000);

/** Whether anything may be changed here, and which account is the first, is the configuration's affair. */
const freshPage = calmly(async () => {
  try {
    const page = await read("page.json");
    if (JSON.stringify(page) !== JSON.stringify(context.page)) {
      context.page = page;
      redraw();
    }
  } catch (problem) {
    tellProblem(problem);
  }
}, 1000);

/** The names of accounts are asked for again where there may be a new one. */
function freshNames(name, data) {
  if (
    name !== "request" ||
    (data?.account && !context.accounts.includes(data.account) && context.accounts.length < 200)
  ) {
    loadNames();
  }
}

function keys() {
  const to = (name) => () => go(address([name]));
  const move = (step) => () => {
    view.move(step);
  };
  listen(
    {
      j: move(1),
      k: move(-1),
      ArrowDown: move(1),
      ArrowUp: move(-1),
      "/": () => view.search(),
      "?": () => showHelp(),
      Escape: () => view.close(),
      Enter: (event) => {
        // On a link or a button it means that one; in the list it goes on to what was chosen.
        if (event.target.matches?.(".row-link[aria-current]")) {
          panes.detail.querySelector("h2")?.focus();
          return true;
        }
        return false;
      },
      d: () => view.act("d"),
      y: () => view.act("y"),
      "g m": to("messages"),
      "g r": to("requests"),
      "g a": to("accounts"),
      "g c": to("control"),
    },
    dialogIsOpen,
  );
}

/** Everything is drawn anew, in another language. */
function redraw() {
  leave();
  side.draw(context);
  panes.list.setAttribute("aria-label", t("list"));
  panes.detail.setAttribute("aria-label", t("detail"));
  show();
}

/** What the page needs first; with the token, if one is demanded. */
async function admitted() {
  for (;;) {
    const page = await read("page.json").catch((problem) =>
      problem.status === 401 ? { token_needed: true } : Promise.reject(problem),
    );
    if (!page.token_needed) {
      return page;
    }
    const wrong = token() !== null;
    keepToken(null);
    keepToken(await askToken(wrong));
  }
}

/** What is said while an answer is late; the browser may not even have asked. */
function showLateness(isLate) {
  document.getElementById("late")?.remove();
  if (isLate) {
    const note = h("div", { class: "toast bad", id: "late" }, icon("warning"), h("span", { text: t("problem.late") }));
    document.getElementById("toasts").append(note);
  }
}

async function start() {
  chooseLanguage();
  whenLate(showLateness);
  try {
    context.page = await admitted();
    await askTime();
  } catch (problem) {
    fill(
      panes.list,
      h("p", {
        class: "notice",
        role: "alert",
        text: problem.status === undefined ? t("problem.unreachable") : problem.message,
      }),
    );
    return;
  }
  // A token that is no longer the right one.
  whenDenied(() => {
    keepToken(null);
    location.reload();
  });
  side = new Side(document.getElementById("side"), redraw);
  addEventListener("hashchange", show);
  redraw();
  NARROW.addEventListener("change", () => view.show(place()));
  keys();
  loadNames();
  follow(onEvent, (state) => side.setState(state));
}

start();
