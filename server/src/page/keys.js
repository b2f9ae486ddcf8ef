// The keyboard: one key, or `g` and one, where nothing is being typed.

const MOMENT = 1200;

/** `acts`: what each key does, `g m` for two of them. */
export function listen(acts, isBusy) {
  let first = null;
  let timer = null;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isBusy() || isTyped(event.target)) {
      return;
    }
    const key = latin(event);
    const name = first === null ? key : `${first} ${key}`;
    clearTimeout(timer);
    first = null;
    if (name === "g") {
      first = "g";
      timer = setTimeout(() => {
        first = null;
      }, MOMENT);
      event.preventDefault();
      return;
    }
    // Arrows scroll what scrolls, unless they are meant for the list.
    if (
      event.key.startsWith("Arrow") &&
      event.target.closest("[tabindex='0'], [role=menu], [role=radiogroup], [role=tablist]") !== null
    ) {
      return;
    }
    const act = acts[name];
    if (act !== undefined && act(event) !== false) {
      event.preventDefault();
    }
  });
}

/** The letter of the key, also where another alphabet is on. */
function latin(event) {
  const [, letter] = /^Key([A-Z])$/.exec(event.code) ?? [];
  return letter !== undefined && event.key.length === 1 && event.key > "\x7f" ? letter.toLowerCase() : event.key;
}

function isTyped(target) {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}
