// Behind a link that ended: what its holder typed and could not save is shown, to be copied or cleared.
import { drop, names, read } from "./kept.js";

const box = document.querySelector("[data-kept-here]");
if (box) {
  const mine = names(`${box.dataset.keptHere}:`).filter((name) => read(name)?.writer === box.dataset.writer);
  const text = mine.flatMap((name) => read(name).lines ?? []).join("\n");
  if (text) {
    box.hidden = false;
    box.querySelector("textarea").value = text;
    box.querySelector("[data-kept-drop]").addEventListener("click", () => {
      mine.forEach(drop);
      box.hidden = true;
    });
  }
}
