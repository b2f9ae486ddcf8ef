// A request as something that can be played again: a curl command, or a step of a scenario of the conformance kit.

import { bytesOf, documentOf } from "./document.js";

const LABELS = {
  "text/xml": "raw",
  "text/xml; charset=utf-8": "raw-utf8",
  "text/xml, charset=windows-1251": "raw-comma",
  "application/x-www-form-urlencoded": "raw-form",
};
const CHARSETS = { "windows-1251": "windows-1251", "koi8-r": "koi8-r", "utf-16le": "utf-16le", "utf-16be": "utf-16be" };
/** What is shown of a password; and of a login in a document that could not be read, up to its end tag. */
const PASSWORD = /<password>\*+<\/password>/;
const LOGIN = /<\*+<\/(authenti\w*)>/;
const USERNAME = /(<authenti\w*>.*?<username>).*?(<\/username>)/s;

/** A command for a shell. A password that is not known comes from EPOCHTA_PASSWORD. */
export function asCurl(request, page) {
  const document = documentOf(request);
  const isPlain = document !== null && (request.charset ?? "").toLowerCase() === "utf-8" && isText(document);
  const target = new URL(request.path, page.url).href;
  const words = ["curl", "-sS", "--max-time", "10", quoted(target)];
  if (request.method !== "POST") {
    words.push("-X", quoted(request.method));
  }
  const label = () =>
    request.content_type === null
      ? words.push("-H", "'Content-Type:'")
      : words.push("-H", quoted(`Content-Type: ${request.content_type}`));
  const login = (words) => unlocked(words, request, page);
  if (request.transport === "urlencoded" && isPlain) {
    words.push("--data-urlencode", login(quoted(`XML=${document}`)));
  } else if (request.transport === "multipart" && isPlain) {
    words.push("--form-string", login(quoted(`XML=${document}`)));
  } else if (request.transport === "raw" && isPlain) {
    label();
    words.push("--data-binary", login(quoted(document)));
  } else if (isText(request.body) && !request.body.startsWith("@")) {
    label();
    words.push("--data-binary", login(quoted(request.body)));
  } else {
    // Bytes that no argument can hold go through a pipe, exactly as they came.
    label();
    const octal = Array.from(openBytes(request, page), (byte) =>
      isPrintable(byte) ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`,
    );
    return `printf '${octal.join("")}' | ${words.join(" ")} --data-binary @-`;
  }
  return words.join(" ");
}

/** A step: the document exactly as it came, with the login of the target's account; or the whole HTTP request. */
export function asStep(request, page) {
  const lines = [`- name: request_${request.number}`];
  const key = (name, value) => lines.push(`  ${name}: ${value}`);
  const field = request.body.startsWith("XML=") ? request.body.slice(4) : null;
  const document = request.transport === "unescaped" ? field : documentOf(request);
  // A document that cannot be told in characters is told in bytes, with everything around it.
  if (request.method === "POST" && request.transport && document !== null && !document.includes("\ufffd")) {
    key("xml", scalar(withLogin(escaped(document).replace(USERNAME, "$1${username}$2"), "${username}", "${password}")));
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
    const charset = CHARSETS[request.charset?.toLowerCase()];
    if (charset !== undefined) {
      key("charset", charset);
    }
    if (request.path !== new URL(page.url).pathname) {
      key("path", JSON.stringify(escaped(request.path)));
    }
  } else {
    const label = request.content_type === null ? "" : `Content-Type: ${escaped(request.content_type)}\n`;
    const body = isText(request.body) ? escaped(request.body) : bytes(bytesOf(request).bytes);
    key(
      "http",
      scalar(
        `${request.method} ${escaped(request.path)} HTTP/1.1\nHost: \${host}\n${label}Content-Length: \${length}\n\n${body}`,
      ),
    );
  }
  const expected = expectation(request);
  if (expected !== null) {
    key("expect", expected);
  }
  return `${lines.join("\n")}\n`;
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

function bytes(all) {
  return Array.from(all, (byte) =>
    byte === 0x0a || (byte >= 0x20 && byte < 0x7f)
      ? String.fromCharCode(byte).replace("$", '${hex("24")}')
      : `\${hex("${byte.toString(16).padStart(2, "0").toUpperCase()}")}`,
  ).join("");
}

function withLogin(document, username, password) {
  const opens = `<password>${password}</password>`;
  return PASSWORD.test(document)
    ? document.replace(PASSWORD, () => opens)
    : document.replace(LOGIN, (_, name) => `<${name}><username>${username}</username>${opens}</${name}>`);
}

/** The login of a request: its password only if it is the well-known one. */
function loginOf(request, page) {
  const known = page.account !== null && (request.account ?? page.account.username) === page.account.username;
  return {
    username: xml(request.account ?? page.account?.username ?? ""),
    password: known && page.account.password !== null ? xml(page.account.password) : null,
  };
}

/** A quoted document with a login that opens. */
function unlocked(document, request, page) {
  const { username, password } = loginOf(request, page);
  const inside = (text) => quoted(text).slice(1, -1);
  const shown = password === null ? `'"$EPOCHTA_PASSWORD"'` : inside(password);
  return withLogin(document, inside(username), shown);
}

/** The bytes of the body, with a login that opens. */
function openBytes(request, page) {
  const { bytes } = bytesOf(request);
  const { username, password } = loginOf(request, page);
  const login = [username, password ?? "PASSWORD"];
  const [, order] = /^utf-16(le|be)$/i.exec(request.charset ?? "") ?? [];
  if (order === undefined) {
    const text = withLogin(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""), ...login);
    return Array.from(text, (sign) => sign.charCodeAt(0));
  }
  const text = withLogin(new TextDecoder(request.charset, { ignoreBOM: true }).decode(bytes), ...login);
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return units.flatMap((unit) => (order.toLowerCase() === "le" ? [unit & 0xff, unit >> 8] : [unit >> 8, unit & 0xff]));
}

/** Whether a byte means itself in the format of printf, within quotes. */
function isPrintable(byte) {
  return byte > 0x20 && byte < 0x7f && !"%\\'".includes(String.fromCharCode(byte));
}

function xml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Whether a text can stand in an argument. */
function isText(text) {
  return !/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ufeff]/.test(text);
}
