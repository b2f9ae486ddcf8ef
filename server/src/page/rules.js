// A panel of rules: those that are in force, kept fresh, and a form for another. What a rule is, is the panel's affair.

import { read } from "./api.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { attempt, tellProblem } from "./notice.js";
import { calmly, Part } from "./part.js";

/**
 * Fills a panel. `name` is what the API and the texts call its rules; `draw(rules)` answers what shows them, `form()` the
 * form. Answers the panel, and `done(work, text)`, by which rules are changed.
 */
export function rulesPanel(body, changed, { name, draw, form }) {
  const list = new Part(h("div", {}), draw);
  fill(body, h("p", { class: "lead", text: t(`${name}.lead`) }), list.element, form());

  const refresh = calmly(async () => {
    try {
      list.show((await read(name))[name]);
    } catch (problem) {
      tellProblem(problem);
    }
  }, 300);
  refresh();

  async function done(work, text) {
    const ok = await attempt(work, text);
    refresh();
    changed();
    return ok;
  }

  return { done, panel: { onEvent: refresh, leave: () => {} } };
}
