// The clock of the space: letting it stand, and moving it on.

import { change } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { submitted } from "./forms.js";
import { duration, exact, moment, t, time } from "./i18n.js";
import { aheadBy, now, stands, take } from "./moments.js";
import { attempt, tell } from "./notice.js";
import { Part } from "./part.js";

const STEPS = ["1s", "10s", "1m", "10m", "1h", "24h"];

/** The panel, in an element. */
export function clockPanel(context, body, changed) {
  const locked = context.page.read_only;
  const face = h("p", { class: "clock-face", id: "clock-face" });
  const date = h("p", { class: "muted clock-date" });
  const difference = h("p", { class: "muted clock-difference" });
  const ways = h("div", { class: "actions" });
  const by = h("input", {
    id: "advance-by",
    placeholder: "90s",
    required: true,
    autocomplete: "off",
    size: "8",
    disabled: locked,
  });
  const to = h("input", { id: "freeze-at", type: "datetime-local", step: "1", required: true, disabled: locked });

  /** `done()` says what came of it, which may be less than what was asked: a clock has an end. */
  async function ask(method, path, value, done) {
    if (await attempt(async () => take(await change(method, path, value)))) {
      tell(done());
    }
    tick();
    changed();
  }
  const present = () => moment(new Date(now()));
  const stopped = () => t("clock.stands", { time: present() });
  const advance = (length) =>
    ask("POST", "clock/advance", { by: length }, () => t("clock.advanced", { time: present() }));

  const part = new Part(ways, (standing) => [
    standing
      ? h(
          "button",
          {
            type: "button",
            class: "button primary",
            disabled: locked,
            "data-key": "go",
            on: { click: () => ask("PUT", "clock", { mode: "real" }, going) },
          },
          icon("clock"),
          h("span", { text: t("clock.letGo") }),
        )
      : h(
          "button",
          {
            type: "button",
            class: "button primary",
            disabled: locked,
            "data-key": "go",
            on: { click: () => ask("PUT", "clock", { mode: "frozen" }, stopped) },
          },
          icon("pause"),
          h("span", { text: t("clock.freeze") }),
        ),
  ]);
  const steps = new Part(h("div", { class: "actions" }), (standing) =>
    STEPS.map((step) =>
      h("button", {
        type: "button",
        class: "button",
        disabled: locked || !standing,
        "data-key": step,
        text: `+${duration(step)}`,
        on: { click: () => advance(step) },
      }),
    ),
  );
  const other = h(
    "form",
    { class: "inline-form", on: { submit: submitted(() => advance(by.value.trim())) } },
    h("label", { for: "advance-by", text: t("clock.by") }),
    by,
    h("button", { type: "submit", class: "button", disabled: locked, text: t("clock.advance") }),
  );
  const hint = h("p", { class: "muted" });
  fill(
    body,
    h("div", { class: "clock" }, face, date, difference, ways),
    h("section", { class: "block" }, h("h3", { text: t("clock.advance") }), hint, steps.element, other),
    h(
      "section",
      { class: "block" },
      h("h3", { text: t("clock.set") }),
      h(
        "form",
        {
          class: "inline-form",
          on: {
            submit: submitted(() =>
              ask("PUT", "clock", { mode: "frozen", at: new Date(to.value).toISOString() }, stopped),
            ),
          },
        },
        h("label", { for: "freeze-at", text: t("clock.at") }),
        to,
        h("button", { type: "submit", class: "button", disabled: locked, text: t("clock.freeze") }),
      ),
      h("p", { class: "muted", text: t("clock.never") }),
    ),
  );

  function tick() {
    const at = new Date(now());
    face.textContent = time(at);
    date.textContent = exact(at);
    difference.textContent = aheadBy() === null ? "" : t("clock.ahead", { by: duration(aheadBy()) });
    part.show(stands());
    steps.show(stands());
    other.querySelector("button").disabled = locked || !stands();
    hint.textContent = t(stands() ? "clock.frozenHint" : "clock.realHint");
  }
  const timer = setInterval(tick, 250);
  tick();
  return { onEvent: tick, leave: () => clearInterval(timer) };
}

/** What is said of a clock that goes. */
function going() {
  return aheadBy() === null ? t("clock.goes") : t("clock.goesAhead", { by: duration(aheadBy()) });
}
