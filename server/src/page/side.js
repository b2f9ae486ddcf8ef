// What stands beside every view: the ways to the views, where the gateway is, whether the page is up to date.

import { canStand, read } from "./api.js";
import { copyButton } from "./clipboard.js";
import { showHelp } from "./dialogs.js";
import { fill, h, icon, svg } from "./dom.js";
import { current, keepLanguage, LANGUAGES, moment, t } from "./i18n.js";
import { now, stands } from "./moments.js";
import { calmly } from "./part.js";
import { address } from "./router.js";

const VIEWS = [
  ["messages", "m"],
  ["requests", "r"],
  ["accounts", "a"],
  ["control", "c"],
];

/** So long a stream may be away before it is said: another tab may take it over, and a network may blink. */
const BLINK = 1000;
/** How often the list of spaces is read while it is looked at. */
const SPACES = 20_000;

/** The bar at the side, or at the top where the screen is narrow. `redraw()` is called in a new language. */
export class Side {
  constructor(element, redraw) {
    Object.assign(this, { element, redraw, state: "away", away: null, links: new Map() });
    setInterval(() => this.tick(), 1000);
    this.askSpaces = calmly(() => this.loadSpaces(), 1000);
    // Now and then, and where their list may be about to be opened.
    setInterval(() => document.hidden || this.askSpaces(), SPACES);
    document.addEventListener("visibilitychange", () => document.hidden || this.askSpaces());
    element.addEventListener("pointerenter", this.askSpaces);
  }

  draw({ page }) {
    this.page = page;
    this.links = new Map(
      VIEWS.map(([name, key]) => [
        name,
        h(
          "a",
          { class: "nav-link", href: address([name]), "aria-keyshortcuts": `g ${key}` },
          icon(name),
          h("span", { text: t(`${name}.title`) }),
          h("kbd", { "aria-hidden": "true", text: `G ${key.toUpperCase()}` }),
        ),
      ]),
    );
    this.dot = h("span", { class: "live", role: "status" });
    this.clock = h("a", { class: "side-clock", href: address(["control", "clock"]), hidden: true });
    const language = h("button", {
      type: "button",
      class: "button bare small",
      "aria-label": `${t("language.other")}: ${t("language.switch")}`,
      title: t("language.switch"),
      text: t("language.other"),
      on: {
        click: () => {
          keepLanguage(LANGUAGES[(LANGUAGES.indexOf(current()) + 1) % LANGUAGES.length]);
          this.redraw();
        },
      },
    });
    const help = h(
      "button",
      {
        type: "button",
        class: "button bare small",
        id: "help",
        "aria-label": t("help.title"),
        title: t("help.title"),
        on: { click: showHelp },
      },
      icon("keyboard"),
    );
    this.space = h("select", {
      id: "space",
      "aria-label": t("space.label"),
      on: { focus: this.askSpaces, change: () => this.goToSpace() },
    });
    this.spaceLine = h("div", { class: "side-space" });
    fill(
      this.element,
      h(
        "div",
        { class: "brand" },
        mark(),
        h("h1", { class: "brand-name", text: "epochta-mock" }),
        h("span", { class: "version", text: page.version }),
      ),
      this.spaceLine,
      h("nav", { class: "nav", "aria-label": t("views") }, [...this.links.values()]),
      h(
        "div",
        { class: "side-foot" },
        page.read_only
          ? h("p", { class: "side-note", title: t("readOnlyLong") }, icon("lock"), h("span", { text: t("readOnly") }))
          : null,
        this.clock,
        h(
          "div",
          { class: "endpoint" },
          h("span", { class: "endpoint-label", text: t("gateway") }),
          h("code", { title: page.url, text: page.url.replace(/^http:\/\//, "") }),
          copyButton(t("copyUrl"), () => page.url, { words: false, more: "bare small" }),
        ),
        h("div", { class: "side-tools" }, this.dot, language, help),
      ),
    );
    this.showSpaces([]);
    this.askSpaces();
    this.showState();
    this.tick();
  }

  /** Which view is shown. */
  show(name) {
    for (const [known, link] of this.links) {
      if (known === name) {
        link.setAttribute("aria-current", "page");
      } else {
        link.removeAttribute("aria-current");
      }
    }
  }

  /** Whether news arrive: `live` or `away`. */
  setState(state) {
    this.state = state;
    clearTimeout(this.away);
    if (state === "live") {
      this.showState();
    } else {
      this.away = setTimeout(() => this.showState(), BLINK);
    }
  }

  showState() {
    if (this.dot.dataset.state !== this.state) {
      this.dot.dataset.state = this.state;
      fill(this.dot, h("span", { class: "dot" }), h("span", { text: t(`live.${this.state}`) }));
    }
  }

  /** The time, where it stands still. */
  tick() {
    if (this.clock) {
      this.clock.hidden = !stands();
      if (stands()) {
        fill(this.clock, icon("pause"), h("span", { text: t("clock.standsAt", { time: moment(new Date(now())) }) }));
      }
    }
  }

  async loadSpaces() {
    try {
      const { spaces } = await read(new URL("_mock/spaces", this.root()));
      this.showSpaces(spaces.map((space) => space.name));
    } catch {
      // Without this list the page is as good.
    }
  }

  /** The list of them, where there is more than the root. */
  showSpaces(known) {
    const here = this.page.space;
    const named = known.filter((name) => name !== "" && canStand(name)).slice(0, 500);
    if (here !== "" && !named.includes(here)) {
      named.unshift(here);
    }
    const drawn = [...this.space.options].slice(1).map((option) => option.value);
    // A list that is drawn anew may close under the visitor's hand.
    if (named.join("/") !== drawn.join("/")) {
      fill(
        this.space,
        h("option", { value: "", text: t("space.choose") }),
        named.map((name) => h("option", { value: name, text: name })),
      );
      this.space.value = here;
    }
    if (named.length === 0) {
      fill(this.spaceLine);
    } else if (!this.space.isConnected) {
      fill(this.spaceLine, icon("space"), this.space);
    }
  }

  goToSpace() {
    const { value } = this.space;
    location.assign(value === "" ? this.root() : new URL(`s/${encodeURIComponent(value)}/`, this.root()));
  }

  /** Where the root's page is; there may be a path of a proxy's before it. */
  root() {
    return new URL(this.page.space === "" ? "./" : "../../", document.baseURI);
  }
}

function mark() {
  return svg(
    "svg",
    { class: "mark", viewBox: "0 0 32 32", "aria-hidden": "true" },
    svg("rect", { width: "32", height: "32", rx: "8" }),
    svg("path", {
      class: "mark-bubble",
      d: "M7.5 11a3 3 0 0 1 3-3h11a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-6l-5 4v-4a3 3 0 0 1-3-3z",
    }),
    svg("path", { class: "mark-lines", d: "M12 14.5h8M12 17.5h5" }),
  );
}
