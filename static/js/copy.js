// Copies the text of a box; without scripts the box itself is there to be marked and copied.

for (const button of document.querySelectorAll("[data-copy]")) {
  const box = document.getElementById(button.dataset.copy);
  const said = button.parentElement.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(box.value);
      said.textContent = "已复制。";
    } catch {
      // Not allowed here: the text is marked, one key remains.
      box.focus();
      box.select();
      said.textContent = "文本已选中，请按 Ctrl+C 复制。";
    }
  });
}
