// The document of a request, taken out of its body as the gateway takes it, to be shown. The gateway has read it long
// since; nothing here decides anything.

/** The bytes of the body that were told, and where they begin. */
export function bytesOf(request) {
  const { hex, from, length } = request.bytes;
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  return { bytes, from, length, isWhole: bytes.length === length };
}

/** Every byte of the body; `null` where not all of them were told, and the text does not tell them either. */
export function bodyOf(request) {
  const { bytes, length, isWhole } = bytesOf(request);
  if (isWhole) {
    return bytes;
  }
  // A sign in the place of bytes that are none can stand for any.
  const encoded = request.body.includes("\ufffd") ? null : new TextEncoder().encode(request.body);
  return encoded?.length === length ? encoded : null;
}

/** The document as text, with its byte order mark; `null` if there is none, or not all of the body was told. */
export function documentOf(request) {
  const written = writtenDocument(request);
  if (written === null) {
    return null;
  }
  try {
    const bytes = toBytes(written.isForm ? unescaped(written.text) : written.text);
    return new TextDecoder(request.charset ?? "utf-8", { ignoreBOM: true }).decode(bytes);
  } catch {
    // A charset that the browser does not know.
    return null;
  }
}

/** Which byte of the document that one of the body is; `null` if that cannot be told. */
export function placeInDocument(request, place) {
  const written = writtenDocument(request);
  const length = place - written?.start;
  if (written === null || length < 0 || length > written.text.length) {
    return null;
  }
  const before = written.text.slice(0, length);
  return written.isForm ? unescaped(before).length : length;
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

/** The document as it is written in the body, a sign a byte; where it begins; whether in a form. */
function writtenDocument(request) {
  const body = request.transport === null ? null : bodyOf(request);
  if (body === null) {
    return null;
  }
  const text = latin(body);
  return (
    {
      raw: () => ({ text, start: 0, isForm: false }),
      multipart: () => part(text, request.content_type ?? ""),
      urlencoded: () => field(text),
      unescaped: () => field(text),
    }[request.transport]?.() ?? null
  );
}

/** The field XML of a form, the last one if there are several. */
function field(form) {
  let found = null;
  let start = 0;
  for (const pair of form.split("&")) {
    const [, name, equals, value] = /^([^=]*)(=?)(.*)$/s.exec(pair);
    if (unescaped(name) === "XML") {
      found = { text: value, start: start + name.length + equals.length, isForm: true };
    }
    start += pair.length + 1;
  }
  return found;
}

/** The part XML of a multipart body. */
function part(text, label) {
  const [, quoted, plain] = /boundary=(?:"([^"]*)"|([^\s;,]*))/i.exec(label) ?? [];
  const boundary = quoted ?? plain;
  if (!boundary) {
    return null;
  }
  let found = null;
  let start = 0;
  for (const one of text.split(`--${boundary}`)) {
    const [, before, head, body] = /^(\r?\n(.*?)\r?\n\r?\n)(.*)$/s.exec(one) ?? [];
    if (body !== undefined && /name="?XML"?\s*(;|\r?\n|$)/.test(head)) {
      found = { text: body.replace(/\r?\n$/, ""), start: start + before.length, isForm: false };
    }
    start += one.length + boundary.length + 2;
  }
  return found;
}

/** A sign a byte. */
export function latin(bytes) {
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
