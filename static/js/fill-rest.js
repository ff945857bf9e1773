// Puts what is left of a region into its box, of one or of all; without this file the amounts are typed.
const form = document.querySelector("form[data-fill-rest]");
const buttons = [...form.querySelectorAll("[data-fill]")].filter((button) => button.dataset.rest !== "0");

function fill(button) {
  const box = document.getElementById(button.dataset.fill);
  box.value = button.dataset.rest;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  return box;
}

for (const button of buttons) {
  button.hidden = false;
  button.addEventListener("click", () => fill(button).focus());
}

if (buttons.length) {
  form.querySelector("[data-fill-all-box]").hidden = false;
  form.querySelector("[data-fill-all]").addEventListener("click", () => {
    buttons.forEach(fill);
    form.querySelector("[data-fill-said]").textContent = `已填入 ${buttons.length} 个地区。`;
  });
}
