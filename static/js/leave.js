// Who leaves a page with typing that was not sent is asked first. Forms that save themselves (data-kept) keep their own
// watch, and forms with data-leave="free" hold nothing that is worth a question: a login, a choice of rows or columns.
const TYPED = "input:not([type=hidden], [type=submit], [type=button], [type=reset]), select, textarea";
const watched = [...document.querySelectorAll("form[method=post]:not([data-kept], [data-leave=free])")];
// A page that answers a form which was not carried out shows typing that is stored nowhere.
const isAnswer = "answersForm" in document.body.dataset && !document.querySelector("[data-shown-once]");

// Who goes back to a page that was sent gets it anew, with a new key and with the typing put back by the browser: it
// takes up the old key, so that the same content sent again is known to be the same.
const cameBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
const sentBefore = (cameBack && history.state?.once) || {};

let sending = null;
let touched = false;

const placeOf = (form) => new URL(form.action, location.href).pathname;

for (const form of document.querySelectorAll("form[method=post]")) {
  const key = sentBefore[placeOf(form)];
  if (key && form.elements.once) {
    form.elements.once.value = key;
  }
}

for (const kind of ["input", "change"]) {
  addEventListener(kind, (event) => {
    touched ||= event.isTrusted;
  });
}

function boxesOf(form) {
  return [...form.elements].filter((box) => box.matches(TYPED) && box.name && !box.disabled && !box.readOnly);
}

function isChanged(box) {
  if (box.type === "checkbox" || box.type === "radio") {
    return box.checked !== box.defaultChecked;
  }
  if (box.type === "file") {
    return box.files.length > 0;
  }
  if (box.options) {
    const begun = [...box.options].findIndex((option) => option.defaultSelected);
    return box.multiple
      ? [...box.options].some((option) => option.selected !== option.defaultSelected)
      : box.selectedIndex !== Math.max(begun, 0);
  }
  return box.value !== box.defaultValue;
}

function isUnsent(form) {
  if (form === sending || (sentBefore[placeOf(form)] && !touched)) {
    return false;
  }
  const boxes = boxesOf(form);
  const wasRefused = isAnswer && boxes.length && placeOf(form) === location.pathname;
  return Boolean(wasRefused) || boxes.some(isChanged);
}

// After all others: a press that another script holds back sends nothing.
addEventListener("submit", (event) => {
  if (!event.defaultPrevented) {
    sending = event.target;
    const once = { ...history.state?.once, [placeOf(sending)]: sending.elements.once?.value };
    if (sending.elements.once) {
      history.replaceState({ ...history.state, once }, "");
    }
    // An answer that is a file leaves the page standing.
    setTimeout(() => {
      sending = null;
    }, 1000);
  }
});

addEventListener("beforeunload", (event) => {
  if (watched.some((form) => form.isConnected && isUnsent(form))) {
    event.preventDefault();
    event.returnValue = "";
  }
});
