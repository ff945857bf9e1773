// The button that fills what is empty with what the county gave, which stands at each place as data-county. The form
// saves itself then as if it had been typed. Without this file the button sends the form.
function boxOf(place) {
  const radios = [...place.querySelectorAll("input[type=radio]:enabled")];
  if (radios.length) {
    return radios.some((each) => each.checked) ? null : radios.find((each) => each.value === place.dataset.county);
  }
  const box = place.querySelector("input:enabled, textarea:enabled");
  return box && !box.value.trim() ? box : null;
}

for (const button of document.querySelectorAll("[data-fill-county]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const { form } = button;
    let filled = 0;
    for (const place of form.querySelectorAll("[data-county]")) {
      const box = place.dataset.county ? boxOf(place) : null;
      if (box?.type === "radio") {
        box.checked = true;
      } else if (box) {
        box.value = place.dataset.county;
      }
      if (box) {
        box.dispatchEvent(new Event("change", { bubbles: true }));
        filled += 1;
      }
    }
    form.querySelector("[data-county-said]").textContent = filled ? `已按县级初评填入 ${filled} 处。` : "没有可填入的空白项。";
  });
}
