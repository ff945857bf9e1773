// The section saves itself while it is typed. What the server has not acknowledged stays in the browser (kept.js) and
// is sent again: after the network came back, after a login, when the section is opened again.
import { linesOf, putBack, setValue, typedOf, valuesOf } from "./form-values.js";
import { drop, read, write } from "./kept.js";
import { placeNotes } from "./notes.js";
import { SaveState } from "./save-state.js";

const PAUSE = 800; // milliseconds after the last key
const AGAIN = 4000; // not more often within one box
const RETRY = 15000;
const STUCK = ["offline", "expired", "ended", "failed", "refused", "foreign"];

const form = document.getElementById("section-form");
const words = document.getElementById("save-state");
const more = document.getElementById("save-more");
const line = new SaveState(words, more);
const name = form?.dataset.kept;

let dirty = false; // something was typed that is not acknowledged
let sent = null; // the values on their way
let unanswered = null; // sent, but nobody knows whether they arrived: the same goes first, so that nothing is doubled
let how = ""; // the button that was pressed
let background = false; // nobody typed: the session must not live longer for it
let leaving = false;
let resent = false; // what is on its way is what nobody answered before
let held = false; // rows came back while others were typed
let asked = false; // the token was renewed once
let lastBox = null;
let lastSave = 0;
let timer = 0;

function keep() {
  const entry = { writer: form.dataset.writer, values: valuesOf(form), unanswered, lines: linesOf(form) };
  if (!write(name, entry)) {
    line.unkept();
  }
}

function later(delay, quietly = false) {
  clearTimeout(timer);
  timer = setTimeout(() => send(quietly), delay);
}

function send(quietly = false) {
  clearTimeout(timer);
  if (sent) {
    return;
  }
  background = quietly;
  if (!navigator.onLine) {
    offline();
    return;
  }
  line.say("saving", "正在保存…");
  window.htmx.trigger(form, "autosave");
}

function offline() {
  line.say("offline", "网络已断开，内容保存在本机，恢复后自动补存");
  how = "";
  later(RETRY, true);
}

function expired() {
  line.expired(form.dataset.login, () => (leaving = true));
}

function stuck(next, text) {
  line.stuck(next, text, () => linesOf(form));
}

