// Only the columns of the chosen table are offered.
const choice = document.querySelector("#id_resource");
const rows = document.querySelectorAll("[data-resource]");

function show() {
  const index = choice && choice.tagName === "SELECT" ? choice.value || "0" : "0";
  for (const row of rows) {
    row.hidden = row.dataset.resource !== index;
  }
}

if (choice) {
  choice.addEventListener("input", show);
}
show();
