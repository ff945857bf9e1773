// A sheet of many rows under the keyboard, as in Excel: cells are text until one is typed in; ranges, copy and paste,
// sorting, a filter; it saves itself (cells-saver.js says what goes over the wire and what the container carries).
//
//   <div data-cell-grid data-grid-id="…" data-save-url data-writer data-login>
//     <table>
//       <thead><tr><th>平台</th><th data-col="venue" data-kind="number" data-min="0" data-max="10" data-decimals="1">…</th>
//       <tbody><tr data-row="1"><th scope="row"><a href="…">…</a></th><td>7.5</td><td data-kind="readonly">88</td>
//
// Kinds: number, yesno (具备 / 不具备, values yes and no), text, readonly (the default). What stands at a cell goes before
// what stands at its head. data-value at a cell: its value, where the text that is shown is another one. Each row has one
// cell for each head. All of it is drawn by components/cell_grid.html; without this file it is a table whose rows lead
// to their own forms. A row with data-pane-url is followed by the side pane (side-pane.js).
import { read, WORDS } from "./cell-kinds.js";
import { CellsSaver } from "./cells-saver.js";

const MOST_TOLD = 30; // sentences in the list below the grid
const MOST_UNDONE = 50;
const sorter = new Intl.Collator("zh-CN", { numeric: true });

class CellGrid {
  constructor(box) {
    this.box = box;
    this.table = box.querySelector("table");
    this.window = box.querySelector("[data-grid-window]");
    this.said = box.querySelector("[data-grid-said]");
    this.list = box.querySelector("[data-grid-troubles]");
    this.body = this.table.tBodies[0];
    this.heads = [...this.table.tHead.rows[0].cells];
    this.columns = new Map(this.heads.map((head, at) => [head.dataset.col, at]));
    this.all = [...this.body.rows];
    this.byRow = new Map(this.all.map((row) => [row.dataset.row, row]));
    this.at = { row: this.all[0], column: 0 };
    this.anchor = this.at;
    this.marked = [];
    this.told = "[]";
    this.editor = null;
    this.undone = [];
    this.count();
    this.prepare();
    this.saver = new CellsSaver(box, `grid:${box.dataset.gridId}`, {
      redraw: (cells) => this.redraw(cells),
      stored: (cell) => this.store(cell),
      rows: (rows) => this.others(rows),
      lineOf: (cell) => this.nameOf(this.find(cell)),
      standing: (cell) => this.standing(cell),
      commit: () => this.close(true),
    });
    this.listen();
    this.offer();
    document.querySelectorAll("form[data-grid-wait]").forEach((form) => this.holdBack(form));
  }

  // A form that acts on what stands here waits for what is on its way, so that it stands on what was saved.
  holdBack(form) {
    form.addEventListener("submit", (event) => {
      if (this.saver.leaving) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      this.saver.then(() => setTimeout(() => {
        this.saver.leaving = true;
        form.requestSubmit(event.submitter);
      }));
    }, { capture: true });
  }

