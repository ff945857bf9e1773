// Rows that are chosen in a list of the back office: all of a page, a range with Shift, all pages; how many they are.
const bar = document.querySelector("[data-selection]");
const boxes = [...document.querySelectorAll("#result_list tbody input.action-select")];
const all = document.getElementById("action-toggle");

if (bar && all) {
  const { shown, total } = bar.dataset;
  const across = bar.querySelector("input.select-across");
  const offer = bar.querySelector("[data-across]");
  const none = bar.querySelector("[data-none]");
  let last = null;

  const say = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    const page = chosen > 0 && chosen === boxes.length;
    if (!page) {
      across.value = "0";
    }
    const everything = across.value === "1";
    all.checked = page;
    all.indeterminate = chosen > 0 && !page;
    bar.querySelector("[data-chosen]").textContent = everything ? total : chosen;
    none.hidden = chosen === 0;
    if (offer) {
      offer.hidden = !page || everything || Number(shown) === Number(total);
    }
    for (const box of boxes) {
      box.closest("tr").classList.toggle("selected", box.checked);
    }
  };

  all.addEventListener("change", () => {
    for (const box of boxes) {
      box.checked = all.checked;
    }
    say();
  });

  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        for (const each of boxes.slice(from, to + 1)) {
          each.checked = box.checked;
        }
      }
      last = box;
      say();
    });
  }

  offer?.addEventListener("click", () => {
    across.value = "1";
    say();
    none.focus();
  });

  none.addEventListener("click", () => {
    for (const box of boxes) {
      box.checked = false;
    }
    say();
    all.focus();
  });

  // A browser that comes back to the page restores the boxes.
  addEventListener("pageshow", say);
  say();
}
