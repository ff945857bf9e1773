// A new row without a round trip; without this file the button sends the form and gets one more row back.
for (const box of document.querySelectorAll("[data-rows]")) {
  const button = box.querySelector("[data-add-row]");
  const template = box.querySelector("template[data-row-template]");
  const total = box.querySelector("input[name$='-TOTAL_FORMS']");
  const most = Number(box.querySelector("input[name$='-MAX_NUM_FORMS']")?.value ?? 100);
  if (!button || !template || !total) {
    continue;
  }
  button.addEventListener("click", (event) => {
    const count = Number(total.value);
    if (count >= most) {
      return;
    }
    event.preventDefault();
    const html = template.innerHTML.replaceAll("__prefix__", String(count)).replaceAll("__number__", String(count + 1));
    button.parentElement.insertAdjacentHTML("beforebegin", html);
    total.value = String(count + 1);
    button.parentElement.previousElementSibling.querySelector("input:not([type=hidden]), select")?.focus();
  });
}
