// The page's words, and numbers and dates, in the visitor's language.

import { keep, kept } from "./keep.js";
import en from "./texts.en.js";
import ru from "./texts.ru.js";

const TEXTS = { en, ru };
const KEPT = "epochta-mock language";

let language = "en";
let texts = en;
let plural = new Intl.PluralRules("en");
let formats = {};

/** The languages that there are. */
export const LANGUAGES = Object.keys(TEXTS);

/** The language that was chosen, or else the first of the browser's that there is. */
export function chooseLanguage() {
  const wanted = [kept("localStorage", KEPT), ...(navigator.languages ?? [navigator.language])];
  const known = wanted.map((tag) => (tag ?? "").slice(0, 2).toLowerCase()).find((tag) => tag in TEXTS);
  use(known ?? "en");
}

/** Takes a language, and keeps it for the next visit. */
export function keepLanguage(chosen) {
  keep("localStorage", KEPT, chosen);
  use(chosen);
}

/** The language in use. */
export function current() {
  return language;
}

/** A text. `{name}` stands for a value; `n` picks the form of the plural. */
export function t(key, values = {}) {
  const found = texts[key];
  const text = typeof found === "object" ? (found[plural.select(values.n)] ?? found.other) : found;
  if (text === undefined) {
    throw new Error(`no text for ${key}`);
  }
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : String(value);
  });
}

/** Whether there is such a text. */
export function hasText(key) {
  return key in texts;
}

/** A number. */
export function number(value) {
  return formats.number.format(value);
}

/** Credits: all decimals that there are, which are at most four. */
export function credits(value) {
  return formats.credits.format(value);
}

/** The time of day. */
export function time(date) {
  return formats.time.format(date);
}

/** The time of today, or the day of another one. */
export function timeOrDay(date, now) {
  return sameDay(date, now) ? formats.time.format(date) : formats[thisYear(date) ? "day" : "dayOfYear"].format(date);
}

/** Day and time, to the second; with the year, if it is not the present one of the visitor's machine. */
export function moment(date) {
  return formats[thisYear(date) ? "moment" : "momentOfYear"].format(date);
}

/** Everything that is known of a moment, with its zone. */
export function exact(date) {
  return formats.exact.format(date);
}

/** A day, in words if it is today. */
export function day(date, now) {
  return sameDay(date, now) ? t("time.today") : formats.longDay.format(date);
}

/** A length of time as the API writes it, 1h30m, in words. */
export function duration(text) {
  const pieces = [...text.matchAll(/([\d.]+)(ms|[smhd])/g)];
  const words = pieces.map(([, count, unit]) => formats[unit].format(Number(count)));
  return words.length === 0 ? text : words.join(" ");
}

function sameDay(one, other) {
  return one.toDateString() === other.toDateString();
}

function thisYear(date) {
  return date.getFullYear() === new Date().getFullYear();
}

function use(chosen) {
  language = chosen;
  texts = TEXTS[chosen];
  plural = new Intl.PluralRules(chosen);
  // As in the visitor's own country, where the browser says which.
  const locale = navigator.languages?.find((tag) => tag.toLowerCase().startsWith(chosen)) ?? chosen;
  const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  const unit = (name) => new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" });
  formats = {
    number: new Intl.NumberFormat(locale),
    credits: new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }),
    time: new Intl.DateTimeFormat(locale, clock),
    day: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }),
    dayOfYear: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" }),
    longDay: new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" }),
    moment: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", ...clock }),
    momentOfYear: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", ...clock }),
    exact: new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long", hourCycle: "h23" }),
    ms: unit("millisecond"),
    s: unit("second"),
    m: unit("minute"),
    h: unit("hour"),
    d: unit("day"),
  };
  document.documentElement.lang = chosen;
}
