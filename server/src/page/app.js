// A placeholder: shows what the page is told first.
const told = await (await fetch("_mock/page.json")).json();
document.querySelector("main").textContent = JSON.stringify(told, null, 2);
