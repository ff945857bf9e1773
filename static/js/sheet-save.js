// The form of one row that saves itself box by box while it is typed. What goes over the wire is that of a grid with one
// row (cells-saver.js); the names of the boxes are the columns.
//
//   <form method="post" data-sheet-save data-kept data-sheet-id="…" data-row="1" data-save-url data-writer data-login>
//
// A box may carry what a column of a grid does: data-kind, data-min, data-max, data-decimals; and data-value, where the
// server has another value than the one shown. data-unsaved at a box leaves it to the buttons of the form. An element
// with data-outcome="points" shows what the answer says under that name; the revision of an answer goes to the box
// "revision", so that a button that sends the whole form stands on what was saved. Sentences go to #field-notes and
// are placed by notes.js; the page holds #field-notes and #note-live as a section of the form does.
import { read } from "./cell-kinds.js";
import { CellsSaver } from "./cells-saver.js";
import { setValue } from "./form-values.js";
import { placeNotes } from "./notes.js";

const PAUSE = 800; // milliseconds after the last key
const LEFT_OUT = "[type=hidden], [type=file], [type=submit], [type=button], [type=search], [data-unsaved]";

class Sheet {
  constructor(form) {
    this.form = form;
    this.row = Number(form.dataset.row);
    this.notes = document.getElementById("field-notes");
    this.told = "[]";
    this.stored = new Map();
    for (const box of this.boxes()) {
      this.stored.set(box.name, box.dataset.value ?? valueOf(form, box.name));
    }
    this.saver = new CellsSaver(form, `sheet:${form.dataset.sheetId}`, {
      redraw: () => this.redraw(),
      stored: (cell) => this.store(cell),
      rows: (rows, answer) => this.others(rows, answer),
      lineOf: (cell) => this.labelOf(cell.col),
      standing: (cell) => this.stored.get(cell.col) ?? null,
      commit: () => {},
    });
    this.listen();
    this.restore();
  }

  boxes() {
    return [...this.form.elements].filter((box) => box.name && "value" in box && !box.matches(LEFT_OUT));
  }

  boxOf(name) {
    return this.form.querySelector(`[name="${CSS.escape(name)}"]`);
  }

  labelOf(name) {
    const box = this.boxOf(name);
    const named = box.type === "radio" ? box.closest("[role=radiogroup]")?.getAttribute("aria-label") : null;
    return (named ?? box.getAttribute("aria-label") ?? box.labels?.[0]?.textContent ?? "").trim();
  }

  take(name) {
    const box = this.boxOf(name);
    const rule = { ...box.dataset, kind: box.dataset.kind ?? "text" };
    // The words of a choice are those of the page.
    const isChoice = ["radio", "checkbox", "select-one"].includes(box.type);
    const typed = valueOf(this.form, name);
    const { value, shown, sentence } = isChoice ? { value: typed, shown: typed, sentence: "" } : read(rule, typed);
    // A box that is left tells once more what it told while it was typed in.
    if (this.saver.get(this.row, name)?.value === value) {
      this.redraw();
      return;
    }
    this.saver.typed([{ row: this.row, col: name, value, shown, seen: this.stored.get(name), sentence }]);
  }

  store({ col, value, shown }) {
    const before = this.stored.get(col);
    this.stored.set(col, value);
    const box = this.boxOf(col);
    // Only where nothing was typed meanwhile, and never under the hand.
    if (box && !this.saver.get(this.row, col) && value !== before && document.activeElement !== box) {
      this.put(col, value, shown);
    }
  }

  put(name, value) {
    setValue(this.form, name, [value]);
  }

  others(rows, answer) {
    for (const [code, text] of Object.entries(rows[this.row] ?? {})) {
      for (const place of document.querySelectorAll(`[data-outcome="${CSS.escape(code)}"]`)) {
        place.textContent = text;
      }
    }
    if (answer.revision !== undefined && this.form.elements.revision) {
      this.form.elements.revision.value = answer.revision;
    }
  }

