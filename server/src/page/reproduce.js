// A request as something that can be played again: a curl command, or a step of a scenario of the conformance kit. Each
// with what it still `needs`: "password" (EPOCHTA_PASSWORD is to be set), "covered" (stars are to be filled in), "cut"
// (not all of the body was told).

import { bodyOf, bytesOf, documentOf, latin } from "./document.js";
import { around, isCovered, opened, xml } from "./login.js";

const LABELS = {
  "text/xml": "raw",
  "text/xml; charset=utf-8": "raw-utf8",
  "text/xml, charset=windows-1251": "raw-comma",
  "application/x-www-form-urlencoded": "raw-form",
};
const CHARSETS = {
  "utf-8": null,
  "windows-1251": "windows-1251",
  "koi8-r": "koi8-r",
  "utf-16le": "utf-16le",
  "utf-16be": "utf-16be",
};
const USERNAME = /(<authenti\w*>.*?<username>).*?(<\/username>)/s;
const LABELLED = "application/x-www-form-urlencoded";
/** Linux takes no argument of 128 KiB; what is longer goes through a pipe. */
const ARGUMENT = 100_000;
/** What makes a password fit for a document, and for a document in a form. */
const ESCAPES = {
  document: "s/&/\\&amp;/g; s/</\\&lt;/g; s/>/\\&gt;/g",
  form: "s/%/%25/g; s/+/%2B/g; s/&/%26amp%3B/g; s/</%26lt%3B/g; s/>/%26gt%3B/g",
};

/** A command for a shell. A password that is not known comes from EPOCHTA_PASSWORD. */
export function asCurl(request, page) {
  const document = documentOf(request);
  const isPlain = document !== null && (request.charset ?? "").toLowerCase() === "utf-8" && isText(document);
  const words = ["curl", "-sS", "--max-time", "10", quoted(new URL(page.url).origin + request.path)];
  if (/[[\]{}]/.test(request.path)) {
    words.push("--globoff");
  }
  if (request.method !== "POST") {
    words.push("-X", quoted(request.method));
  }
  // A form that curl builds has curl's own label, where that is what it came with.
  const isBuilt =
    isPlain &&
    (request.transport === "multipart" || (request.transport === "urlencoded" && request.content_type === LABELLED));
  if (!isBuilt) {
    words.push(
      "-H",
      request.content_type === null ? "'Content-Type:'" : quoted(`Content-Type: ${request.content_type}`),
    );
  }
  const login = loginOf(request, page);
  const filled = (text, form) => {
    const write = { document: (value) => xml(value, request.charset), form: inForm(request.charset) }[form];
    return opened(text, login, write);
  };
  const command = (text, form, [argument, before], piped) => {
    const pieces = filled(text, form);
    const password = passwordWord(form, request.charset);
    const joined = (from) => pieces.map((piece, at) => quoted(at === 0 ? from + piece : piece)).join(`"${password}"`);
    const isShort = new TextEncoder().encode(text).length < ARGUMENT && !(before + text).startsWith("@");
    return isShort
      ? told(`${words.join(" ")} ${argument} ${joined(before)}`, request, pieces)
      : told(`printf %s ${joined("")} | ${words.join(" ")} ${piped}`, request, pieces);
  };
  if (isPlain && request.transport === "urlencoded") {
    return command(document, "document", ["--data-urlencode", "XML="], "--data-urlencode XML@-");
  }
  if (isPlain && request.transport === "multipart") {
    return command(document, "document", ["--form-string", "XML="], "-F 'XML=<-'");
  }
  const form = ["urlencoded", "unescaped"].includes(request.transport) ? "form" : "document";
  if (isText(request.body)) {
    return command(request.body, form, ["--data-binary", ""], "--data-binary @-");
  }
  // Bytes that no argument can hold go through a pipe, exactly as they came.
  const wide = request.transport === "raw" && /^utf-16[lb]e$/i.test(request.charset ?? "") ? request.charset : null;
  const bytes = bodyOf(request) ?? bytesOf(request).bytes;
  const signs = wide === null ? latin(bytes) : new TextDecoder(wide, { ignoreBOM: true }).decode(bytes);
  const pieces = filled(signs, form);
  const prints = pieces.map((piece) => `printf '${octal(piece, wide)}'`);
  const converted = converter(request.charset);
  const printed =
    prints.length === 1 ? prints[0] : `{ ${prints.join(`; printf %s "${passwordWord(form, null)}"${converted}; `)}; }`;
  return told(`${printed} | ${words.join(" ")} --data-binary @-`, request, pieces);
}

/** A step: the document exactly as it came, with the login of the target's account; or the whole HTTP request. */
export function asStep(request, page) {
  const lines = [`- name: request_${request.number}`];
  const key = (name, value) => lines.push(`  ${name}: ${value}`);
  const field = request.body.startsWith("XML=") ? request.body.slice(4) : null;
  const document = request.transport === "unescaped" && bodyOf(request) !== null ? field : documentOf(request);
  const charset = CHARSETS[(request.charset ?? "utf-8").toLowerCase()];
  // A document that cannot be told in characters is told in bytes, with everything around it.
  if (
    request.method === "POST" &&
    request.transport &&
    document !== null &&
    charset !== undefined &&
    !document.includes("\ufffd")
  ) {
    key("xml", scalar(documentOfTarget(request, document)));
    const over =
      request.transport === "raw"
        ? (LABELS[request.content_type?.toLowerCase()] ?? (request.content_type === null ? "raw-bare" : "raw"))
        : request.transport;
    if (over !== "urlencoded") {
      key("over", over);
    }
    if (over === "raw" && request.content_type?.toLowerCase() !== "text/xml") {
      key("headers", `{ Content-Type: ${JSON.stringify(escaped(request.content_type))} }`);
    }
    if (charset !== null) {
      key("charset", charset);
    }
    if (request.path !== new URL(page.url).pathname) {
      key("path", JSON.stringify(escaped(request.path)));
    }
  } else {
    const label = request.content_type === null ? "" : `Content-Type: ${escaped(request.content_type)}\n`;
    key(
      "http",
      scalar(
        `${request.method} ${escaped(request.path)} HTTP/1.1\nHost: \${host}\n${label}Content-Length: \${length}\n\n${bodyOfTarget(request)}`,
      ),
    );
  }
  const expected = expectation(request);
  if (expected !== null) {
    key("expect", expected);
  }
  const text = `${lines.join("\n")}\n`;
  return told(
    text,
    request,
    opened(text, { username: "", password: "" }, () => ""),
  );
}

