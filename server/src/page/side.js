// What stands beside every view: the ways to the views, where the gateway is, whether the page is up to date.

import { read } from "./api.js";
import { copyButton } from "./clipboard.js";
import { showHelp } from "./dialogs.js";
import { fill, h, icon, svg } from "./dom.js";
import { current, keepLanguage, LANGUAGES, t, time } from "./i18n.js";
import { now, stands } from "./moments.js";
import { address } from "./router.js";

const VIEWS = [
  ["messages", "m"],
  ["requests", "r"],
  ["accounts", "a"],
  ["control", "c"],
];

/** The bar at the side, or at the top where the screen is narrow. `redraw()` is called in a new language. */
export class Side {
  constructor(element, redraw) {
    Object.assign(this, { element, redraw, state: "away", links: new Map() });
    setInterval(() => this.tick(), 1000);
  }

  draw({ page }) {
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
    this.space = h("div", { class: "side-space" });
    fill(
      this.element,
      h(
        "div",
        { class: "brand" },
        mark(),
        h("h1", { class: "brand-name", text: "epochta-mock" }),
        h("span", { class: "version", text: page.version }),
      ),
      this.space,
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
    this.spaces(page);
    this.setState(this.state);
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
    if (this.dot && this.dot.dataset.state !== state) {
      this.dot.dataset.state = state;
      fill(this.dot, h("span", { class: "dot" }), h("span", { text: t(`live.${state}`) }));
    }
  }

  /** The time, where it stands still. */
  tick() {
    if (this.clock) {
      this.clock.hidden = !stands();
      if (stands()) {
        fill(this.clock, icon("pause"), h("span", { text: t("clock.standsAt", { time: time(new Date(now())) }) }));
      }
    }
  }

  async spaces(page) {
    if (page.space !== "") {
      fill(
        this.space,
        icon("space"),
        h("span", { class: "space-name", text: page.space }),
        h("a", { href: "../../", text: t("space.root") }),
      );
      return;
    }
    try {
      const { spaces } = await read("spaces");
      const named = spaces.map((space) => space.name ?? space).filter((name) => name !== "");
      if (named.length > 0) {
        const select = h(
          "select",
          {
            id: "space",
            "aria-label": t("space.choose"),
            on: {
              change: () => select.value !== "" && location.assign(`s/${encodeURIComponent(select.value)}/`),
            },
          },
          h("option", { value: "", text: t("space.choose") }),
          named.slice(0, 500).map((name) => h("option", { value: name, text: name })),
        );
        fill(this.space, icon("space"), select);
      }
    } catch {
      // Without this list the page is as good.
    }
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