// After a login elsewhere the token of this page holds no longer; the page gets the one of now, once.
async function renew() {
  if (asked || !form.dataset.login) {
    stuck("ended", "未保存（没有权限，或页面已失效），内容保存在本机");
    return;
  }
  asked = true;
  const answer = await fetch(location.pathname, { headers: { "X-Background": "1", "HX-Request": "true" } });
  if (answer.status === 401) {
    expired();
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.getElementById("section-form");
  if (!now) {
    stuck("ended", "未保存（没有权限，或申报表已不能修改），内容保存在本机");
  } else if (now.dataset.writer !== form.dataset.writer) {
    stuck("foreign", "未保存（现在登录的是另一个账号），内容保存在本机");
  } else {
    form.elements.csrfmiddlewaretoken.value = now.elements.csrfmiddlewaretoken.value;
    send(true);
  }
}

function acknowledged() {
  const told = words.querySelector("[data-state]");
  line.state = told?.dataset.state ?? "saved";
  asked = false;
  more.replaceChildren();
  document.querySelector("[data-error-summary]")?.remove();
  dirty = typedOf(valuesOf(form)) !== typedOf(sent);
  lastSave = Date.now();
  unanswered = null;
  placeNotes(form);
  if (line.state === "refused") {
    stuck("refused", told.textContent.trim());
  }
  if (line.state === "saved" && !dirty) {
    drop(name);
  } else {
    keep();
  }
}

function goOn() {
  const pressed = how;
  how = "";
  if (line.state !== "saved") {
    // A file that was refused, or is there already, is not sent again with the next save.
    for (const box of pressed ? form.querySelectorAll("input[type=file]") : []) {
      box.value = "";
    }
  }
  if ((pressed === "files" && line.state === "saved") || pressed === "merge") {
    leaving = true;
    location.reload();
  } else if (pressed === "continue" && line.state === "saved" && !dirty) {
    leaving = true;
    location.assign(form.dataset.next);
  } else if (pressed && line.state === "partly") {
    const first = form.querySelector(".field--bad input:not([type=hidden]), .field--bad select, .field--bad textarea");
    first?.closest("details")?.setAttribute("open", "");
    first?.focus();
  }
}

function answered(event) {
  const { status } = event.detail.xhr;
  const values = sent;
  if (status === 200 || status === 409) {
    acknowledged();
    sent = null;
    if (resent && (dirty || how)) {
      later(0);
      return;
    }
    if (dirty) {
      later(PAUSE);
    }
    if (status === 200) {
      goOn();
    }
    how = "";
    // Saved is what was sent; what was typed since then is not.
    if (dirty && line.state === "saved") {
      line.say("pending", "有未保存的改动");
    }
    return;
  }
  sent = null;
  unanswered = status === 0 || status >= 500 ? values : null;
  keep();
  if (status === 0) {
    offline();
  } else if (status === 401) {
    expired();
  } else if (status === 403) {
    renew();
  } else if (status === 410) {
    stuck("ended", "填报链接已失效，没有保存；内容保存在本机，可以复制");
  } else if (status === 404) {
    stuck("ended", "申报表已不存在，没有保存；内容保存在本机，可以复制");
  } else if (status === 413) {
    stuck("refused", "未保存（内容过长，请精简）");
  } else {
    line.say("failed", "系统暂时不能保存，内容保存在本机，稍后自动重试");
    later(RETRY, true);
  }
  how = "";
}

// What came back goes in only where nothing was typed meanwhile; else the page stays on what it stood on, so that the
// next save finds both texts.
function typedMeanwhile(test) {
  const before = sent.filter(([each]) => test(each));
  const now = valuesOf(form).filter(([each]) => test(each));
  return typedOf(before) !== typedOf(now);
}

function takeTheirs() {
  const notes = document.getElementById("field-notes");
  const theirs = [...notes.querySelectorAll("[data-set]")];
  if (!sent) {
    return;
  }
  if (held || theirs.some((each) => typedMeanwhile((box) => box === each.dataset.set))) {
    held = false;
    stay();
    return;
  }
  for (const each of theirs) {
    setValue(form, each.dataset.set, [each.dataset.value]);
    sent = [...sent.filter(([box]) => box !== each.dataset.set), [each.dataset.set, each.dataset.value]];
  }
  for (const each of notes.querySelectorAll("[data-key]")) {
    setValue(form, each.dataset.key, [each.dataset.value]);
  }
}

function stay() {
  for (const each of ["version", "base"]) {
    form.elements[each].value = new Map(sent).get(each) ?? "";
  }
}

function begin() {
  const entry = read(name);
  if (form.dataset.begin === "unsaved") {
    dirty = true;
    keep();
    placeNotes(form);
    return;
  }
  if (!entry || typedOf(entry.values) === typedOf(valuesOf(form))) {
    drop(name);
    return;
  }
  if (entry.writer === form.dataset.writer) {
    restore(entry);
    line.say("saving", "已恢复上次没有保存的内容，正在补存…");
    send(true);
    return;
  }
  const choose = (act, text) => () => {
    act();
    line.say("saved", text);
    if (dirty) {
      later(PAUSE);
    }
  };
  line.offer("本机留有他人没有保存的内容。", [
    ["填入本页", choose(() => restore(entry), "已填入，请核对")],
    ["丢弃", choose(() => drop(name), "已丢弃")],
  ]);
}

function restore(entry) {
  putBack(form, entry.values);
  unanswered = entry.unanswered;
  dirty = true;
}

if (form && words && window.htmx) {
  const typed = (event) => {
    if (/^(keep|paste)-/.test(event.target.name ?? "") || event.target.type === "file") {
      return;
    }
    dirty = true;
    keep();
    if (["saved", "partly"].includes(line.state)) {
      line.say("pending", "有未保存的改动");
    }
    if (["expired", "ended", "foreign"].includes(line.state)) {
      return;
    }
    const since = Date.now() - lastSave;
    const again = event.target === lastBox && event.type === "input" ? Math.max(PAUSE, AGAIN - since) : PAUSE;
    lastBox = event.target;
    later(event.type === "change" ? PAUSE / 4 : again);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("rows:changed", typed);

  form.addEventListener("submit", (event) => {
    const pressed = event.submitter?.name ?? "save";
    if (!["continue", "save", "merge"].includes(pressed) || event.submitter?.formAction !== form.action) {
      leaving = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const files = [...form.querySelectorAll("input[type=file]")].some((box) => box.files.length);
    how = pressed === "merge" ? "merge" : files && pressed === "save" ? "files" : pressed;
    dirty = true;
    keep();
    send();
  }, { capture: true });

  form.addEventListener("htmx:configRequest", (event) => {
    const { detail } = event;
    if (detail.elt !== form) {
      return;
    }
    const token = form.elements.csrfmiddlewaretoken.value;
    const pressed = how && !unanswered;
    const extra = pressed ? [...new FormData(form)].filter(([each, value]) => each.startsWith("keep-") || value instanceof File) : [];
    resent = Boolean(unanswered);
    sent = unanswered ?? valuesOf(form);
    for (const each of [...new Set(detail.formData.keys())]) {
      detail.formData.delete(each);
    }
    const buttons = pressed ? [[how, "1"]] : [];
    for (const [each, value] of [["csrfmiddlewaretoken", token], ...sent, ...extra, ...buttons]) {
      detail.formData.append(each, value);
    }
    // The address of a fill link is a key; it stands in the request line and nowhere else.
    delete detail.headers["HX-Current-URL"];
    if (background) {
      detail.headers["X-Background"] = "1";
    }
  });
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { detail } = event;
    const { target, fragment } = detail;
    if (target.id === "section-conflict") {
      const marks = (part) => [...part.querySelectorAll("input[type=radio]")].map((each) => each.name + each.value).join();
      detail.shouldSwap = !marks(target) || marks(target) !== marks(fragment);
    }
    if (target.id === "section-gaps") {
      // It gets shorter while one types below it; its place stays as high as it was.
      target.style.minHeight = `${target.offsetHeight}px`;
    }
    const kind = target.dataset?.rows;
    if (kind && sent && typedMeanwhile((box) => box.startsWith(`${kind}-`))) {
      detail.shouldSwap = false;
      held = true;
    }
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    // A paste swaps its own box away, and htmx then tells of its answer at the form.
    if (event.detail.requestConfig.elt === form) {
      if ([200, 409].includes(event.detail.xhr.status)) {
        takeTheirs();
      }
      answered(event);
    }
  });

  addEventListener("online", () => dirty && send(true));
  addEventListener("offline", () => dirty && offline());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && dirty && ["expired", "offline"].includes(line.state)) {
      send(true);
    } else if (document.visibilityState === "hidden" && dirty && !STUCK.includes(line.state)) {
      keep();
      send();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (dirty && !leaving && STUCK.includes(line.state)) {
      event.preventDefault();
    }
  });
  // htmx takes the form into its hands when the page is there; it was loaded before, so it is first.
  if (document.readyState === "complete") {
    begin();
  } else {
    document.addEventListener("DOMContentLoaded", begin);
  }
}
