// Cells that save themselves: what was changed and is not acknowledged, on its way to the server and kept in this
// browser until then. The sheet of many rows (cell-grid.js) and the form of one row (sheet-save.js) both stand on it.
//
// The page and the server agree on this (platforms/pages/cell_grid.py is its other side):
//
//   POST data-save-url, JSON, with X-CSRFToken:
//     {"cells": [{"row": 1, "col": "venue", "value": "7.5", "seen": "7"}, …]}, at most MOST of them.
//     `value` is what shall stand there ("" for nothing), `seen` what this page last knew to stand there.
//   200, JSON:
//     {"saved":   [{"row", "col", "value", "shown"}],   value as it stands now; shown: its text, where it is another
//      "refused": [{"row", "col", "sentence"}],
//      "stale":   [{"row", "col", "value", "shown"}],   somebody saved another value since `seen`; it is this one
//      "rows":    {"1": {"points": "88.5", …}},         text of cells and places that only show something
//      "revision": 4}                                    of the form, where it has one
//     Each cell that was sent stands in one of the first three. A cell whose stored value is the one sent is saved,
//     whatever was seen: the answer to the first sending may have been lost.
//   403, 404, 409, 410, 413, 400, JSON: {"sentence": "…"}: nothing was saved, and nothing of this page can be.
//   401 or the page of the login: the session is over. 5xx and no answer: the same is sent again.
//
// The container carries data-save-url, data-writer (who types: the key of the account), data-login (address of the
// login that leads back), and holds [data-save-words], [data-save-more] and the csrfmiddlewaretoken of {% csrf_token %}.
import { drop, read, write } from "./kept.js";
import { SaveState } from "./save-state.js";

const PAUSE = 800; // milliseconds after the last change
const RETRY = 15000;
const PATIENCE = 30000; // no answer in this time is none
const MOST = 200; // cells of one request
const LARGEST = 60000; // bytes that a browser still sends for a page that is gone
const STUCK = ["offline", "expired", "ended", "failed", "refused", "foreign"];
const OVER = ["expired", "ended", "foreign"];

const keyOf = ({ row, col }) => `${row}\t${col}`;

export class CellsSaver {
  // `view` is what shows the cells: redraw(cells) after their standing changed, stored(cell) when the server has it,
  // rows(rows, answer) for the rest of an answer, lineOf(cell) where it stands in words, standing(cell) what stands
  // there by the page, commit() to take in what is still being typed.
  constructor(box, name, view) {
    this.box = box;
    this.name = `${name}:${box.dataset.writer}`;
    this.view = view;
    this.line = new SaveState(box.querySelector("[data-save-words]"), box.querySelector("[data-save-more]"));
    this.pending = new Map();
    this.mine = new Set(); // what this page put into the browser's store, or took over from it
    this.busy = null; // the cells on their way
    this.unanswered = null; // sent, but nobody knows whether they arrived: the same goes first
    this.afterwards = null; // what waits for everything to be saved
    this.asked = false; // the token was renewed once
    this.leaving = false;
    this.gone = false;
    this.timer = 0;
    this.listen();
  }

  get(row, col) {
    return this.pending.get(keyOf({ row, col }));
  }

  // What stands where somebody must decide or correct.
  troubles() {
    return [...this.pending.values()].filter((each) => each.sentence || each.theirs);
  }

  waiting() {
    return [...this.pending.values()].filter((each) => !each.sentence && !each.theirs);
  }

  // Takes changes {row, col, value, shown, seen, sentence}; one with a sentence is kept and not sent.
  typed(changes) {
    const flying = new Set([...(this.busy ?? []), ...(this.unanswered ?? [])].map(keyOf));
    for (const change of changes) {
      const key = keyOf(change);
      const before = this.pending.get(key);
      // Who types over two values has decided.
      const seen = before?.theirs?.value ?? before?.seen ?? change.seen;
      this.mine.add(key);
      if (change.value === seen && !change.sentence && !flying.has(key)) {
        this.pending.delete(key);
        if (before?.theirs) {
          this.view.stored({ ...change, value: seen, shown: before.theirs.shown });
        }
      } else {
        this.pending.set(key, { ...change, seen });
      }
    }
    drop(`${this.name}:draft`);
    this.keep();
    this.view.redraw(changes);
    this.tell();
    if (!OVER.includes(this.line.state)) {
      this.later(PAUSE);
    }
  }

  // What is being typed and not taken in yet: a browser that dies must not lose it either.
  draft(change) {
    write(`${this.name}:draft`, { writer: this.box.dataset.writer, cells: [change] });
  }

  undraft() {
    drop(`${this.name}:draft`);
  }

