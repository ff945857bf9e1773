// Boxes that are asked for only under what another box says, such as the agreement of an entrusted operator: shown and
// marked as required there, hidden elsewhere. What was typed in a hidden box stays and is sent with the rest.
const form = document.getElementById("section-form");
const boxes = [...(form?.querySelectorAll("[data-asked-by]") ?? [])];
const WORD = "必填";

function valueOf(name) {
  const named = form.elements[name];
  return named instanceof RadioNodeList ? named.value : (named?.value ?? "");
}

function mark(box, asked) {
  const label = box.querySelector("label, legend");
  const old = label?.querySelector(".required");
  if (asked && label && !old) {
    const word = document.createElement("span");
    word.className = "required";
    word.textContent = WORD;
    label.append(" ", word);
  } else if (!asked) {
    old?.remove();
  }
}

function show() {
  for (const box of boxes) {
    const asked = box.dataset.askedIf.split(" ").includes(valueOf(box.dataset.askedBy));
    mark(box, asked);
    box.classList.remove("field--idle");
    // What is wrong is never hidden.
    box.hidden = !asked && !box.querySelector(".errorlist");
  }
}

if (boxes.length) {
  show();
  form.addEventListener("change", show);
  // Values that the browser had kept, and those of a colleague, come without a change event.
  document.body.addEventListener("htmx:afterSettle", show);
  document.body.addEventListener("htmx:oobAfterSwap", show);
}
