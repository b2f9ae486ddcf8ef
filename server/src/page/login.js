// A login that is covered, filled in again: in a document, or in the form that carries one. Knows no shell.

/** A text as it may be spelt in a form: each of its signs as itself, or percent-encoded with digits of any case. */
const spelt = (text) => Array.from(text, (sign) => `(?:${sign}|%${sign.charCodeAt(0).toString(16)})`).join("");

const END = `(?:\\s|\\+|%20|%0[9ad])*${spelt(">")}`;
const NAME = `${spelt("authenti")}(?:${spelt("fi")})?${spelt("cation")}${END}`;
const CLOSING = `${spelt("</")}${NAME}`;
/** What is shown of a password. */
const PASSWORD = new RegExp(`(${spelt("<password")}${END})\\*+(?=${spelt("</password")}${END})`, "gi");
/** What is shown of the login of a document that could not be read: nothing, up to its end tag. */
const COVERED = new RegExp(`(${spelt("<")})\\*+(${CLOSING})`, "i");
/** A whole login. */
const LOGIN = new RegExp(`(${spelt("<")})(?:\\*+|${NAME}(?:(?!${CLOSING})[^])*)${CLOSING}`, "i");

/**
 * A text with a login that opens, in pieces: between two of them stands a password that is not known (`null`). `write`
 * says how a value is written where the text stands.
 */
export function opened(text, { username, password }, write) {
  const pieces = [""];
  const add = (piece) => pieces.push(pieces.pop() + piece);
  const addPassword = () => (password === null ? pieces.push("") : add(write(password)));
  let end = 0;
  for (const found of text.matchAll(PASSWORD)) {
    add(text.slice(end, found.index) + found[1]);
    addPassword();
    end = found.index + found[0].length;
  }
  const covered = end === 0 ? COVERED.exec(text) : null;
  if (covered !== null) {
    const [all, sign, closing] = covered;
    const markup = (words) => (sign === "<" ? words : encodeURIComponent(words));
    const name = decodeURIComponent(closing).replace(/[^a-z]/gi, "");
    add(text.slice(0, covered.index) + markup(`<${name}><username>`) + write(username));
    add(markup("</username><password>"));
    addPassword();
    add(markup("</password>") + closing);
    end = covered.index + all.length;
  }
  add(text.slice(end));
  return pieces;
}

/** What stands before a login that is covered, what behind it, and whether it is escaped; `null` if there is none. */
export function around(text) {
  const found = LOGIN.exec(text);
  if (found === null || !found[0].includes("*")) {
    return null;
  }
  const { 0: all, 1: sign, index } = found;
  return { before: text.slice(0, index), after: text.slice(index + all.length), isEscaped: sign !== "<" };
}

/** Whether something is covered in a text that nobody can fill in. What a client wrote may look the same. */
export function isCovered(text, isReadable) {
  return (isReadable ? /\*{8}/ : /\*{4}/).test(text.replaceAll("\0", ""));
}

/** A value as it stands in a document; all that is not ASCII by its number where the charset may not have it. */
export function xml(text, charset) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return /^utf-/i.test(charset ?? "utf-8")
    ? escaped
    : escaped.replace(/[^\x00-\x7f]/gu, (sign) => `&#${sign.codePointAt(0)};`);
}
