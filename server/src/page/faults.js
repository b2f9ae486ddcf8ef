// Faults: how replies are hurt on their way, and what has been hit.

import { at, change } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { field, submitted } from "./forms.js";
import { duration, number, t } from "./i18n.js";
import { address } from "./router.js";
import { rulesPanel } from "./rules.js";

/** Each kind with its fields: their names, and what they hold at first. */
const KINDS = {
  reset: {},
  close: {},
  delay: { for: "2s" },
  stall: { for: "" },
  cut: { bytes: "40" },
  drip: { bytes: "8", pause: "200ms" },
  html_error: { status: "503" },
  empty: {},
  garbage: {},
  malformed_chunk: {},
  warning: { text: "" },
  wrong_charset: { charset: "windows-1251" },
  wrong_shape: {},
};
const OPERATIONS = ["any", "send", "price", "status", "balance", "credit_price", "unreadable"];
const NUMBERS = ["bytes", "status"];
const TIMES = ["for", "from", "median", "most", "pause", "to"];
/** What a field is called that no kind has alone. */
const LABELS = { nth: "faults.nth", times: "faults.times", probability: "faults.probability" };

/** The panel, in an element. */
export function faultsPanel(context, body, changed) {
  const locked = context.page.read_only;
  const { done, panel } = rulesPanel(body, changed, {
    name: "faults",
    draw: drawList,
    form: () => (locked ? null : form()),
  });

  function drawList(faults) {
    if (faults.length === 0) {
      return h("p", { class: "empty-line", text: t("faults.none") });
    }
    return h(
      "ol",
      { class: "cards", role: "list" },
      faults.map(({ fault, hits }) =>
        h(
          "li",
          { class: "card" },
          h(
            "div",
            { class: "card-head" },
            h("strong", {}, h("code", { text: fault.name })),
            h("a", {
              class: `badge ${hits > 0 ? "warn" : "quiet"}`,
              href: address(["requests"], { q: fault.name }),
              text: t("faults.hits", { n: hits }),
            }),
            h(
              "button",
              {
                type: "button",
                class: "button small",
                disabled: locked,
                "data-key": `off-${fault.name}`,
                on: {
                  click: () => done(() => change("DELETE", at`faults/${fault.name}`), t("faults.off")),
                },
              },
              icon("close"),
              h("span", { text: t("faults.switchOff") }),
            ),
          ),
          h("p", {}, h("strong", { text: t(`fault.${fault.kind}`) }), " · ", t(`faults.${fault.placed ?? "after"}`)),
          h("p", { class: "muted" }, words(fault)),
        ),
      ),
    );
  }

  function form() {
    const kind = h(
      "select",
      { id: "fault-kind", on: { change: () => draw() } },
      Object.keys(KINDS).map((value) => h("option", { value, text: t(`fault.${value}`) })),
    );
    const placed = h(
      "select",
      { id: "fault-placed" },
      ["after", "before"].map((value) => h("option", { value, text: t(`faults.${value}`) })),
    );
    const operation = h(
      "select",
      { id: "fault-operation" },
      OPERATIONS.map((value) => h("option", { value, text: t(`asked.${value}`) })),
    );
    const account = h("input", { id: "fault-account", autocomplete: "off", spellcheck: "false", placeholder: "*" });
    const msisdn = h("input", {
      id: "fault-msisdn",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: "380*",
    });
    const times = h("input", { id: "fault-times", type: "number", min: "1", placeholder: "∞" });
    const nth = h("input", { id: "fault-nth", type: "number", min: "1", placeholder: "1" });
    const probability = h("input", { id: "fault-probability", autocomplete: "off", placeholder: "100%" });
    const own = h("div", { class: "fields" });
    const about = h("p", { class: "muted", id: "fault-about" });
    let inputs = [];
    function draw() {
      about.textContent = t(`fault.${kind.value}.what`);
      inputs = Object.entries(KINDS[kind.value]).map(([key, value]) => [
        key,
        h("input", { id: `fault-own-${key}`, value, autocomplete: "off" }),
      ]);
      fill(
        own,
        inputs.map(([key, input]) => field(t(`fault.field.${key}`), input)),
      );
    }
    kind.setAttribute("aria-describedby", "fault-about");
    draw();
    return h(
      "form",
      {
        class: "form",
        on: {
          submit: submitted(async () => {
            const given = (pairs) =>
              pairs.map(([key, input]) => [key, input.value.trim()]).filter(([, value]) => value !== "");
            const fault = {
              kind: kind.value,
              placed: placed.value,
              when: Object.fromEntries([
                ["operation", operation.value],
                ...given([
                  ["account", account],
                  ["msisdn", msisdn],
                ]),
              ]),
            };
            for (const [key, value] of given([
              ...inputs,
              ["times", times],
              ["nth", nth],
              ["probability", probability],
            ])) {
              fault[key] = [...NUMBERS, "times", "nth"].includes(key) ? Number(value) : value;
            }
            await done(() => change("POST", "faults", fault), t("faults.on"));
          }),
        },
      },
      h("h3", { text: t("faults.new") }),
      field(t("faults.kind"), kind),
      about,
      own,
      field(t("faults.placed"), placed),
      h(
        "fieldset",
        {},
        h("legend", { text: t("faults.when") }),
        h(
          "div",
          { class: "fields" },
          field(t("requests.operation"), operation),
          field(t("account"), account),
          field(t("condition.msisdn"), msisdn),
          field(t("faults.nth"), nth),
          field(t("faults.times"), times),
          field(t("faults.probability"), probability),
        ),
      ),
      h(
        "div",
        { class: "form-buttons" },
        h(
          "button",
          { type: "submit", class: "button primary" },
          icon("fault"),
          h("span", { text: t("faults.switchOn") }),
        ),
      ),
    );
  }

  return panel;
}

/** A value of a field: lengths of time in words, a probability as a percentage. */
function shown(key, value) {
  if (key === "probability" && typeof value === "number") {
    return `${number(Math.round(value * 1e6) / 1e4)}%`;
  }
  return TIMES.includes(key) ? duration(String(value)) : String(value);
}

/** Which requests a fault is for, how often, and how. */
function words(fault) {
  const when = Object.entries(fault.when ?? {}).filter(
    ([key, value]) => value !== null && !(key === "operation" && value === "any"),
  );
  const parts = when.map(([key, value]) =>
    key === "operation"
      ? [t(`asked.${value}`)]
      : [t(key === "account" ? "account" : "condition.msisdn"), " ", h("code", { text: value })],
  );
  if (parts.length === 0) {
    parts.push([t("asked.any")]);
  }
  const rest = Object.entries(fault).filter(
    ([key, value]) => !["name", "kind", "placed", "when"].includes(key) && value !== null,
  );
  parts.push(
    ...rest.map(([key, value]) => [
      `${t(LABELS[key] ?? `fault.field.${key}`)}: `,
      h("code", { text: shown(key, value) }),
    ]),
  );
  return parts.map((part, index) => [index === 0 ? null : " · ", part]);
}
