// What a status looks like, and what it is called.

import { h, icon, unseen } from "./dom.js";
import { t } from "./i18n.js";

const SIGNS = {
  0: ["waiting", "quiet"],
  SENT: ["check", "quiet"],
  DELIVERED: ["delivered", "good"],
  NOT_DELIVERED: ["failed", "bad"],
  NOT_ALLOWED: ["barred", "bad"],
  INVALID_DESTINATION_ADDRESS: ["failed", "bad"],
  INVALID_SOURCE_ADDRESS: ["failed", "bad"],
  NOT_ENOUGH_CREDITS: ["failed", "bad"],
};

/** Every status, in the order in which they are offered. */
export const STATUSES = Object.keys(SIGNS);

/** Those with which a message fails. */
export const FAILURES = STATUSES.filter((status) => SIGNS[status][1] === "bad");

/** Whether nothing comes after it. */
export function isFinal(status) {
  return status !== "0" && status !== "SENT";
}

/** Its sign: a shape, a colour, and words for who sees neither. */
export function statusSign(status) {
  const [shape, tone] = SIGNS[status] ?? ["waiting", "quiet"];
  return h("span", { class: `sign ${tone}`, title: statusName(status) }, icon(shape), unseen(statusName(status)));
}

/** Its sign and its name. */
export function statusBadge(status) {
  const [shape, tone] = SIGNS[status] ?? ["waiting", "quiet"];
  return h("span", { class: `badge ${tone}` }, icon(shape), h("span", { text: statusName(status) }));
}

/** Its name in the visitor's language. */
export function statusName(status) {
  return t(`status.${status}`);
}

/** The result of a request: good if it was accepted. */
export function resultBadge(result) {
  const tone = result === "SEND_OK" || result === "OK" ? "good" : "bad";
  return h("span", { class: `badge ${tone} code`, text: result });
}