  redraw() {
    const changed = new Set([...this.saver.pending.values()].map((each) => each.col));
    for (const box of this.boxes()) {
      (box.closest("[data-yes-no]") ?? box).classList.toggle("changed", changed.has(box.name));
    }
    clearTimeout(this.noting);
    if (this.isTyping) {
      // Half a number is no fault yet.
      this.noting = setTimeout(() => this.note(), PAUSE);
    } else {
      this.note();
    }
  }

  // What is wrong at a box, and where somebody else saved another value: both, and which of them shall stand.
  note() {
    const troubles = this.saver.troubles();
    const told = JSON.stringify(troubles);
    // What is told already stays as it is: somebody may be pressing a button of it.
    if (told === this.told) {
      return;
    }
    this.told = told;
    this.form.querySelectorAll("[data-sheet-clash]").forEach((each) => each.remove());
    this.notes.replaceChildren(...troubles.filter((each) => this.boxOf(each.col)?.id).map((entry) => {
      const box = this.boxOf(entry.col);
      const note = document.createElement("span");
      Object.assign(note.dataset, { for: box.id, id: box.id, kind: entry.theirs ? "warn" : "bad" });
      note.textContent = entry.theirs ? this.clashOf(entry) : entry.sentence;
      return note;
    }));
    placeNotes(this.form);
    for (const entry of troubles.filter((each) => each.theirs)) {
      const box = this.boxOf(entry.col);
      const line = document.createElement("p");
      line.dataset.sheetClash = "";
      line.className = "sheet-clash";
      line.append(
        this.saver.line.press("采用对方内容", () => this.decide(entry, false)), " ",
        this.saver.line.press("采用本人内容", () => this.decide(entry, true)),
      );
      (box.closest("[data-yes-no]") ?? box).after(line);
    }
  }

  clashOf(entry) {
    return `他人已保存“${this.wordOf(entry.col, entry.theirs.shown)}”，本人填写“${this.wordOf(entry.col, entry.shown)}”，请选定。`;
  }

  // A choice is told by its label.
  wordOf(name, value) {
    const same = [...this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].find((box) => box.value === value);
    const option = same?.tagName === "SELECT" ? same.selectedOptions[0]?.textContent : null;
    return (same?.type === "radio" ? same.labels?.[0]?.textContent : option)?.trim() || value || "空";
  }

  decide(entry, own) {
    const { value } = entry.theirs;
    if (!own) {
      this.put(entry.col, value);
    }
    this.saver.decide(entry, own);
    this.boxOf(entry.col).focus();
  }

  // The same person goes on where the last page ended.
  restore() {
    const left = this.saver.left();
    for (const each of left) {
      this.put(each.col, each.value);
    }
    if (left.length) {
      this.saver.typed(left.map((each) => {
        const box = this.boxOf(each.col);
        const isRule = box.dataset.kind && box.type !== "radio";
        return { ...each, sentence: isRule ? read(box.dataset, each.value).sentence : "" };
      }));
      this.saver.line.say("saving", `已恢复上次没有保存的 ${left.length} 处内容，正在补存…`);
    }
  }

  listen() {
    const typed = (event) => {
      const box = event.target;
      if (box.name && !box.matches(LEFT_OUT)) {
        this.isTyping = event.type === "input" && box.type !== "radio";
        this.take(box.name);
        this.isTyping = false;
      }
    };
    this.form.addEventListener("input", typed);
    this.form.addEventListener("change", typed);
    // A button that sends the whole form waits for what is on its way, so that it stands on what was saved.
    this.form.addEventListener("submit", (event) => {
      if (this.saver.leaving) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      // A form sends nothing from within its own submission.
      this.saver.then(() => setTimeout(() => {
        this.saver.leaving = true;
        this.form.requestSubmit(submitter);
      }));
    }, { capture: true });
  }
}

function valueOf(form, name) {
  return new FormData(form).getAll(name).join("\n");
}

for (const form of document.querySelectorAll("form[data-sheet-save]")) {
  new Sheet(form);
}
