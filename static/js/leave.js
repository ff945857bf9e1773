// Who leaves a page with typing that was not sent is asked first. Forms that save themselves (data-kept) keep their own
// watch, and forms with data-leave="free" hold nothing that is worth a question: a login, a choice of rows or columns.
const TYPED = "input:not([type=hidden], [type=submit], [type=button], [type=reset]), select, textarea";
const watched = [...document.querySelectorAll("form[method=post]:not([data-kept], [data-leave=free])")];
// A page that answers a form which was not carried out shows typing that is stored nowhere.
const isAnswer = "answersForm" in document.body.dataset && !document.querySelector("[data-shown-once]");

let sending = null;

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
  if (form === sending) {
    return false;
  }
  const boxes = boxesOf(form);
  const wasRefused = isAnswer && boxes.length && new URL(form.action, location.href).pathname === location.pathname;
  return Boolean(wasRefused) || boxes.some(isChanged);
}

// After all others: a press that another script holds back sends nothing.
addEventListener("submit", (event) => {
  if (!event.defaultPrevented) {
    sending = event.target;
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
