// A balance over its movements, as a small picture.

import { h, svg } from "./dom.js";
import { credits, t } from "./i18n.js";

const WIDTH = 320;
const HEIGHT = 72;

/** `entries` of a ledger, the oldest first. Nothing, if there is nothing to compare. */
export function chart(entries) {
  const balances = entries.map((entry) => Number(entry.balance));
  if (balances.length < 2) {
    return null;
  }
  const highest = Math.max(...balances);
  const lowest = Math.min(...balances);
  const span = highest - lowest || 1;
  const x = (at) => ((at / balances.length) * WIDTH).toFixed(1);
  const y = (balance) => (4 + (1 - (balance - lowest) / span) * (HEIGHT - 8)).toFixed(1);
  const steps = balances.map((balance, at) => (at === 0 ? `M0 ${y(balance)}` : `H${x(at)}V${y(balance)}`));
  const line = `${steps.join("")}H${WIDTH}`;
  const label = t("account.chart", {
    first: credits(balances[0]),
    last: credits(balances.at(-1)),
    lowest: credits(lowest),
    highest: credits(highest),
  });
  return h(
    "figure",
    { class: "chart" },
    svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": label },
      svg("path", { class: "chart-area", d: `${line}V${HEIGHT}H0Z` }),
      svg("path", { class: "chart-line", d: line }),
    ),
    h(
      "figcaption",
      { "aria-hidden": "true" },
      h("span", { text: credits(highest) }),
      h("span", { text: credits(lowest) }),
    ),
  );
}
