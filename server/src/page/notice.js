// What is said in passing: at the edge of the screen, and to who cannot see it.

import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

const STAYS = { good: 3000, note: 9000, bad: 9000 };
let spoken = null;

/** Says that something was done (`good`), was done and leaves something to do (`note`), or could not be (`bad`). */
export function tell(text, kind = "good") {
  const close = h("button", { type: "button", class: "button bare small", "aria-label": t("close") }, icon("close"));
  const toast = h(
    "div",
    { class: `toast ${kind}` },
    icon(kind === "good" ? "check" : "warning"),
    h("span", { text }),
    close,
  );
  const leave = () => toast.remove();
  close.addEventListener("click", leave);
  const toasts = document.getElementById("toasts");
  toasts.append(toast);
  while (toasts.children.length > 3) {
    toasts.firstChild.remove();
  }
  setTimeout(leave, STAYS[kind]);
}

/** Says what a call was refused for. */
export function tellProblem(problem) {
  // A token is asked for elsewhere.
  if (problem.name === "AbortError" || problem.status === 401) {
    return;
  }
  if (problem.status === undefined) {
    throw problem;
  }
  tell(problem.status === 0 ? t("problem.unreachable") : [problem.message, ...problem.lines].join("\n"), "bad");
}

/** Does something that can be refused, and says so if it was. Answers whether it was done. */
export async function attempt(work, done) {
  try {
    await work();
  } catch (problem) {
    tellProblem(problem);
    return false;
  }
  if (done !== undefined) {
    tell(done);
  }
  return true;
}

/** Reads out what came, without a sign on the screen; only the last of what comes within a moment. */
export function announce(text) {
  clearTimeout(spoken);
  spoken = setTimeout(() => {
    document.getElementById("announce").textContent = text;
  }, 300);
}
