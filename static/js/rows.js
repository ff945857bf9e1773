// Rows without a page load and without the mouse: add, remove and take back, move, paste. Without this file the buttons
// send the form and the boxes 删除 are ticked.
const most = (box) => Number(box.querySelector("input[name$='-MAX_NUM_FORMS']")?.value || 100);
const total = (box) => box.querySelector("input[name$='-TOTAL_FORMS']");
const rowsOf = (box) => [...box.querySelectorAll("[data-row]")];
const shown = (box) => rowsOf(box).filter((row) => !row.hidden);
const first = (row) => row.querySelector("input:not([type=hidden], [type=checkbox]), select");

function changed(row) {
  row.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
}

function number(box) {
  shown(box).forEach((row, place) => {
    row.querySelector("[data-row-number]").textContent = String(place + 1);
  });
  count(box);
}

// What is counted is never typed: a person with a name is a person.
function count(box) {
  const told = box.querySelector("[data-row-count]");
  if (!told) {
    return;
  }
  const people = shown(box).filter((row) => row.querySelector("[name$='-name']")?.value.trim());
  const full = people.filter((row) => row.querySelector("[name$='-full_time']")?.value === "yes");
  told.querySelector("[data-count=total]").textContent = String(people.length);
  told.querySelector("[data-count=full]").textContent = String(full.length);
}

function add(box) {
  const at = Number(total(box).value);
  if (at >= most(box)) {
    box.querySelector("[data-row-undo]").textContent = `最多 ${most(box)} 行。`;
    return null;
  }
  const template = box.querySelector("template[data-row-template]");
  const html = template.innerHTML.replaceAll("__prefix__", String(at)).replaceAll("__number__", String(at + 1));
  const table = box.querySelector("tbody");
  if (table) {
    table.insertAdjacentHTML("beforeend", html);
  } else {
    template.insertAdjacentHTML("beforebegin", html);
  }
  total(box).value = String(at + 1);
  number(box);
  return rowsOf(box).at(-1);
}

export function setRows(kind, count) {
  const box = document.querySelector(`[data-rows="${CSS.escape(kind)}"]`);
  if (!box || !total(box)) {
    return;
  }
  rowsOf(box).forEach((row) => row.remove());
  total(box).value = "0";
  for (let at = 0; at < Math.min(count, most(box)); at += 1) {
    add(box);
  }
  // Rows that were put back as deleted are hidden once their boxes are ticked.
  queueMicrotask(() => {
    rowsOf(box).forEach((row) => {
      row.hidden = row.querySelector("input[name$='-DELETE']")?.checked ?? false;
    });
    number(box);
  });
}

function remove(box, row) {
  const tick = row.querySelector("input[name$='-DELETE']");
  const place = shown(box).indexOf(row);
  const next = shown(box)[place + 1] ?? shown(box)[place - 1];
  const called = first(row)?.value || `第 ${place + 1} 行`;
  tick.checked = true;
  row.hidden = true;
  number(box);
  const undo = box.querySelector("[data-row-undo]");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = "撤销";
  button.addEventListener("click", () => {
    tick.checked = false;
    row.hidden = false;
    undo.replaceChildren();
    number(box);
    first(row)?.focus();
    changed(row);
  });
  undo.replaceChildren(`已删除“${called}”。`, button);
  (next ? first(next) : box.querySelector("[data-add-row]"))?.focus();
  changed(row);
}

function move(box, cell, step) {
  const rows = shown(box);
  const next = rows[rows.indexOf(cell.parentElement) + step]?.cells[cell.cellIndex]?.querySelector("input, select");
  next?.focus();
  next?.select?.();
  return Boolean(next);
}

async function paste(box, text) {
  const form = box.closest("form");
  const kind = box.dataset.rows;
  const values = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const area = box.querySelector("[data-paste-text]");
  area.value = text;
  const result = await window.htmx
    .ajax("POST", form.getAttribute("hx-post"), {
      source: area,
      swap: "none",
      values: { ...values, [`paste-${kind}`]: text, paste_rows: kind },
    })
    .then(() => true, () => false);
  const now = document.querySelector(`[data-rows="${CSS.escape(kind)}"]`);
  if (!result || now === box) {
    box.querySelector("details.paste").open = true;
    box.querySelector("[data-row-undo]").textContent = "没有填入：请检查网络或登录后再试，粘贴的内容在下面的框中。";
    return;
  }
  first(now)?.focus();
  changed(now.querySelector("tr[data-row]") ?? now);
}

for (const box of document.querySelectorAll("[data-rows]")) {
  dress(box);
}

function dress(box) {
  if (!total(box)) {
    return;
  }
  box.classList.add("rows--live");
  const keys = box.querySelector("[data-row-keys]");
  if (keys) {
    keys.hidden = false;
  }
  rowsOf(box).forEach((row) => {
    row.hidden = row.querySelector("input[name$='-DELETE']")?.checked ?? false;
  });
  number(box);
}

addEventListener("htmx:oobAfterSwap", (event) => {
  // The target is the box that went; the one that came has the same id.
  const box = document.getElementById(event.detail.target?.id);
  if (box?.dataset.rows) {
    dress(box);
  }
});

addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-rows]");
  if (!box) {
    return;
  }
  if (event.target.closest("[data-add-row]")) {
    event.preventDefault();
    first(add(box) ?? box)?.focus();
  } else if (event.target.closest("[data-remove-row]")) {
    remove(box, event.target.closest("tr[data-row]"));
  } else if (event.target.closest("[data-paste-rows]") && window.htmx) {
    event.preventDefault();
    paste(box, box.querySelector("[data-paste-text]").value);
  }
});

addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("[data-rows] tbody td");
  const box = cell?.closest("[data-rows]");
  if (!cell || event.isComposing) {
    return;
  }
  const isText = event.target.tagName === "INPUT" && event.target.type === "text";
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    first(add(box) ?? cell.parentElement)?.focus();
  } else if (event.key === "Delete" && event.altKey) {
    event.preventDefault();
    remove(box, cell.parentElement);
  } else if (event.key === "Enter" && event.target.type !== "button") {
    // Enter sends no form from inside a table; on the last row it makes the next one.
    event.preventDefault();
    if (!move(box, cell, event.shiftKey ? -1 : 1) && !event.shiftKey && first(cell.parentElement)?.value) {
      first(add(box) ?? cell.parentElement)?.focus();
    }
  } else if (isText && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    move(box, cell, event.key === "ArrowDown" ? 1 : -1);
  } else if (isText && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
    const { selectionStart, selectionEnd, value } = event.target;
    const edge = event.key === "ArrowLeft" ? 0 : value.length;
    const step = event.key === "ArrowLeft" ? -1 : 1;
    const next = cell.parentElement.cells[cell.cellIndex + step]?.querySelector("input:not([type=hidden], [type=checkbox]), select");
    if (selectionStart === edge && selectionEnd === edge && next) {
      event.preventDefault();
      next.focus();
    }
  }
});

addEventListener("paste", (event) => {
  const box = event.target.closest?.("[data-rows]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  // One cell is text for this box; a block has tabs or lines between its cells.
  if (!box || event.target.matches("textarea") || !/[\t\n\r]/.test(text.trim()) || !window.htmx) {
    return;
  }
  event.preventDefault();
  paste(box, text);
});

addEventListener("input", (event) => {
  const box = event.target.closest?.("[data-rows]");
  if (box) {
    count(box);
  }
});
