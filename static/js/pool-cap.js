// The pool of a new allocation run starts from the cap of the chosen round; what was typed by hand stays.
const round = document.querySelector("select[name=round]");
const pool = document.querySelector("input[name=pool_yuan]");

if (round && pool) {
  const cap = () => round.selectedOptions[0]?.dataset.cap ?? "";
  let filled = cap();

  round.addEventListener("change", () => {
    if (pool.value === "" || pool.value === filled) {
      pool.value = cap();
    }
    filled = cap();
  });
}
