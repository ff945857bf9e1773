// Boxes that are asked for only under what another box says, such as the agreement of an entrusted operator: shown
// there, hidden elsewhere. What was typed in a hidden box stays and is sent with the rest.
const form = document.getElementById("section-form");
const boxes = [...(form?.querySelectorAll("[data-asked-by]") ?? [])];
const WORD = "选填";

function valueOf(name) {
  const named = form.elements[name];
  return named instanceof RadioNodeList ? named.value : (named?.value ?? "");
}

function isAsked(box) {
  const value = valueOf(box.dataset.askedBy).trim();
  if (box.dataset.askedIf) {
    return JSON.parse(box.dataset.askedIf).includes(value);
  }
  return value !== "" && !JSON.parse(box.dataset.askedUnless).includes(value);
}

function mark(box, asked) {
  const label = box.querySelector("label, legend");
  const old = label?.querySelector(".mark:not(.mark--taken)");
  if (!asked && label && !old) {
    const word = document.createElement("span");
    word.className = "mark";
    word.textContent = WORD;
    label.append(" ", word);
  } else if (asked) {
    old?.remove();
  }
}

function show() {
  for (const box of boxes) {
    const asked = isAsked(box);
    mark(box, asked);
    box.classList.remove("field--idle");
    // What is wrong is never hidden.
    box.hidden = !asked && !box.querySelector(".errorlist");
  }
}

if (boxes.length) {
  show();
  // Here they come and go at once, and the next section need not wait for them.
  form.querySelectorAll("[data-idle]").forEach((each) => each.remove());
  form.addEventListener("change", show);
  // Values that the browser had kept, and those of a colleague, come without a change event.
  document.body.addEventListener("htmx:afterSettle", show);
  document.body.addEventListener("htmx:oobAfterSwap", show);
}
