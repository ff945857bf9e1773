// Small comforts of desk and back office. Every page works without this file.
import "./comforts.js";
import { names, sweep } from "./kept.js";

// What was typed and not saved stays in the browser for a day at most, and not beyond a logout.
sweep();
for (const form of document.querySelectorAll("form[action$='/logout/']")) {
  form.addEventListener("submit", (event) => {
    if (names().length && !confirm("本机还有没有保存的内容，退出后将被清除。仍要退出吗？")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    sweep(true);
  });
}

// What a line cuts off is said when pointed at.
for (const table of document.querySelectorAll("table.lines")) {
  table.addEventListener("mouseover", (event) => {
    const cell = event.target.closest("td, tbody th");
    if (cell && cell.scrollWidth > cell.clientWidth && !cell.title) {
      cell.title = cell.innerText.trim();
    }
  });
}

// The crumb to a list leads to it as it was left, filters, order and page, and to the row that was opened.
const left = (path) => `list:${path}`;
if (document.querySelector("table.lines, #changelist, .fold-box")) {
  sessionStorage.setItem(left(location.pathname), location.search);
}
for (const crumb of document.querySelectorAll(".breadcrumb a[href], a[data-back]")) {
  const here = location.pathname.replace(/\/(change|move\/[^/]+|history)?\/?$/, "").split("/").pop();
  const kept = sessionStorage.getItem(left(crumb.pathname));
  if (kept !== null && crumb.pathname !== location.pathname) {
    crumb.search ||= kept;
    crumb.hash ||= `row-${here}`;
  }
}

// A filter that is a drop-down applies itself; its button stays for those without scripts.
for (const form of document.querySelectorAll("form[data-auto-submit]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
