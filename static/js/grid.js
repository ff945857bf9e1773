// The score sheet under the keyboard: arrows up and down and Enter move between rows, changed cells are tinted until saved.
for (const table of document.querySelectorAll("table[data-grid]")) {
  table.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
    const cell = event.target.closest("tbody td");
    if (!step || !cell || event.target.tagName !== "INPUT" || event.isComposing) {
      return;
    }
    event.preventDefault();
    // The nearest row that has a box in this column; heads of groups and cells to read are passed over.
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    for (let at = rows.indexOf(cell.parentElement) + step; rows[at]; at += step) {
      const box = rows[at].cells[cell.cellIndex]?.querySelector("input");
      if (box) {
        box.focus();
        box.select();
        return;
      }
    }
  });

  table.addEventListener("input", (event) => {
    // A form that saves itself says on its own what is saved.
    if (event.target.form?.matches("[data-sheet-save]")) {
      return;
    }
    event.target.closest("td")?.classList.toggle("changed", event.target.value !== event.target.defaultValue);
  });
}
