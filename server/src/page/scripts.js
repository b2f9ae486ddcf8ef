// Scripts: what becomes of messages that are not to go the usual way.

import { at, change } from "./api.js";
import { confirmed } from "./dialogs.js";
import { fill, h, icon } from "./dom.js";
import { field, submitted } from "./forms.js";
import { duration, t } from "./i18n.js";
import { rulesPanel } from "./rules.js";
import { STATUSES, statusName } from "./status.js";
import { pollOf } from "./story.js";

const CONDITIONS = ["msisdn", "account", "sender", "id", "text"];
const REFUSALS = ["AUTH_FAILED", "XML_ERROR", "NOT_ENOUGH_CREDITS", "NO_RECIPIENTS", "INVALID_TEXT", "BAD_SENDER_NAME"];

/** The panel, in an element. */
export function scriptsPanel(context, body, changed) {
  const locked = context.page.read_only;
  const { done, panel } = rulesPanel(body, changed, {
    name: "scripts",
    draw: drawList,
    form: () => (locked ? null : form()),
  });

  function drawList(scripts) {
    if (scripts.length === 0) {
      return h("p", { class: "empty-line", text: t("scripts.none") });
    }
    return [
      h(
        "ol",
        { class: "cards", role: "list" },
        scripts.map((script) =>
          h(
            "li",
            { class: "card" },
            h(
              "div",
              { class: "card-head" },
              h("strong", {}, h("code", { text: script.name ?? "" })),
              h(
                "button",
                {
                  type: "button",
                  class: "button small",
                  disabled: locked,
                  on: {
                    click: () => done(() => change("DELETE", at`scripts/${script.name}`), t("scripts.removed")),
                  },
                },
                icon("close"),
                h("span", { text: t("remove") }),
              ),
            ),
            h("p", {}, conditionWords(script.when), times(script)),
            h("p", { class: "what" }, outcome(script)),
          ),
        ),
      ),
      scripts.length > 1 && !locked
        ? h("button", {
            type: "button",
            class: "button",
            text: t("scripts.removeAll"),
            on: {
              click: async () => {
                if (await confirmed(t("scripts.removeAll"), t("scripts.removeAllSure"), t("scripts.removeAll"))) {
                  await done(() => change("DELETE", "scripts"), t("scripts.removed"));
                }
              },
            },
          })
        : null,
    ];
  }

  function form() {
    const name = h("input", { id: "script-name", autocomplete: "off", placeholder: t("scripts.namePlaceholder") });
    const conditions = CONDITIONS.map((key) => [
      key,
      h("input", {
        id: `script-${key}`,
        autocomplete: "off",
        spellcheck: "false",
        placeholder: { msisdn: "38099*", text: "^Code", account: "ci-*" }[key],
      }),
    ]);
    const kind = h(
      "select",
      { id: "script-kind", on: { change: () => draw() } },
      ["story", "refuse", "reply", "request"].map((value) => h("option", { value, text: t(`scripts.kind.${value}`) })),
    );
    const refusal = h(
      "select",
      { id: "script-refuse" },
      REFUSALS.map((value) => h("option", { value, text: value })),
    );
    const times = h("input", { id: "script-times", type: "number", min: "1", placeholder: "∞" });
    const nth = h("input", { id: "script-nth", type: "number", min: "1", placeholder: "1" });
    const steps = h("ol", { class: "step-fields", role: "list" });
    const add = (status, how, value) => steps.append(stepFields(status, how, value));
    const more = h(
      "button",
      { type: "button", class: "button small", on: { click: () => add("DELIVERED", "after", "2s") } },
      icon("plus"),
      h("span", { text: t("scripts.step") }),
    );
    const outcome = h("div", {});
    function draw() {
      fill(
        outcome,
        kind.value === "story"
          ? [steps, h("p", { class: "muted", text: t("scripts.pollsHint") }), more]
          : kind.value === "refuse"
            ? field(t("scripts.code"), refusal)
            : null,
      );
    }
    add("SENT", "after", "1s");
    add("NOT_DELIVERED", "after", "2s");
    draw();
    return h(
      "form",
      {
        class: "form",
        on: {
          submit: submitted(async () => {
            const script = {
              when: Object.fromEntries(
                conditions.map(([key, input]) => [key, input.value.trim()]).filter(([, value]) => value !== ""),
              ),
            };
            if (name.value.trim() !== "") {
              script.name = name.value.trim();
            }
            if (kind.value === "story") {
              script.story = [...steps.children].map(step);
            } else if (kind.value === "refuse") {
              script.refuse = refusal.value;
            } else {
              script.lose = kind.value;
            }
            for (const [key, input] of [
              ["times", times],
              ["nth", nth],
            ]) {
              if (input.value !== "") {
                script[key] = Number(input.value);
              }
            }
            if (await done(() => change("POST", "scripts", script), t("scripts.added"))) {
              name.value = "";
            }
          }),
        },
      },
      h("h3", { text: t("scripts.new") }),
      h(
        "fieldset",
        {},
        h("legend", { text: t("scripts.when") }),
        h(
          "div",
          { class: "fields" },
          conditions.map(([key, input]) => field(t(`condition.${key}`), input)),
        ),
      ),
      h("fieldset", {}, h("legend", { text: t("scripts.then") }), field(t("scripts.what"), kind), outcome),
      h(
        "div",
        { class: "fields" },
        field(t("scripts.nth"), nth),
        field(t("scripts.times"), times),
        field(t("name"), name),
      ),
      h(
        "div",
        { class: "form-buttons" },
        h("button", { type: "submit", class: "button primary", text: t("scripts.add") }),
      ),
    );
  }

  return panel;
}