  // Of two values: the one that is stored, or one's own.
  decide(cell, own) {
    const entry = this.pending.get(keyOf(cell));
    if (!entry?.theirs) {
      return;
    }
    const { value, shown } = own ? entry : entry.theirs;
    this.typed([{ row: entry.row, col: entry.col, value, shown, seen: entry.theirs.value, sentence: "" }]);
  }

  keep() {
    const others = (read(this.name)?.cells ?? []).filter((each) => !this.mine.has(keyOf(each)));
    const cells = [...others, ...this.pending.values()];
    if (!cells.length) {
      drop(this.name);
    } else if (!write(this.name, { writer: this.box.dataset.writer, cells })) {
      this.line.unkept();
    }
  }

  // What an earlier page left here unsaved, without what stands in the page already; cells of other pages stay.
  left() {
    const kept = new Map();
    for (const each of [...(read(this.name)?.cells ?? []), ...(read(`${this.name}:draft`)?.cells ?? [])]) {
      if (this.view.standing(each) !== each.value) {
        kept.set(keyOf(each), { row: each.row, col: each.col, value: each.value, shown: each.shown, seen: each.seen });
      }
    }
    if (kept.size) {
      write(this.name, { writer: this.box.dataset.writer, cells: [...kept.values()] });
    } else {
      drop(this.name);
    }
    this.undraft();
    return [...kept.values()].filter((each) => this.view.standing(each) !== null);
  }

  // What an earlier page left here is not wanted.
  forget(cells) {
    cells.forEach((each) => this.mine.add(keyOf(each)));
    this.keep();
    this.tell();
  }

