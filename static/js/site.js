// Small comforts. Every page works without this file.
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

// After a refused form the reader and the keyboard start at the list of what is wrong.
const summary = document.querySelector("[data-error-summary]");
if (summary) {
  summary.focus();
}

// A row opens where its first link leads; links, buttons and boxes inside keep their own meaning.
for (const table of document.querySelectorAll("table[data-row-links]")) {
  table.addEventListener("click", (event) => {
    if (event.target.closest("a, button, input, select, label, summary") || String(getSelection())) {
      return;
    }
    const link = event.target.closest("tbody tr")?.querySelector("a[href]");
    if (link) {
      link.click();
    }
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

// One press is one submission: a second click does nothing while the first is on its way. A download leaves the page
// standing, so the form wakes up again after a while.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 3000);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// A filter that is a drop-down applies itself; its button stays for those without scripts.
for (const form of document.querySelectorAll("form[data-auto-submit]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// How long the text is, beside the box that has a limit.
for (const box of document.querySelectorAll("textarea[maxlength]")) {
  const count = document.createElement("p");
  count.className = "count";
  const say = () => {
    count.textContent = `${box.value.length} / ${box.maxLength} 字`;
  };
  box.after(count);
  box.addEventListener("input", say);
  say();
}

// An open list of choices closes when the reader turns to something else.
const picks = document.querySelectorAll("details.pick");
addEventListener("click", (event) => {
  for (const pick of picks) {
    if (pick.open && !pick.contains(event.target)) {
      pick.open = false;
    }
  }
});
addEventListener("keydown", (event) => {
  const pick = event.key === "Escape" && document.activeElement?.closest("details.pick[open]");
  if (pick) {
    pick.open = false;
    pick.querySelector("summary").focus();
  }
});
