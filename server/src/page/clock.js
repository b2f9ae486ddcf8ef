// The clock of the space: letting it stand, and moving it on.

import { change } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { submitted } from "./forms.js";
import { duration, exact, t, time } from "./i18n.js";
import { now, stands, take } from "./moments.js";
import { attempt } from "./notice.js";
import { Part } from "./part.js";

const STEPS = ["1s", "10s", "1m", "10m", "1h", "24h"];

/** The panel, in an element. */
export function clockPanel(context, body, changed) {
  const locked = context.page.read_only;
  const face = h("p", { class: "clock-face", id: "clock-face" });
  const date = h("p", { class: "muted clock-date" });
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

  async function ask(method, path, value, done) {
    await attempt(async () => take(await change(method, path, value)), done);
    tick();
    changed();
  }
  const advance = (length) =>
    ask("POST", "clock/advance", { by: length }, t("clock.advanced", { by: duration(length) }));

  const part = new Part(ways, (standing) => [
    standing
      ? h(
          "button",
          {
            type: "button",
            class: "button primary",
            disabled: locked,
            "data-key": "go",
            on: { click: () => ask("PUT", "clock", { mode: "real" }, t("clock.goes")) },
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
            on: { click: () => ask("PUT", "clock", { mode: "frozen" }, t("clock.stands")) },
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
    h("div", { class: "clock" }, face, date, ways),
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
              ask("PUT", "clock", { mode: "frozen", at: new Date(to.value).toISOString() }, t("clock.stands")),
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
    const present = new Date(now());
    face.textContent = time(present);
    date.textContent = exact(present);
    part.show(stands());
    steps.show(stands());
    other.querySelector("button").disabled = locked || !stands();
    hint.textContent = t(stands() ? "clock.frozenHint" : "clock.realHint");
  }
  const timer = setInterval(tick, 250);
  tick();
  return { onEvent: tick, leave: () => clearInterval(timer) };
}
