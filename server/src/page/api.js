// Calls of the control API of this page's space, and what it refuses. Knows no view.

import { t } from "./i18n.js";
import { keep, kept } from "./keep.js";

/** Where the control API of this space is. */
export const BASE = new URL("_mock/", document.baseURI);

const TOKEN = "epochta-mock token";
/** An answer that takes so long is waited for, but not without a word. */
const LATE = 10_000;
let onDenied = () => {};
let onLate = () => {};
let late = 0;
let shown = null;

/** What the API refused, or what came in its place. */
export class Problem extends Error {
  constructor(status, detail, lines = []) {
    super(detail);
    this.status = status;
    this.lines = lines;
  }
}

/** Who is called when the API demands a token that we do not have. */
export function whenDenied(listener) {
  onDenied = listener;
}

/** A token was shown, and was not the right one. */
export function denied() {
  onDenied();
}

/** Who is told whether the visitor waits for an answer that does not come. */
export function whenLate(listener) {
  onLate = listener;
}

/** The token, kept as long as the tab; where the browser keeps nothing, as long as the page. */
export function token() {
  return shown ?? kept("sessionStorage", TOKEN);
}

/** Keeps a token; `null` forgets it. */
export function keepToken(value) {
  shown = value;
  keep("sessionStorage", TOKEN, value);
}

/** A path with everything escaped that stands in it: at`accounts/${name}`. */
export function at(pieces, ...values) {
  const name = values.find((value) => !canStand(value));
  if (name !== undefined) {
    throw new Problem(400, t("problem.name", { name }));
  }
  return String.raw({ raw: pieces }, ...values.map((value) => encodeURIComponent(value)));
}

/**
 * Whether a name can stand in a path. To a browser two are steps, escaped or not: accounts/../reset is reset, and would
 * reset everything.
 */
export function canStand(name) {
  return name !== "." && name !== "..";
}

/** The URL of an operation. */
export function url(path, query = {}) {
  const target = new URL(path, BASE);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") {
      target.searchParams.set(name, value);
    }
  }
  return target;
}

/** The header that shows the token, if there is one. What no header can hold, as of another alphabet, is a wrong one. */
export function authorization() {
  const held = token();
  if (held !== null && !/^[\x21-\x7e]+$/.test(held)) {
    throw new Problem(401, t("token.wrong"));
  }
  return held === null ? {} : { Authorization: `Bearer ${held}` };
}

/** Reads. */
export function read(path, query, signal) {
  return call("GET", path, { query, signal });
}

/** Changes. */
export function change(method, path, body) {
  return call(method, path, { body });
}

async function call(method, path, { query, body, signal }) {
  const headers = authorization();
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  const options = { method, headers, signal, cache: "no-store", credentials: "omit", redirect: "error" };
  let reply;
  const answered = awaited();
  try {
    reply = await fetch(url(path, query), { ...options, body: body === undefined ? null : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") {
      throw error;
    }
    throw new Problem(0, t("problem.unreachable"));
  } finally {
    answered();
  }
  if (reply.ok) {
    return reply.status === 204 ? null : reply.json();
  }
  const problem = await reply.json().catch(() => ({}));
  if (reply.status === 401) {
    denied();
  }
  throw new Problem(reply.status, problem.detail ?? reply.statusText, problem.lines);
}

/** Tells if an answer is late, and that it is no more. What is answered is called when it is there. */
function awaited() {
  let isLate = false;
  const count = (more) => {
    late += more;
    onLate(late > 0);
  };
  const timer = setTimeout(() => {
    isLate = true;
    count(1);
  }, LATE);
  return () => {
    clearTimeout(timer);
    if (isLate) {
      count(-1);
    }
  };
}