/** A login that was refused stays what it was, so that it is refused again: no password is all stars. */
function isRefused(request) {
  return request.result === "AUTH_FAILED";
}

/** A document for the target of a scenario. */
function documentOfTarget(request, document) {
  if (isRefused(request)) {
    return escaped(
      opened(document, { username: request.account ?? "", password: "****" }, (value) => xml(value)).join(""),
    );
  }
  const login = { username: "${username}", password: "${password}" };
  return opened(escaped(document).replace(USERNAME, "$1${username}$2"), login, (value) => value).join("");
}

/** A body for the target of a scenario. */
function bodyOfTarget(request) {
  const isWritable = isText(request.body);
  const text = isWritable ? request.body : latin(bodyOf(request) ?? bytesOf(request).bytes);
  const write = isWritable ? escaped : bytes;
  const login = isRefused(request) ? null : around(text);
  return login === null
    ? write(text)
    : `${write(login.before)}${login.isEscaped ? "\${percent(login)}" : "\${login}"}${write(login.after)}`;
}

/** What the reply said, as far as another endpoint must say the same. */
function expectation(request) {
  const [, status] = /<status>(-?\d+)<\/status>/.exec(request.reply ?? "") ?? [];
  if (request.lost || (request.reply ?? "") === "") {
    return null;
  }
  if (status !== undefined) {
    return `{ status: ${Number(status) < 0 ? request.result : status} }`;
  }
  const rows = request.reply.match(/<message [^>]*>/g) ?? [];
  return request.reply.includes("<deliveryreport") ? `{ root: deliveryreport, count: ${rows.length} }` : null;
}

/** A text as a YAML scalar, as a block where it can be one. */
function scalar(text) {
  const lines = text.split("\n");
  // A block cannot hold control characters, nor tell blanks at the beginning or empty lines at the end.
  if (
    lines.length < 2 ||
    /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\u{10000}-\u{10ffff}]/u.test(text) ||
    /^[ \n]/.test(text) ||
    /\n\n$/.test(text)
  ) {
    return JSON.stringify(text).replace(
      /[\x7f-\x9f\u2028\u2029\ufeff]/g,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  }
  const ends = text.endsWith("\n");
  const kept = ends ? lines.slice(0, -1) : lines;
  return `|${ends ? "" : "-"}\n${kept.map((line) => (line === "" ? "" : `    ${line}`)).join("\n")}`;
}

function escaped(text) {
  return text.replaceAll("${", () => "$${");
}

function bytes(signs) {
  return signs.replace(/[^\n\x20-#%-~]/g, (sign) => `\${hex("${hexadecimal(sign)}")}`);
}

function hexadecimal(sign) {
  return sign.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase();
}

/**
 * The login of a request: its password only if it is the well-known one. One that was refused was another, or its
 * account was not served.
 */
function loginOf(request, page) {
  const { username = "", password = null } = page.account ?? {};
  const isKnown = (request.account ?? username) === username && !isRefused(request);
  return { username: request.account ?? username, password: isKnown ? password : null };
}

/** What a command puts in the place of a password that is not known. */
function passwordWord(form, charset) {
  return `$(printf %s "$EPOCHTA_PASSWORD" | sed '${ESCAPES[form]}'${converter(charset)})`;
}

/** What makes UTF-8, which a shell has, the bytes of another charset. */
function converter(charset) {
  return /^utf-8$/i.test(charset ?? "utf-8") || !/^[\w-]+$/.test(charset) ? "" : ` | iconv -f utf-8 -t ${charset}`;
}

function inForm(charset) {
  return (value) => encodeURIComponent(xml(value, charset));
}

/** Signs as bytes, two each in a `wide` charset, in the format of printf: no option, no directive, nothing that a shell would take for its own. */
function octal(signs, wide) {
  const units = Array.from({ length: signs.length }, (_, at) => signs.charCodeAt(at));
  const all = units.flatMap((unit) =>
    wide === null ? [unit] : /le$/i.test(wide) ? [unit & 0xff, unit >> 8] : [unit >> 8, unit & 0xff],
  );
  return all
    .map((byte, at) => {
      const sign = String.fromCharCode(byte);
      const isPlain = byte > 0x20 && byte < 0x7f && !"%\\'".includes(sign) && !(at === 0 && sign === "-");
      return isPlain ? sign : `\\${byte.toString(8).padStart(3, "0")}`;
    })
    .join("");
}

/** A text to copy, made of these pieces of what came, with what it needs. */
function told(text, request, pieces) {
  const needs = [
    pieces.length > 1 ? "password" : null,
    isCovered(pieces.join(""), request.operation !== "-") ? "covered" : null,
    bodyOf(request) === null ? "cut" : null,
  ];
  return { text, needs: needs.filter((need) => need !== null) };
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Whether a text can stand in an argument. */
function isText(text) {
  return !/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ufeff]/.test(text);
}
