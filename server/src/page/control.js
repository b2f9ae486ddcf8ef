// The view of what can be steered: a list of subjects, and the panel of one.

import { read } from "./api.js";
import { clockPanel } from "./clock.js";
import { fill, h, icon } from "./dom.js";
import { faultsPanel } from "./faults.js";
import { moment, t, time } from "./i18n.js";
import { magicTable } from "./magic.js";
import { now, stands } from "./moments.js";
import { tellProblem } from "./notice.js";
import { calmly } from "./part.js";
import { resetPanel } from "./reset.js";
import { address } from "./router.js";
import { scriptsPanel } from "./scripts.js";

const SUBJECTS = ["clock", "scripts", "faults", "magic", "reset"];
const SIGNS = { clock: "clock", scripts: "script", faults: "fault", magic: "hash", reset: "reset" };

/** The view, in these two panes. */
export function controlView(context, panes) {
  let chosen = null;
  let shown = null;
  let panel = null;
  const states = {};
  const links = new Map(
    SUBJECTS.map((subject) => {
      const state = h("span", { class: "row-text" });
      states[subject] = state;
      return [
        subject,
        h(
          "a",
          { class: "row-link subject", href: address(["control", subject]) },
          icon(SIGNS[subject]),
          h("span", { class: "subject-words" }, h("span", { class: "row-main", text: t(`control.${subject}`) }), state),
        ),
      ];
    }),
  );
  fill(
    panes.list,
    h("header", { class: "list-head" }, h("div", { class: "list-title" }, h("h2", { text: t("control.title") }))),
    context.page.read_only ? h("p", { class: "notice" }, icon("lock"), h("span", { text: t("readOnlyLong") })) : null,
    h(
      "ul",
      { class: "subjects", role: "list" },
      SUBJECTS.map((subject) => h("li", {}, links.get(subject))),
    ),
  );
  states.magic.textContent = t("control.magicCount", { n: context.page.magic.length });

  async function load() {
    try {
      const [{ scripts }, { faults }, configuration] = await Promise.all([
        read("scripts"),
        read("faults"),
        read("configuration"),
      ]);
      const hits = faults.reduce((sum, fault) => sum + fault.hits, 0);
      states.scripts.textContent = t("control.scriptCount", { n: scripts.length });
      states.faults.textContent =
        faults.length === 0
          ? t("control.noFaults")
          : `${t("control.faultCount", { n: faults.length })}, ${t("faults.hits", { n: hits })}`;
      states.reset.textContent = configuration.error
        ? t("control.wrongFile")
        : (configuration.file ?? t("control.noFile"));
      states.reset.classList.toggle("wrong", Boolean(configuration.error));
    } catch (problem) {
      tellProblem(problem);
    }
  }
  const fresh = calmly(load, 500);

  function tick() {
    states.clock.textContent = stands()
      ? t("control.frozen", { time: moment(new Date(now())) })
      : t("control.real", { time: time(new Date(now())) });
  }
  const timer = setInterval(tick, 500);
  tick();

  function draw() {
    const subject = chosen ?? (context.isNarrow() ? null : SUBJECTS[0]);
    for (const [name, link] of links) {
      if (name === subject) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    }
    if (subject !== shown) {
      panel?.leave();
      panel = null;
      shown = subject;
      panes.detail.scrollTop = 0;
      if (subject === null) {
        fill(panes.detail);
      } else {
        const body = h("div", { class: "detail-body" });
        fill(
          panes.detail,
          h(
            "header",
            { class: "detail-head" },
            h(
              "div",
              { class: "detail-title" },
              h("a", { class: "button bare back", href: address(["control"]), "aria-label": t("back") }, icon("back")),
              h("h2", { tabindex: "-1", text: t(`control.${subject}`) }),
            ),
          ),
          body,
        );
        panel = PANELS[subject](context, body, fresh);
      }
    }
    context.panes(chosen === null ? "list" : "detail");
  }

  return {
    show(place) {
      chosen = SUBJECTS.includes(place.parts[1]) ? place.parts[1] : null;
      draw();
      fresh();
    },
    onEvent(name) {
      fresh();
      panel?.onEvent(name);
    },
    move(step) {
      const at = SUBJECTS.indexOf(shown);
      const subject = SUBJECTS[chosen === null ? (step > 0 ? 0 : -1) : at + step];
      if (subject !== undefined) {
        context.open(["control", subject], {}, chosen !== null);
        links.get(subject).focus();
      }
    },
    close() {
      if (chosen !== null) {
        const link = links.get(chosen);
        context.open(["control"], {}, false);
        link.focus();
        return true;
      }
      return false;
    },
    search: () => {},
    act: () => {},
    leave() {
      clearInterval(timer);
      panel?.leave();
    },
  };
}

function magicPanel(context, body) {
  fill(body, h("p", { class: "lead", text: t("magic.lead") }), magicTable(context.page.magic));
  return { onEvent: () => {}, leave: () => {} };
}

const PANELS = { clock: clockPanel, scripts: scriptsPanel, faults: faultsPanel, magic: magicPanel, reset: resetPanel };
