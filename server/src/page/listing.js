// A list as a view shows it, the newest first: its head, what has come above what one looks at, what is said where there
// is nothing. What its rows are is the view's affair.

import { fill, h, icon } from "./dom.js";
import { number, t } from "./i18n.js";
import { announce, tellProblem } from "./notice.js";

/**
 * `view` is the word that its texts begin with; `hint` leads on where nothing has come yet; `draw` draws the view anew.
 */
export function listing({ view, pane, feed, rows, bar, hint = () => null, draw }) {
  let news = 0;
  let asking = false;
  // Why there is no first page.
  let refused = null;
  // What was asked may be answered when the pane is another view's.
  let isLeft = false;

  const count = h("span", { class: "count" });
  const toNews = h("button", {
    type: "button",
    class: "news",
    hidden: true,
    on: {
      click: () => {
        rows.toTop();
        seen();
      },
    },
  });
  fill(
    pane,
    h(
      "header",
      { class: "list-head" },
      h("div", { class: "list-title" }, h("h2", { text: t(`${view}.title`) }), count, bar.ways),
      bar.element,
    ),
    h("div", { class: "list-body" }, toNews, rows.element),
  );
  rows.element.addEventListener("scroll", () => rows.atTop() && seen());

  function seen() {
    news = 0;
    toNews.hidden = true;
  }

  /** Asks for something, and draws the view when it is there. Without a first page the list says why. */
  async function ask(work) {
    try {
      await work();
      refused = null;
    } catch (problem) {
      if (feed.next !== undefined || problem.status === undefined || problem.status === 401) {
        tellProblem(problem);
        return;
      }
      refused = problem;
    }
    if (!isLeft) {
      draw();
    }
  }

  function anew() {
    refused = null;
    feed.forget();
    seen();
    ask(() => feed.head());
  }

  /** What is wrong, and the way out of it. */
  function refusal(sifted) {
    return h(
      "div",
      { class: "empty", role: "alert" },
      h("p", { class: "empty-title", text: t("problem.list") }),
      [refused.message, ...refused.lines].map((line) => h("p", { text: line })),
      sifted
        ? clear()
        : h("button", { type: "button", class: "button", text: t("problem.again"), on: { click: anew } }),
    );
  }

  function clear() {
    return h("button", { type: "button", class: "button", text: t("clearFilters"), on: { click: () => bar.clear() } });
  }

  return {
    ask,
    /** Begins again. */
    anew,
    /**
     * Shows these items, of so many, if that is known, which is told in these words. Answers whether there is nothing,
     * and whether it is sifted.
     */
    show(items, total, words = total ? number(total) : "") {
      rows.set(items, total);
      count.textContent = words;
      const sifted = bar.isFiltering();
      const wrong = refused !== null && feed.next === undefined;
      const empty = items.length === 0 && (feed.next !== undefined || (wrong && sifted));
      bar.hide(empty && !sifted);
      rows.setFoot(
        wrong ? refusal(sifted) : null,
        empty && sifted && !wrong
          ? h("div", { class: "empty" }, h("p", { text: t(`${view}.noMatch`) }), clear())
          : null,
        empty && !sifted
          ? h(
              "div",
              { class: "empty" },
              h("p", { class: "empty-title", text: t(`${view}.none`) }),
              h("p", { text: t(`${view}.noneHint`) }),
              hint(),
            )
          : null,
        feed.next === null && feed.evicted > 0
          ? h("p", { class: "muted foot-note", text: t(`${view}.evicted`, { n: feed.evicted }) })
          : null,
      );
      return { empty, sifted };
    },
    /** Says in the other pane that there is no such thing, unasked; `back` leads to the list. */
    missing(other, back, words) {
      fill(
        other,
        h("a", { class: "button bare back", href: back, "aria-label": t("back") }, icon("back")),
        h("div", { class: "nothing" }, icon(view), h("p", { text: words })),
      );
    },
    /** Invites to choose one of them, in the other pane. */
    invite(other) {
      fill(other, h("div", { class: "nothing" }, icon(view), h("p", { text: t(`${view}.choose`) })));
    },
    /** Tells that so many are new, in these words. */
    notice(count, words = t(`${view}.new`, { n: count })) {
      if (count === 0) {
        return;
      }
      announce(words);
      if (!rows.atTop()) {
        news += count;
        fill(toNews, icon("up"), h("span", { text: t(`${view}.new`, { n: news }) }));
        toNews.hidden = false;
      }
    },
    /** The next page. Answers whether it was asked for. */
    async more() {
      if (feed.next === null || feed.next === undefined || asking) {
        return false;
      }
      asking = true;
      await ask(() => feed.more());
      asking = false;
      return true;
    },
    leave() {
      isLeft = true;
      rows.leave();
      feed.forget();
    },
  };
}