function stepFields(status, how, value) {
  const which = h(
    "select",
    { "aria-label": t("messages.status"), class: "step-status" },
    STATUSES.filter((one) => one !== "0").map((one) => h("option", { value: one, text: statusName(one) })),
  );
  which.value = status;
  const when = h(
    "select",
    { "aria-label": t("scripts.stepWhen"), class: "step-how", on: { change: () => draw() } },
    ["after", "polls", "manual"].map((one) => h("option", { value: one, text: t(`scripts.${one}`) })),
  );
  when.value = how;
  const amount = h("input", {
    "aria-label": t("scripts.amount"),
    class: "step-amount",
    value,
    size: "6",
    required: true,
    autocomplete: "off",
  });
  const remove = h(
    "button",
    {
      type: "button",
      class: "button bare small",
      "aria-label": t("remove"),
      on: { click: () => element.remove() },
    },
    icon("close"),
  );
  const element = h("li", {}, which, when, amount, remove);
  function draw() {
    amount.hidden = when.value === "manual";
    amount.required = when.value !== "manual";
    if (when.value === "polls" && !/^\d+$/.test(amount.value)) {
      amount.value = "1";
    } else if (when.value === "after" && /^\d+$/.test(amount.value)) {
      amount.value = `${amount.value}s`;
    }
  }
  draw();
  return element;
}

function step(element) {
  const how = element.querySelector(".step-how").value;
  const amount = element.querySelector(".step-amount").value.trim();
  const status = element.querySelector(".step-status").value;
  return { status, [how]: how === "manual" ? true : how === "polls" ? Number(amount) : amount };
}

/** What must fit, in words. */
export function conditionWords(when) {
  const given = Object.entries(when ?? {}).filter(([, value]) => value !== null);
  return given.length === 0
    ? t("condition.none")
    : given.flatMap(([key, value], index) => [
        index === 0 ? "" : ", ",
        t(`condition.${key}`),
        " ",
        h("code", { text: value }),
      ]);
}

function times(script) {
  const words = [];
  if (script.nth) {
    words.push(t("scripts.fromNth", { n: script.nth }));
  }
  if (script.times) {
    words.push(t("scripts.forTimes", { n: script.times }));
  }
  return words.length === 0 ? null : h("span", { class: "muted", text: ` · ${words.join(", ")}` });
}

function outcome(script) {
  if (script.refuse) {
    return [t("scripts.kind.refuse"), " ", h("code", { text: script.refuse })];
  }
  if (script.lose) {
    return t(`scripts.kind.${script.lose}`);
  }
  const stories = script.any_of
    ? script.any_of.map((one) => [one.weight ?? 1, one.story])
    : [[null, script.story ?? []]];
  return stories.map(([weight, steps]) =>
    h(
      "span",
      { class: "steps" },
      weight === null ? null : h("span", { class: "chip", text: `×${weight}` }),
      steps.length === 0
        ? t("story.stays")
        : steps.map((one, index) => [
            index === 0 ? null : icon("moved"),
            h(
              "span",
              { class: "nowrap" },
              h("code", { text: one.status }),
              " ",
              h("span", {
                class: "muted",
                text: one.manual
                  ? t("scripts.manual")
                  : one.polls
                    ? t("story.polls", { n: pollOf(one, steps.slice(0, index)) })
                    : t("story.after", { after: duration(one.after ?? "0s") }),
              }),
            ),
          ]),
    ),
  );
}
