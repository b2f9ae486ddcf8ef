// Where one is, in the address behind the #: links can be shared, and Back works.

/** The place that the address names: its parts, and its query. */
export function place() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return {
    parts: path
      .split("/")
      .filter((part) => part !== "")
      .map(decoded),
    query: new URLSearchParams(query),
  };
}

/** The address of a place. Empty values of the query are left out. */
export function address(parts, query = {}) {
  const given = query instanceof URLSearchParams ? [...query] : Object.entries(query);
  const kept = given.filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(kept).toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${text === "" ? "" : `?${text}`}`;
}

/** Whether a part of a place can be a number that things are known by. */
export function isNumber(part) {
  return /^[1-9]\d{0,14}$/.test(part);
}

/** Goes to an address. */
export function go(to) {
  if (location.hash !== to) {
    location.hash = to;
  }
}

/** Goes to an address, in the place of where one is. */
export function replace(to) {
  if (location.hash !== to) {
    history.replaceState(null, "", to);
    dispatchEvent(new HashChangeEvent("hashchange"));
  }
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
