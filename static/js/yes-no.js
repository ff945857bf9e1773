// Pairs of keys 具备 / 不具备 (components/yes_no.html): 1 and 0 choose, Delete takes the choice back; a button with
// data-fill-yes="selector" answers with 具备 what is not answered yet inside of that element.
const WORDS = { 1: "yes", 0: "no", 是: "yes", 否: "no" };

function tell(box) {
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

for (const group of document.querySelectorAll("[data-yes-no]")) {
  const boxes = [...group.querySelectorAll("input[type=radio]")];
  group.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const chosen = boxes.find((box) => box.value === WORDS[event.key]);
    const before = boxes.find((box) => box.checked);
    if (chosen && !chosen.disabled) {
      event.preventDefault();
      chosen.focus();
      if (!chosen.checked) {
        chosen.checked = true;
        tell(chosen);
      }
    } else if (["Delete", "Backspace"].includes(event.key) && before && !before.disabled) {
      event.preventDefault();
      before.checked = false;
      tell(before);
    }
  });
}

for (const button of document.querySelectorAll("[data-fill-yes]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const groups = [...document.querySelectorAll(`${button.dataset.fillYes} [data-yes-no]`)];
    const open = groups.filter((group) => !group.querySelector("input:checked") && group.querySelector("input:enabled"));
    for (const group of open) {
      const box = group.querySelector("input[value=yes]");
      box.checked = true;
      tell(box);
    }
    const kept = groups.length - open.length;
    const said = open.length ? `已填 ${open.length} 项具备` : "没有未判定的项";
    button.parentElement.querySelector("[data-fill-said]").textContent = kept ? `${said}，原有 ${kept} 项未变。` : `${said}。`;
  });
}
