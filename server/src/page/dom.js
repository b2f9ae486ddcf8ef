// Elements, made without any markup: whatever came from a client stays text.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. Of the properties `class`, `text`, `value`, `checked` and `on` (listeners by event) have a meaning of
 * their own, everything else is an attribute: `true` is an empty one, `false` and `null` are none.
 */
export function h(tag, properties = {}, ...children) {
  return dressed(document.createElement(tag), properties, children);
}

/** An element of SVG. */
export function svg(tag, properties = {}, ...children) {
  return dressed(document.createElementNS(SVG, tag), properties, children);
}

/** An icon out of the sprite in index.html. It says nothing to who cannot see it. */
export function icon(name, more = "") {
  const use = svg("use", { href: `#i-${name}` });
  return svg("svg", { class: `icon ${more}`.trim(), "aria-hidden": "true", focusable: "false" }, use);
}

/** Puts these in the place of everything that was in an element. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(isThere));
  return element;
}

/** Words that are read out and not seen. */
export function unseen(text) {
  return h("span", { class: "hidden-text", text });
}

/** A text with those of the words marked that occur in it. */
export function marked(text, words) {
  const sought = words.filter((word) => word !== "").map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  if (sought.length === 0) {
    return [text];
  }
  const pieces = text.split(new RegExp(`(${sought.join("|")})`, "giu"));
  return pieces.map((piece, at) => (at % 2 === 1 ? h("mark", { text: piece }) : piece));
}

function dressed(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name === "text") {
      element.textContent = value;
    } else if (name === "class") {
      element.setAttribute("class", value);
    } else if (name === "value" || name === "checked") {
      element[name] = value;
    } else if (name === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat(Infinity).filter(isThere));
  return element;
}

function isThere(child) {
  return child !== null && child !== undefined && child !== false && child !== "";
}
