// Why a request was refused, in the visitor's language. The mock says it in English; what it says is known.

import { current } from "./i18n.js";
import ru from "./reasons.ru.js";

const KNOWN = { ru: ru.map(([said, meant]) => [pattern(said), meant]) };

/** A reason as it is to be read, and the language that it is in. */
export function reasonOf(said) {
  for (const [known, meant] of KNOWN[current()] ?? []) {
    const found = known.exec(said)?.groups;
    if (found !== undefined) {
      const text = meant.replace(/\{(\w+)\}/g, (_, hole) =>
        hole === "reason" ? reasonOf(found.reason).text : found[`h${hole}`],
      );
      return { text, lang: current() };
    }
  }
  return { text: said, lang: "en" };
}

function pattern(said) {
  const escaped = said.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  const holes = escaped.replace(/\{(\w+)\}/g, (_, hole) => `(?<${hole === "reason" ? hole : `h${hole}`}>.*?)`);
  // One without holes has no groups, and would look like one that is not found.
  return new RegExp(`^(?<whole>${holes})$`, "s");
}
