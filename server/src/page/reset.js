// Beginning anew, and the configuration file.

import { change, read } from "./api.js";
import { confirmed } from "./dialogs.js";
import { fill, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { attempt, tell, tellProblem } from "./notice.js";
import { calmly, Part } from "./part.js";

/** The panel, in an element. */
export function resetPanel(context, body, changed) {
  const locked = context.page.read_only;
  const state = new Part(h("div", {}), drawState);

  async function load() {
    try {
      state.show(await read("configuration"));
    } catch (problem) {
      tellProblem(problem);
    }
  }
  const refresh = calmly(load, 300);
  refresh();

  async function ask(key, work, then = () => {}) {
    if ((await confirmed(t(key), t(`${key}Sure`), t(key))) && (await attempt(work, t(`${key}Done`)))) {
      changed();
      then();
    }
  }

  function drawState(configuration) {
    const { error } = configuration;
    const fact = (name, value) => h("div", {}, h("dt", { text: name }), h("dd", {}, value));
    return [
      error === null
        ? null
        : h(
            "p",
            { class: "reason", role: "alert", lang: "en" },
            icon("warning"),
            h(
              "span",
              {},
              h("code", {
                text: [error.file, error.line, error.column].filter((one) => one !== null).join(":"),
              }),
              ` ${error.reason}`,
            ),
          ),
      h(
        "dl",
        { class: "facts" },
        fact(
          t("reset.file"),
          configuration.file === null ? t("control.noFile") : h("code", { text: configuration.file }),
        ),
        fact(t("reset.generation"), String(configuration.generation)),
        fact(t("version"), context.page.version),
      ),
      configuration.file === null
        ? null
        : h(
            "button",
            {
              type: "button",
              class: "button",
              disabled: locked,
              "data-key": "reload",
              on: {
                click: async () => {
                  try {
                    tell((await change("POST", "reload")).summary);
                  } catch (problem) {
                    tellProblem(problem);
                  }
                  refresh();
                  changed();
                },
              },
            },
            icon("file"),
            h("span", { text: t("reset.reload") }),
          ),
    ];
  }

  fill(
    body,
    h("section", { class: "block first" }, h("h3", { text: t("reset.configuration") }), state.element),
    h(
      "section",
      { class: "block" },
      h("h3", { text: t("reset.all") }),
      h("p", { class: "muted", text: t("reset.allWhat") }),
      h(
        "button",
        {
          type: "button",
          class: "button danger",
          disabled: locked,
          on: { click: () => ask("reset.all", () => change("POST", "reset")) },
        },
        icon("reset"),
        h("span", { text: t("reset.all") }),
      ),
    ),
    context.page.space === ""
      ? null
      : h(
          "section",
          { class: "block" },
          h("h3", { text: t("reset.close") }),
          h("p", { class: "muted", text: t("reset.closeWhat") }),
          h(
            "button",
            {
              type: "button",
              class: "button danger",
              disabled: locked,
              on: {
                click: () =>
                  ask(
                    "reset.close",
                    () => change("DELETE", "space"),
                    () => location.assign("../../"),
                  ),
              },
            },
            icon("close"),
            h("span", { text: t("reset.close") }),
          ),
        ),
  );
  return { onEvent: refresh, leave: () => {} };
}
