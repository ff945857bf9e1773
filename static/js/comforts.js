// Small comforts of any page, the public ones too. Every page works without this file.
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

// Where the page says that the return key saves, it does so on a choice too: a browser opens the choice instead.
for (const form of document.querySelectorAll("form[data-enter-saves]")) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName === "SELECT") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// On paper stands the day on which it was printed, and what is folded is open.
addEventListener("beforeprint", () => {
  const today = new Date();
  for (const place of document.querySelectorAll("[data-paper-day]")) {
    place.textContent = `打印日期 ${today.getFullYear()}年${today.getMonth() + 1}月${today.getDate()}日`;
  }
  for (const fold of document.querySelectorAll("details.fold:not([open])")) {
    fold.open = true;
    fold.dataset.unfolded = "";
  }
});
addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("details.fold[data-unfolded]")) {
    fold.open = false;
    delete fold.dataset.unfolded;
  }
});

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

// An open list of choices, or the menu, closes when the reader turns to something else.
const picks = document.querySelectorAll("details.pick, details.site-menu");
addEventListener("click", (event) => {
  for (const pick of picks) {
    if (pick.open && !pick.contains(event.target)) {
      pick.open = false;
    }
  }
});
addEventListener("keydown", (event) => {
  const pick = event.key === "Escape" && document.activeElement?.closest("details:is(.pick, .site-menu)[open]");
  if (pick) {
    pick.open = false;
    pick.querySelector("summary").focus();
  }
});