  // What is drawn once.
  prepare() {
    this.table.setAttribute("role", "grid");
    this.table.setAttribute("aria-multiselectable", "true");
    this.heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "cell-grid__sort";
      button.tabIndex = -1;
      button.append(...head.childNodes);
      button.addEventListener("click", () => this.sort(column));
      head.append(button);
    });
    for (const link of this.body.querySelectorAll("a")) {
      link.tabIndex = -1;
    }
    const closed = this.heads.filter((head) => head.dataset.col && (head.dataset.kind ?? "readonly") === "readonly");
    for (const head of closed) {
      this.all.forEach((row) => row.cells[head.cellIndex].setAttribute("aria-readonly", "true"));
    }
    for (const cell of this.body.querySelectorAll("td[data-kind]")) {
      cell.setAttribute("aria-readonly", String(cell.dataset.kind === "readonly"));
    }
    this.targetOf(this.at)?.setAttribute("tabindex", "0");
    this.measure();
  }

  // How much of the window the frozen heads and columns cover.
  measure() {
    const narrow = this.window.clientWidth < 700;
    const frozen = narrow ? 1 : Number(this.box.dataset.frozen || 1);
    let left = 0;
    for (let column = 0; column < frozen; column += 1) {
      this.box.style.setProperty(`--frozen-${column}`, `${left}px`);
      left += this.heads[column].offsetWidth;
    }
    this.box.dataset.frozenNow = frozen;
    this.window.style.scrollPaddingLeft = `${left}px`;
    this.window.style.scrollPaddingTop = `${this.table.tHead.offsetHeight}px`;
  }

  ruleOf(cell, column = cell.cellIndex) {
    const head = this.heads[column].dataset;
    const own = cell.dataset;
    return {
      kind: own.kind ?? head.kind ?? "readonly",
      min: own.min ?? head.min,
      max: own.max ?? head.max,
      decimals: own.decimals ?? head.decimals,
    };
  }

  isOpen(cell) {
    return cell.tagName === "TD" && this.ruleOf(cell).kind !== "readonly";
  }

  idOf(cell) {
    return { row: Number(cell.parentElement.dataset.row), col: this.heads[cell.cellIndex].dataset.col };
  }

  find({ row, col }) {
    return this.byRow.get(String(row))?.cells[this.columns.get(col)];
  }

  nameOf(cell) {
    const row = cell.parentElement.cells[0].firstElementChild ?? cell.parentElement.cells[0];
    return `${row.textContent.trim()}，${this.heads[cell.cellIndex].dataset.label}`;
  }

  // The value that the server has, and how it is shown.
  stored(cell) {
    if (cell.dataset.shown === undefined) {
      cell.dataset.shown = cell.textContent.trim();
      cell.dataset.value ??= read(this.ruleOf(cell), cell.dataset.shown).value;
    }
    return cell.dataset;
  }

  standing(id) {
    const cell = this.find(id);
    return cell && this.isOpen(cell) ? this.stored(cell).value : null;
  }

  textOf(cell) {
    const entry = this.entryOf(cell);
    return entry ? entry.shown : cell.dataset.shown ?? cell.textContent.trim();
  }

  entryOf(cell) {
    return cell.tagName === "TD" ? this.saver.get(...Object.values(this.idOf(cell))) : undefined;
  }

  store(saved) {
    const cell = this.find(saved);
    if (cell) {
      cell.dataset.value = saved.value;
      cell.dataset.shown = saved.shown;
    }
  }

  others(rows) {
    for (const [row, texts] of Object.entries(rows)) {
      for (const [col, text] of Object.entries(texts)) {
        const cell = this.find({ row, col });
        if (cell && !this.isOpen(cell)) {
          delete cell.dataset.value;
          cell.dataset.shown = text;
          cell.textContent = text;
        }
      }
    }
  }

  redraw(cells) {
    for (const each of cells) {
      const cell = this.find(each);
      if (cell && cell !== this.editor?.parentElement) {
        this.draw(cell);
      }
    }
    this.tellTroubles();
    this.tellCell();
  }

  draw(cell) {
    const entry = this.entryOf(cell);
    cell.textContent = entry ? entry.shown : this.stored(cell).shown;
    cell.classList.toggle("changed", Boolean(entry));
    cell.classList.toggle("cell-grid__bad", Boolean(entry?.sentence));
    cell.classList.toggle("cell-grid__clash", Boolean(entry?.theirs));
    const sentence = sentenceOf(entry);
    cell.title = sentence;
    if (sentence) {
      cell.setAttribute("aria-invalid", "true");
    } else {
      cell.removeAttribute("title");
      cell.removeAttribute("aria-invalid");
    }
    if (entry?.theirs) {
      const theirs = document.createElement("span");
      theirs.className = "cell-grid__theirs";
      theirs.textContent = `对方 ${entry.theirs.shown || "空"}`;
      cell.append(theirs);
    }
  }

  // Each cell where something is wrong, with what can be done about it.
  tellTroubles() {
    const troubles = this.saver.troubles();
    const told = JSON.stringify(troubles);
    // What is told already stays as it is: somebody may be pressing a button of it.
    if (told === this.told) {
      return;
    }
    this.told = told;
    this.list.hidden = !troubles.length;
    const lines = troubles.slice(0, MOST_TOLD).map((entry) => {
      const cell = this.find(entry);
      const line = document.createElement("li");
      const go = press(this.nameOf(cell), () => {
        this.show(cell.parentElement);
        this.go({ row: cell.parentElement, column: cell.cellIndex });
      });
      go.className = "cell-grid__jump";
      line.append(go, ` ${sentenceOf(entry)} `);
      if (entry.theirs) {
        line.append(press("采用对方内容", () => this.decide(entry, false)), " ");
        line.append(press("采用本人内容", () => this.decide(entry, true)));
      }
      return line;
    });
    if (troubles.length > MOST_TOLD) {
      const line = document.createElement("li");
      line.textContent = `另有 ${troubles.length - MOST_TOLD} 处`;
      lines.push(line);
    }
    this.list.replaceChildren(...lines);
  }

  decide(entry, own) {
    const cell = this.find(entry);
    this.saver.decide(entry, own);
    this.show(cell.parentElement);
    this.go({ row: cell.parentElement, column: cell.cellIndex });
  }

  // What is wrong with the cell that one stands on.
  tellCell() {
    const cell = this.cellOf(this.at);
    this.say(cell ? sentenceOf(this.entryOf(cell)) : "");
  }

  say(text) {
    if (this.said.textContent !== text) {
      this.said.textContent = text;
    }
  }

  // Where one stands: a row and a column; the row is null in the head.

  count() {
    this.rows = this.all.filter((row) => !row.hidden);
    this.places = new Map(this.rows.map((row, at) => [row, at]));
  }

  placeOf(row) {
    return row === null ? -1 : this.places.get(row) ?? -1;
  }

  cellOf({ row, column }) {
    return row?.cells[column];
  }

  targetOf({ row, column }) {
    if (!row) {
      return this.heads[column].firstElementChild;
    }
    return row.cells[column].querySelector("a") ?? row.cells[column];
  }

  go(at, { extend = false, focus = true } = {}) {
    this.targetOf(this.at)?.setAttribute("tabindex", "-1");
    this.at = at;
    if (!extend || !at.row) {
      this.anchor = at;
    }
    const target = this.targetOf(at);
    target.setAttribute("tabindex", "0");
    this.mark();
    this.tellCell();
    if (focus) {
      target.focus({ preventScroll: true });
      // The frozen ones are in sight as they are, and their own place is elsewhere.
      (at.column < Number(this.box.dataset.frozenNow) ? at.row : target)?.scrollIntoView({
        block: "nearest", inline: at.column ? "nearest" : "start",
      });
      if (at.column < Number(this.box.dataset.frozenNow)) {
        this.window.scrollLeft = 0;
      }
    }
  }

  move(down, right, extend = false) {
    const row = Math.max(extend ? 0 : -1, Math.min(this.placeOf(this.at.row) + down, this.rows.length - 1));
    const column = Math.max(0, Math.min(this.at.column + right, this.heads.length - 1));
    this.go({ row: this.rows[row] ?? null, column }, { extend });
  }

  range() {
    const [first, last] = [this.placeOf(this.anchor.row), this.placeOf(this.at.row)].sort((one, two) => one - two);
    const [left, right] = [this.anchor.column, this.at.column].sort((one, two) => one - two);
    return { first: Math.max(0, first), last, left, right };
  }

  // The cells of a block of rows, row by row.
  block({ first, last, left, right }) {
    const found = [];
    for (let row = first; row <= last; row += 1) {
      found.push([...this.rows[row].cells].slice(left, right + 1));
    }
    return found;
  }

  mark() {
    for (const cell of this.marked) {
      cell.removeAttribute("aria-selected");
    }
    const range = this.range();
    const many = range.first !== range.last || range.left !== range.right;
    this.marked = many && this.at.row ? this.block(range).flat() : [];
    for (const cell of this.marked) {
      cell.setAttribute("aria-selected", "true");
    }
  }

  // Typing.

  open(cell, { typed = false } = {}) {
    const rule = this.ruleOf(cell);
    const editor = document.createElement(rule.kind === "text" ? "textarea" : "input");
    editor.className = "cell-grid__editor";
    editor.setAttribute("aria-label", this.nameOf(cell));
    if (rule.kind === "number") {
      editor.inputMode = "decimal";
    }
    editor.autocomplete = "off";
    editor.value = typed ? "" : this.textOf(cell);
    // Begun by a key, arrows leave the cell; begun by F2 or a double click, they move in the text.
    editor.dataset.typed = typed ? "1" : "";
    cell.append(editor);
    this.editor = editor;
    editor.focus();
    editor.select();
    editor.addEventListener("input", () => {
      const { value, shown, sentence } = read(rule, editor.value);
      this.say(sentence);
      this.saver.draft({ ...this.idOf(cell), value, shown, seen: this.stored(cell).value });
    });
    // A window that is left for another one keeps its cell open.
    editor.addEventListener("blur", () => document.hasFocus() && this.close(true));
  }

  // Takes in what was typed, or leaves the cell as it was.
  close(take) {
    const editor = this.editor;
    if (!editor) {
      return;
    }
    this.editor = null;
    const cell = editor.parentElement;
    const { value } = editor;
    const isOther = value !== this.textOf(cell);
    const isFocused = document.activeElement === editor;
    editor.remove();
    if (isFocused) {
      cell.focus({ preventScroll: true });
    }
    if (take && isOther) {
      this.set([[cell, value]]);
    } else {
      this.saver.undraft();
      this.draw(cell);
      this.tellCell();
    }
  }

  // Puts texts into cells that are open; returns how many were, and how many of them are not as they should be.
  set(pairs, { undo = true } = {}) {
    const open = pairs.filter(([cell]) => this.isOpen(cell));
    if (undo) {
      this.undone = [...this.undone.slice(1 - MOST_UNDONE), open.map(([cell]) => [cell, this.textOf(cell)])];
    }
    const changes = open.map(([cell, text]) => {
      const seen = this.stored(cell).value;
      const { value, shown, sentence } = read(this.ruleOf(cell), text);
      const isStored = value === seen;
      return { ...this.idOf(cell), value, shown: isStored ? cell.dataset.shown : shown, seen, sentence };
    });
    if (changes.length) {
      this.saver.typed(changes);
    }
    return { done: changes.length, bad: changes.filter((each) => each.sentence).length };
  }

  undo() {
    const last = this.undone.pop();
    if (last) {
      this.set(last, { undo: false });
      this.say(`已撤销 ${last.length} 格的改动。`);
    }
  }

  clear() {
    this.set(this.block(this.range()).flat().map((cell) => [cell, ""]));
  }

  editorKey(event) {
    const { key } = event;
    const arrows = this.editor.dataset.typed ? { ArrowLeft: [0, -1], ArrowRight: [0, 1] } : {};
    // A text has lines of its own under Alt+Enter.
    if (key === "Enter" && event.altKey && this.editor.tagName === "TEXTAREA") {
      event.preventDefault();
      this.editor.setRangeText("\n", this.editor.selectionStart, this.editor.selectionEnd, "end");
      return;
    }
    const step = { Enter: [event.shiftKey ? -1 : 1, 0], ArrowDown: [1, 0], ArrowUp: [-1, 0], ...arrows }[key];
    if (key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close(false);
      this.go(this.at);
    } else if (key === "Tab") {
      event.preventDefault();
      this.close(true);
      this.tab(event.shiftKey ? -1 : 1);
    } else if (step) {
      event.preventDefault();
      this.close(true);
      this.move(...step);
    }
  }

  // To the next cell that can be typed in, row after row; says whether there is one.
  tab(step) {
    const width = this.heads.length;
    let place = this.placeOf(this.at.row) * width + this.at.column + step;
    for (; place >= 0 && place < this.rows.length * width; place += step) {
      const row = this.rows[Math.floor(place / width)];
      if (this.isOpen(row.cells[place % width])) {
        this.go({ row, column: place % width });
        return true;
      }
    }
    return false;
  }

  cellKey(event) {
    const { key, shiftKey: extend } = event;
    const far = event.ctrlKey || event.metaKey;
    const cell = this.cellOf(this.at);
    const isLeaving = this.leaving;
    this.leaving = key === "Escape" || (isLeaving && key === "Shift");
    if (key === "Tab") {
      // After Escape it goes on to what stands behind the grid.
      if (!isLeaving && this.tab(extend ? -1 : 1)) {
        event.preventDefault();
      }
      return;
    }
    if (event.altKey && !["ArrowDown", "ArrowUp"].includes(key)) {
      return;
    }
    const act = far ? this.farKey(key, extend) : this.nearKey(key, extend);
    if (act) {
      event.preventDefault();
      act();
    } else if (!far && cell && cell.tagName === "TD") {
      this.typeKey(event, cell);
    }
  }

  nearKey(key, extend) {
    const page = Math.max(1, Math.floor(this.window.clientHeight / (this.rows[0]?.offsetHeight || 30)) - 2);
    const isLink = !this.at.row || this.targetOf(this.at).tagName === "A";
    return {
      ArrowDown: () => this.move(1, 0, extend),
      ArrowUp: () => this.move(-1, 0, extend),
      ArrowLeft: () => this.move(0, -1, extend),
      ArrowRight: () => this.move(0, 1, extend),
      PageDown: () => this.move(page, 0, extend),
      PageUp: () => this.move(this.at.row ? Math.max(-page, -this.placeOf(this.at.row)) : 0, 0, extend),
      Home: () => this.move(0, -Infinity, extend),
      End: () => this.move(0, Infinity, extend),
      // On a link or a head it does what it always does.
      Enter: isLink ? undefined : () => this.move(extend ? -1 : 1, 0),
      Delete: () => this.clear(),
      Backspace: () => this.clear(),
      F2: () => this.begin(),
    }[key];
  }

  farKey(key, extend) {
    const [up, down] = [-this.placeOf(this.at.row), Infinity];
    return {
      Home: () => this.move(up, -Infinity, extend),
      End: () => this.move(down, Infinity, extend),
      ArrowUp: () => this.move(up, 0, extend),
      ArrowDown: () => this.move(down, 0, extend),
      ArrowLeft: () => this.move(0, -Infinity, extend),
      ArrowRight: () => this.move(0, Infinity, extend),
      a: () => this.everything(),
      z: () => this.undo(),
    }[key];
  }

  everything() {
    if (this.rows.length) {
      this.anchor = { row: this.rows[0], column: 0 };
      this.go({ row: this.rows[this.rows.length - 1], column: this.heads.length - 1 }, { extend: true, focus: false });
      this.targetOf(this.at).focus({ preventScroll: true });
    }
  }

  begin() {
    const cell = this.cellOf(this.at);
    if (cell && this.isOpen(cell)) {
      this.open(cell);
    } else if (cell) {
      this.say("本格由系统计算或已锁定，不能填写。");
    }
  }

  // A key that makes a character begins to type; a method of input says only that it has begun.
  typeKey(event, cell) {
    const { key } = event;
    const isInput = key === "Process" || event.keyCode === 229;
    if (!isInput && key.length !== 1) {
      return;
    }
    if (!this.isOpen(cell)) {
      event.preventDefault();
      this.say("本格由系统计算或已锁定，不能填写。");
      return;
    }
    const { kind } = this.ruleOf(cell);
    if (kind === "yesno" && !isInput) {
      event.preventDefault();
      this.toggle(cell, key);
    } else if (key === " " && kind === "number") {
      event.preventDefault();
    } else {
      this.open(cell, { typed: true });
    }
  }

  toggle(cell, key) {
    const now = this.entryOf(cell)?.value ?? this.stored(cell).value;
    const text = key === " " ? WORDS[now === "yes" ? "no" : "yes"] : key;
    if (read({ kind: "yesno" }, text).sentence) {
      this.say("按 1 为具备，按 0 为不具备，按空格切换。");
    } else {
      this.set([[cell, text]]);
    }
  }

  // The clipboard, in the text that Excel makes and takes.

  copied() {
    return this.block(this.range())
      .map((row) => row.map((cell) => quoted(this.textOf(cell))).join("\t"))
      .join("\r\n");
  }

  paste(text) {
    const lines = unquoted(text);
    const range = this.range();
    const wide = Math.max(...lines.map((line) => line.length));
    const [high, across] = [range.last - range.first + 1, range.right - range.left + 1];
    // A range that the copied block fills several times is filled with it.
    const isTiled = high % lines.length === 0 && across % wide === 0;
    const [down, right] = isTiled ? [high, across] : [lines.length, wide];
    const pairs = [];
    let outside = 0;
    for (let row = 0; row < down; row += 1) {
      for (let column = 0; column < right; column += 1) {
        const cell = this.rows[range.first + row]?.cells[range.left + column];
        const value = lines[row % lines.length][column % wide];
        if (cell && value !== undefined) {
          pairs.push([cell, value]);
        } else if (value !== undefined) {
          outside += 1;
        }
      }
    }
    const closed = pairs.filter(([cell]) => !this.isOpen(cell)).length;
    const { done, bad } = this.set(pairs);
    this.anchor = { row: this.rows[range.first], column: range.left };
    const last = this.rows[Math.min(range.first + down, this.rows.length) - 1];
    this.go({ row: last, column: Math.min(range.left + right, this.heads.length) - 1 }, { extend: true, focus: false });
    this.targetOf(this.at).focus({ preventScroll: true });
    const told = [`已粘贴 ${done} 格`];
    if (closed) {
      told.push(`${closed} 格不能填写，未粘贴`);
    }
    if (outside) {
      told.push(`${outside} 格超出表格，未粘贴`);
    }
    if (bad) {
      told.push(`${bad} 格填写有误，未保存`);
    }
    this.say(`${told.join("，")}。`);
  }

  // Order and choice of the rows.

  sort(column) {
    const head = this.heads[column];
    const isUp = head.getAttribute("aria-sort") !== "ascending";
    this.heads.forEach((each) => each.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
    const isNumber = (text) => text !== "" && !Number.isNaN(Number(text));
    const keyed = this.all.map((row) => {
      const text = this.textOf(row.cells[column]).replace(/,/g, "");
      return { row, text, number: isNumber(text) ? Number(text) : null };
    });
    // Empty ones stand at the end, whichever way.
    keyed.sort((one, two) => {
      if (!one.text || !two.text) {
        return Number(!one.text) - Number(!two.text);
      }
      const isBoth = one.number !== null && two.number !== null;
      const order = isBoth ? one.number - two.number : sorter.compare(one.text, two.text);
      return isUp ? order : -order;
    });
    const focused = document.activeElement;
    this.all = keyed.map(({ row }) => row);
    this.body.append(...this.all);
    this.count();
    if (this.box.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
    this.anchor = this.at;
    this.mark();
    this.at.row?.scrollIntoView({ block: "nearest" });
    this.say(`已按${head.dataset.label}${isUp ? "升序" : "降序"}排列。`);
  }

  filter(text) {
    const word = text.normalize("NFKC").trim().toLowerCase();
    for (const row of this.all) {
      row.hidden = Boolean(word) && !row.cells[0].textContent.normalize("NFKC").toLowerCase().includes(word);
    }
    this.count();
    if (this.at.row?.hidden || this.anchor.row?.hidden) {
      this.go({ row: this.rows[0] ?? null, column: this.at.column }, { focus: false });
    } else {
      this.mark();
    }
    this.say(word ? `显示 ${this.rows.length} 行，共 ${this.all.length} 行。` : "");
  }

  // A row that the filter took away comes back when one goes to it.
  show(row) {
    const box = this.box.querySelector("[data-grid-filter]");
    if (row.hidden && box) {
      box.value = "";
      this.filter("");
    }
  }

  offer() {
    const left = this.saver.left();
    if (!left.length) {
      return;
    }
    this.saver.line.offer(`本机留有 ${left.length} 处没有保存的内容。`, [
      ["填入并保存", () => {
        this.saver.typed(left.map((each) => {
          const { value, shown, sentence } = read(this.ruleOf(this.find(each)), each.shown);
          return { ...each, value, shown, sentence };
        }));
      }],
      ["丢弃", () => this.saver.forget(left)],
    ]);
  }

  listen() {
    this.table.addEventListener("keydown", (event) => {
      if (event.isComposing) {
        return;
      }
      if (this.editor) {
        this.editorKey(event);
      } else {
        this.cellKey(event);
      }
    });
    this.table.addEventListener("mousedown", (event) => this.press(event));
    this.table.addEventListener("mouseover", (event) => {
      const cell = event.target.closest("tbody th, tbody td");
      if (this.dragging && event.buttons & 1 && cell && !this.editor) {
        this.go({ row: cell.parentElement, column: cell.cellIndex }, { extend: true, focus: false });
      }
    });
    addEventListener("mouseup", () => {
      if (this.dragging) {
        this.dragging = false;
        this.targetOf(this.at).focus({ preventScroll: true });
      }
    });
    this.table.addEventListener("dblclick", (event) => {
      const cell = event.target.closest("tbody td");
      if (cell && !this.editor && this.isOpen(cell)) {
        if (this.ruleOf(cell).kind === "yesno") {
          this.toggle(cell, " ");
        } else {
          this.open(cell);
        }
      }
    });
    // Without a keyboard the second touch of a cell begins to type.
    this.table.addEventListener("pointerup", (event) => {
      const cell = event.target.closest("tbody td");
      this.touched = event.pointerType === "touch" && cell === this.cellOf(this.at) ? cell : null;
    });
    this.table.addEventListener("click", () => {
      const cell = this.touched;
      this.touched = null;
      if (cell && !this.editor && this.isOpen(cell)) {
        if (this.ruleOf(cell).kind === "yesno") {
          this.toggle(cell, " ");
        } else {
          this.open(cell);
        }
      }
    });
    this.table.addEventListener("focusin", (event) => {
      const head = event.target.closest("thead th");
      const place = head ?? event.target.closest("tbody th, tbody td");
      const row = head ? null : place?.parentElement;
      if (place && !this.editor && (row !== this.at.row || place.cellIndex !== this.at.column)) {
        this.go({ row, column: place.cellIndex }, { focus: false });
      }
    });
    for (const kind of ["copy", "cut", "paste"]) {
      this.table.addEventListener(kind, (event) => {
        if (this.editor || !this.at.row) {
          return;
        }
        event.preventDefault();
        if (kind === "paste") {
          this.paste(event.clipboardData.getData("text/plain"));
          return;
        }
        event.clipboardData.setData("text/plain", this.copied());
        if (kind === "cut") {
          this.clear();
        }
      });
    }
    this.box.querySelector("[data-grid-filter]")?.addEventListener("input", (event) => this.filter(event.target.value));
    addEventListener("resize", () => this.measure());
  }

  press(event) {
    const cell = event.target.closest("tbody th, tbody td");
    if (!cell || event.button || event.target === this.editor) {
      return;
    }
    this.close(true);
    if (!event.target.closest("a")) {
      event.preventDefault();
      this.dragging = true;
    }
    this.go({ row: cell.parentElement, column: cell.cellIndex }, { extend: event.shiftKey });
  }
}

function sentenceOf(entry) {
  if (entry?.theirs) {
    return `他人已保存“${entry.theirs.shown || "空"}”，本人填写“${entry.shown || "空"}”，请选定。`;
  }
  return entry?.sentence ?? "";
}

function press(label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}

const quoted = (text) => (/[\t\n\r"]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);

// The rows of a copied block; a cell in quotes may hold tabs and line breaks.
export function unquoted(text) {
  const lines = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/y;
  while (cell.lastIndex <= text.length) {
    const start = cell.lastIndex;
    let found = cell.exec(text);
    if (!found) {
      // A quote that is none of Excel's.
      cell.lastIndex = start;
      const [rest] = /^[^\t\r\n]*/.exec(text.slice(start));
      const [end] = /^(\t|\r\n|\n|\r|$)/.exec(text.slice(start + rest.length));
      found = [rest, undefined, rest, end];
      cell.lastIndex = start + rest.length + end.length;
    }
    const [, inQuotes, plain, end] = found;
    lines[lines.length - 1].push(inQuotes === undefined ? plain : inQuotes.replace(/""/g, '"'));
    if (end === "") {
      break;
    }
    if (end !== "\t") {
      lines.push([]);
    }
  }
  // Excel ends the last row as well.
  const last = lines[lines.length - 1];
  if (lines.length > 1 && last.length === 1 && last[0] === "") {
    lines.pop();
  }
  return lines;
}

for (const box of document.querySelectorAll("[data-cell-grid]")) {
  if (box.querySelector("tbody tr")) {
    new CellGrid(box);
  }
}
