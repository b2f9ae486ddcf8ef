// As much XML as the client needs. Node has no reader or writer of XML, and these programs do without packages; a
// project takes one that is kept, such as fast-xml-parser. Regular expressions that look for <status> are no reader:
// they find it in comments, behind a PHP warning, and in half a document.

// Control characters, lone surrogates and two characters that are none: XML cannot hold them, not even as references.
const illegal = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
export const isLegal = (value) => !illegal.test(value);

const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** A value as it stands in a text or an attribute. As plain characters, line ends and tabs would be read as others. */
export const escape = (value) =>
  value.replace(/[&<>"\t\n\r]/g, (character) => names[character] ?? `&#${character.charCodeAt(0)};`);

const blank = "[\\t\\n\\r ]";
const name = "[\\p{L}_:][\\p{L}\\p{M}\\p{N}_:.·-]*";
const value = `"[^"<]*"|'[^'<]*'`;
const equals = `${blank}*=${blank}*`;
const quoted = (inner) => `${equals}(?:"${inner}"|'${inner}')`;

const declaration = new RegExp(
  `<\\?xml${blank}+version${quoted("1\\.\\d+")}(?:${blank}+encoding${quoted("[A-Za-z][\\w.-]*")})?` +
    `(?:${blank}+standalone${quoted("(?:yes|no)")})?${blank}*\\?>`,
  "y",
);
// Whatever fits none of these is not well-formed, or a DOCTYPE: no reply has one, and its entities can be bombs.
const tokens = new RegExp(
  [
    `<(?<start>${name})(?<attributes>(?:${blank}+${name}${equals}(?:${value}))*)${blank}*(?<empty>/?)>`,
    `</(?<end>${name})${blank}*>`,
    "(?<text>[^<]+)",
    "<!\\[CDATA\\[(?<cdata>[^]*?)\\]\\]>",
    "<!--(?:-?[^-])*-->",
    `<\\?(?!xml(?:${blank}|\\?))${name}(?:${blank}[^]*?)?\\?>`,
  ].join("|"),
  "uy",
);
const attribute = new RegExp(`(${name})${equals}(${value})`, "gu");
const characters = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** A value with its references resolved. */
function unescape(escaped) {
  return escaped.replace(/&(?:#x([\da-fA-F]+);|#(\d+);|(\w+);)?/g, (reference, hex, decimal, entity) => {
    const code = hex ? parseInt(hex, 16) : Number(decimal);
    const character = entity ? characters[entity] : code <= 0x10ffff && String.fromCodePoint(code);
    if (!character || !isLegal(character)) throw new SyntaxError(`${reference} is no reference`);
    return character;
  });
}

function attributes(source) {
  const found = new Map();
  for (const [, name, value] of source.matchAll(attribute)) {
    if (found.has(name)) throw new SyntaxError(`${name} stands twice in a tag`);
    found.set(name, unescape(value.slice(1, -1).replace(/[\t\n]/g, " ")));
  }
  return found;
}

/** The text of a document, in the encoding that its declaration names, whatever an HTTP header says. */
function decode(bytes) {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const encoding = head.match(/^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)/)?.[1] ?? "utf-8";
  return new TextDecoder(encoding, { fatal: true }).decode(bytes); // Without its byte order mark.
}

/**
 * The root of a document, given as bytes: { name, attributes, text, children }. Throws if it is not well-formed.
 *
 * Blanks before the declaration are forgiven: they are a common slip of PHP scripts.
 */
export function parse(bytes) {
  const source = decode(bytes).replace(/^[\t\n\r ]+/, "").replace(/\r\n?/g, "\n");
  if (!isLegal(source)) throw new SyntaxError("an illegal character");
  declaration.lastIndex = 0;
  tokens.lastIndex = declaration.test(source) ? declaration.lastIndex : 0;

  const document = { text: "", children: [] };
  const open = [document];
  while (tokens.lastIndex < source.length) {
    const position = tokens.lastIndex;
    const token = tokens.exec(source)?.groups;
    const parent = open.at(-1);
    if (!token || token.text?.includes("]]>")) throw new SyntaxError(`no XML at character ${position}`);
    if (token.start) {
      const element = { name: token.start, attributes: attributes(token.attributes), text: "", children: [] };
      parent.children.push(element);
      if (!token.empty) open.push(element);
    } else if (token.end) {
      if (token.end !== parent.name) throw new SyntaxError(`</${token.end}> ends nothing`);
      open.pop();
    } else {
      parent.text += token.cdata ?? unescape(token.text ?? "");
    }
    if (token.cdata !== undefined && parent === document) throw new SyntaxError("CDATA outside the root");
  }
  if (open.length !== 1) throw new SyntaxError(`<${open.at(-1).name}> does not end`);
  if (document.children.length !== 1 || /[^\t\n\r ]/.test(document.text)) throw new SyntaxError("not one root alone");
  return document.children[0];
}
