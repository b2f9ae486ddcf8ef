// The story of a message: what has happened, and what is to come.

import { h, icon } from "./dom.js";
import { duration, moment, t } from "./i18n.js";
import { clockTime, now } from "./moments.js";
import { statusName } from "./status.js";

const SIGNS = { time: "clock", polls: "requests", hand: "hand" };

/** The steps of a message, as a list. */
export function story(message) {
  const steps = message.timeline;
  return [
    h(
      "ol",
      { class: "story" },
      steps.map((step, at) =>
        h(
          "li",
          { class: `step ${step.taken ? "taken" : "ahead"}` },
          h("span", { class: "step-mark" }, icon(step.taken ? "check" : (SIGNS[step.waits_for] ?? "clock"))),
          h(
            "span",
            { class: "step-what" },
            at === 0 ? t("story.accepted") : statusName(step.status),
            at === 0 ? null : h("code", { text: step.status }),
          ),
          h("span", { class: "step-when" }, when(step, new Date(message.at), steps.slice(0, at))),
        ),
      ),
      steps.length === 1
        ? h(
            "li",
            { class: "step ahead" },
            h("span", { class: "step-mark" }, icon("waiting")),
            h("span", { class: "step-what muted", text: t("story.stays") }),
          )
        : null,
    ),
    message.cause ? h("p", { class: "by" }, icon("script"), h("span", {}, cause(message.cause))) : null,
  ];
}

/** What decided: a script, or a magic number. */
export function cause(text) {
  const [, kind, name] = /^(script|magic number) (.*)$/s.exec(text) ?? [null, "other", text];
  return [t(`cause.${kind}`), " ", h("code", { text: name })];
}

/** Whether the status of a message may change within a second, by time alone. */
export function isDue(message) {
  const next = message.timeline.find((step) => !step.taken);
  return next?.waits_for === "time" && next.at !== null && Date.parse(next.at) < now() + 1500;
}

/**
 * At which GETSTATUS a step comes: each is counted from the step before it, people count on through all of them. Without
 * those that came already.
 */
export function pollOf(step, before) {
  const others = before.slice(before.findLastIndex((one) => !isAhead(one) || !one.polls) + 1);
  return [...others, step].reduce((sum, one) => sum + one.polls - (one.polls_seen ?? 0), 0);
}

function isAhead(step) {
  return step.taken !== true;
}

/** At which GETSTATUS, in words: from now on where it is counted already, else from the step before. */
function poll(step, before) {
  const n = pollOf(step, before);
  const isCounted = before.every((one) => !isAhead(one) || one.waits_for === "polls");
  const seen = step.polls_seen > 0 ? `, ${t("story.seen", { n: step.polls_seen })}` : "";
  return !isCounted
    ? t("story.polls", { n })
    : n === 1
      ? `${t("story.nextPoll")}${seen}`
      : `${t("story.pollsFromNow", { n })}${seen}`;
}

/** When a step was, or will be: the time on the day of acceptance, else with the day. */
function when(step, accepted, before) {
  const date = new Date(step.at);
  const isThatDay = date.toDateString() === accepted.toDateString();
  const at =
    step.at === null ? null : isThatDay ? clockTime(step.at) : h("time", { datetime: step.at, text: moment(date) });
  if (step.waits_for === "hand") {
    return step.taken ? [at, " · ", t("story.byHand")] : t("story.hand");
  }
  if (step.waits_for === "polls") {
    return step.taken ? at : poll(step, before);
  }
  return at ?? (step.after === null ? "" : t("story.after", { after: duration(step.after) }));
}
