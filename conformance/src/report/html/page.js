// Filters the cases, and unfolds the one that a link leads to. The page is whole without it.
(() => {
  "use strict";
  const cases = [...document.querySelectorAll("details.case")];
  const sections = [...document.querySelectorAll("section.clause")];
  const filter = document.getElementById("filter");
  const search = filter.querySelector("input");
  const buttons = [...filter.querySelectorAll("button")];
  const words = new Map(
    cases.map((one) => [
      one,
      (one.querySelector("summary").textContent + one.querySelector(".about").textContent).toLowerCase(),
    ]),
  );

  function apply() {
    const pressed = new Set(
      buttons.filter((one) => one.getAttribute("aria-pressed") === "true").map((one) => one.dataset.verdict),
    );
    const wanted = search.value.toLowerCase().split(/\s+/);
    for (const one of cases) {
      const fits = wanted.every((word) => words.get(one).includes(word));
      one.hidden = !(pressed.has(one.dataset.verdict) && fits);
    }
    const whole = pressed.size === buttons.length && search.value === "";
    for (const section of sections) {
      section.hidden = !whole && !section.querySelector("details.case:not([hidden])");
    }
    document.getElementById("nothing").hidden = cases.some((one) => !one.hidden);
  }

  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    // Whoever follows a link wants to see where it leads.
    if (target.hidden || target.closest("[hidden]")) {
      search.value = "";
      for (const one of buttons) one.setAttribute("aria-pressed", "true");
      apply();
    }
    if (target.matches("details")) target.open = true;
    target.scrollIntoView();
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  }
  search.addEventListener("input", apply);
  addEventListener("hashchange", follow);
  filter.hidden = false;
  follow();
})();
