// The document of a request, taken out of its body as the gateway takes it, to be shown. The gateway has read it long
// since; nothing here decides anything.

/** The bytes of the body that were told, and where they begin. */
export function bytesOf(request) {
  const { hex, from, length } = request.bytes;
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  return { bytes, from, length, isWhole: bytes.length === length };
}

/** The document as text, with its byte order mark; `null` if there is none, or not all of the body was told. */
export function documentOf(request) {
  const { bytes, isWhole } = bytesOf(request);
  if (!isWhole || request.transport === null) {
    return null;
  }
  const document = {
    raw: () => bytes,
    multipart: () => part(bytes, request.content_type ?? ""),
    urlencoded: () => field(bytes),
    unescaped: () => field(bytes),
  }[request.transport]?.();
  if (document === undefined || document === null) {
    return null;
  }
  try {
    return new TextDecoder(request.charset ?? "utf-8", { ignoreBOM: true }).decode(document);
  } catch {
    // A charset that the browser does not know.
    return null;
  }
}

/** Where in a text a line and a column are, both from 1 and in characters. */
export function offsetOf(text, line, column) {
  let at = 0;
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.indexOf("\n", at);
    if (end < 0) {
      return null;
    }
    at = end + 1;
  }
  const before = [...text.slice(at)].slice(0, column - 1).join("");
  return Math.min(at + before.length, text.length);
}

/** The field XML of a form, the last one if there are several. */
function field(bytes) {
  const form = latin(bytes);
  const found = form
    .split("&")
    .map((pair) => /^([^=]*)=?(.*)$/s.exec(pair))
    .filter(([, name]) => unescaped(name) === "XML")
    .at(-1);
  return found === undefined ? null : toBytes(unescaped(found[2]));
}

/** The part XML of a multipart body. */
function part(bytes, label) {
  const [, quoted, plain] = /boundary=(?:"([^"]*)"|([^\s;,]*))/i.exec(label) ?? [];
  const boundary = quoted ?? plain;
  if (!boundary) {
    return null;
  }
  for (const one of latin(bytes).split(`--${boundary}`).reverse()) {
    const [, head, body] = /^\r?\n(.*?)\r?\n\r?\n(.*)$/s.exec(one) ?? [];
    if (body !== undefined && /name="?XML"?\s*(;|\r?\n|$)/.test(head)) {
      return toBytes(body.replace(/\r?\n$/, ""));
    }
  }
  return null;
}

/** A sign a byte. */
function latin(bytes) {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function toBytes(text) {
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

function unescaped(text) {
  return text
    .replaceAll("+", " ")
    .replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}