  later(delay, quietly = false) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(quietly), delay);
  }

  // Says how things stand when nothing is on its way.
  tell() {
    if (this.busy || OVER.includes(this.line.state)) {
      return;
    }
    const troubles = this.troubles();
    const clashes = troubles.filter((each) => each.theirs).length;
    if (this.waiting().length) {
      this.line.say("pending", "有未保存的改动");
    } else if (clashes) {
      this.line.say("clash", `有 ${clashes} 处与他人的修改不一致，请选定`);
    } else if (troubles.length) {
      this.line.say("partly", `有 ${troubles.length} 处填写有误，未保存`);
    } else {
      this.line.say("saved", this.savedAt ? `已保存 ${this.savedAt}` : "已保存");
    }
  }

  async send(quietly = false) {
    clearTimeout(this.timer);
    if (this.busy || this.gone) {
      return;
    }
    const cells = this.unanswered ?? this.waiting().slice(0, MOST);
    if (!cells.length) {
      this.tell();
      this.finish();
      return;
    }
    if (!navigator.onLine) {
      this.offline();
      return;
    }
    this.line.say("saving", "正在保存…");
    this.busy = cells.map((each) => ({ ...each }));
    const { status, told } = await this.post(this.busy, quietly);
    const sent = this.busy;
    this.busy = null;
    this.unanswered = status === 0 || status >= 500 ? sent : null;
    if (this.gone) {
      return;
    }
    if (status === 200) {
      this.taken(told, sent);
    } else if (status === 0) {
      this.offline();
    } else if (status === 401) {
      this.expired();
    } else if (status === 403 && !this.asked) {
      await this.renew(told);
    } else if (status === 429 || status >= 500) {
      this.line.say("failed", "未保存（系统暂时不能保存，将自动重试）");
      this.later(RETRY, true);
    } else {
      this.stuck(status, told);
    }
    if (status !== 200 && this.afterwards) {
      this.afterwards = null;
    }
  }

  async post(cells, quietly, last = false) {
    const body = JSON.stringify({ cells: cells.map(({ row, col, value, seen }) => ({ row, col, value, seen })) });
    const headers = {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": this.box.querySelector("input[name=csrfmiddlewaretoken]").value,
      // A page that stands open asks: it is told that the session is over, and is not led to the login.
      "HX-Request": "true",
    };
    if (quietly) {
      // Nobody typed: the session must not live longer for it.
      headers["X-Background"] = "1";
    }
    const patience = new AbortController();
    const clock = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(this.box.dataset.saveUrl, {
        method: "POST", headers, body, redirect: "manual", keepalive: last, signal: patience.signal,
      });
      const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
      const told = isJson ? await answer.json() : {};
      // The login answers as a page: a redirect, or 200 that is no JSON.
      const isLogin = answer.type === "opaqueredirect" || (answer.ok && !isJson);
      return { status: isLogin ? 401 : answer.ok ? 200 : answer.status, told };
    } catch {
      return { status: 0, told: {} };
    } finally {
      clearTimeout(clock);
    }
  }

  taken(told, sent) {
    this.asked = false;
    this.savedAt = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
    const byKey = (list) => new Map((list ?? []).map((each) => [keyOf(each), each]));
    const [saved, refused, stale] = [byKey(told.saved), byKey(told.refused), byKey(told.stale)];
    for (const cell of sent) {
      const key = keyOf(cell);
      const entry = this.pending.get(key);
      const theirs = stale.get(key);
      const now = saved.get(key) ?? (theirs?.value === cell.value ? theirs : null);
      if (now) {
        const stored = { ...cell, value: now.value, shown: now.shown ?? now.value };
        if (!entry || entry.value === cell.value || entry.value === now.value) {
          this.pending.delete(key);
        } else {
          entry.seen = now.value;
        }
        this.view.stored(stored);
      } else if (entry && theirs) {
        entry.theirs = { value: theirs.value, shown: theirs.shown ?? theirs.value };
      } else if (entry && entry.value === cell.value) {
        entry.sentence = refused.get(key)?.sentence ?? "没有收到保存结果，请刷新页面后核对。";
      }
    }
    this.view.rows(told.rows ?? {}, told);
    this.keep();
    this.view.redraw(sent);
    this.tell();
    if (this.waiting().length) {
      this.later(0);
    } else {
      this.finish();
    }
  }

  finish() {
    const act = this.afterwards;
    this.afterwards = null;
    act?.();
  }

  // Calls `act` once everything that can be saved is saved, or at once; what fails meanwhile forgets it.
  then(act) {
    this.view.commit();
    if (!this.busy && !this.waiting().length && !this.unanswered) {
      act();
      return;
    }
    this.afterwards = act;
    this.send();
  }

  offline() {
    this.line.say("offline", "未保存（网络不通，将自动重试）");
    this.later(RETRY, true);
  }

  expired() {
    this.line.expired(this.box.dataset.login, () => (this.leaving = true));
  }

  stuck(status, told) {
    const said = {
      403: "没有权限，或页面已失效",
      404: "内容已不存在",
      409: "内容已锁定，不能修改",
      410: "填报链接已失效",
      413: "内容过长，请精简",
    };
    const why = (told.sentence ?? said[status] ?? "内容无法识别，请刷新页面后重试").replace(/。$/, "");
    const next = [403, 404, 409, 410].includes(status) ? "ended" : "refused";
    this.line.stuck(next, `未保存（${why}），内容保存在本机`, () => this.lines());
  }

  lines() {
    return [...this.pending.values()].map((each) => `${this.view.lineOf(each)}：${each.shown}`);
  }

  // After a login elsewhere the token of this page holds no longer; the page gets the one of now, once.
  async renew(told) {
    this.asked = true;
    this.busy = [];
    let page = null;
    try {
      const answer = await fetch(location.href, { headers: { "X-Background": "1" }, redirect: "manual" });
      if (answer.status === 401 || answer.type === "opaqueredirect") {
        this.expired();
        return;
      }
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      this.offline();
      return;
    } finally {
      this.busy = null;
    }
    const now = [...page.querySelectorAll("[data-save-url]")].find(
      (each) => each.getAttribute("data-save-url") === this.box.getAttribute("data-save-url"),
    );
    const token = now?.querySelector("input[name=csrfmiddlewaretoken]");
    if (!token) {
      this.stuck(403, told);
    } else if (now.dataset.writer !== this.box.dataset.writer) {
      this.line.stuck("foreign", "未保存（现在登录的是另一个账号），内容保存在本机", () => this.lines());
    } else {
      this.box.querySelector("input[name=csrfmiddlewaretoken]").value = token.value;
      this.later(0, true);
    }
  }

  listen() {
    addEventListener("online", () => this.waiting().length && this.send(true));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && ["expired", "offline"].includes(this.line.state)) {
        this.send(true);
      } else if (document.visibilityState === "hidden" && !this.gone) {
        this.view.commit();
        if (this.waiting().length && !STUCK.includes(this.line.state)) {
          this.send();
        }
      }
    });
    addEventListener("pagehide", () => this.last());
    addEventListener("pageshow", () => {
      if (this.gone) {
        this.gone = false;
        this.leaving = false;
        this.later(0, true);
      }
    });
    addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.pending.size && STUCK.includes(this.line.state)) {
        event.preventDefault();
      }
    });
  }

  // The page goes: what is on its way may be cut off, so it goes again with the rest. The browser keeps it all the same,
  // because nobody hears the answer.
  last() {
    this.view.commit();
    clearTimeout(this.timer);
    this.gone = true;
    if (this.leaving || OVER.includes(this.line.state)) {
      return;
    }
    const cells = this.waiting();
    while (cells.length && new Blob([JSON.stringify(cells)]).size > LARGEST) {
      cells.length = Math.floor(cells.length / 2);
    }
    if (cells.length) {
      this.post(cells, false, true);
    }
  }
}
