// The score sheet under the keyboard: arrows up and down and Enter move between rows, changed cells are tinted until saved.
for (const table of document.querySelectorAll("table[data-grid]")) {
  const boxes = (row) => [...row.querySelectorAll("input")];

  table.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
    const row = event.target.closest("tbody tr");
    if (!step || !row || event.target.tagName !== "INPUT") {
      return;
    }
    event.preventDefault();
    const column = boxes(row).indexOf(event.target);
    const rows = [...table.tBodies[0].rows];
    const next = rows[rows.indexOf(row) + step];
    const box = next && boxes(next)[column];
    if (box) {
      box.focus();
      box.select();
    }
  });

  table.addEventListener("input", (event) => {
    event.target.closest("td")?.classList.toggle("changed", event.target.value !== event.target.defaultValue);
  });
}
