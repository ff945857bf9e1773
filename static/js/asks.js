// While a form is read: what is asked for at its parts is counted and listed at the foot, and kept in this browser until
// it is sent. The key of the page names its version, so that nothing comes back once the form was returned.
import { drop, read, write } from "./kept.js";

const form = document.querySelector("[data-asks]");
const name = form ? `asks:${form.dataset.asks}` : "";
const boxes = [...document.querySelectorAll("[data-ask]")];
const list = document.querySelector("[data-asks-list]");

function line(box) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `#${box.id}`;
  link.textContent = box.dataset.ask;
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "button button--quiet";
  clear.textContent = "取消";
  clear.setAttribute("aria-label", `取消：${box.dataset.ask}`);
  clear.addEventListener("click", () => {
    box.value = "";
    box.closest("details").open = false;
    keep();
    show();
  });
  item.append(link, `：${box.value.trim()} `, clear);
  return item;
}

function show() {
  const asked = boxes.filter((box) => box.value.trim());
  list.hidden = !asked.length;
  list.querySelector("[data-asks-number]").textContent = asked.length;
  list.querySelector("ul").replaceChildren(...asked.map(line));
  for (const place of document.querySelectorAll("[data-asks-count]")) {
    place.textContent = `${place.dataset.asksCount}${asked.length ? `（${asked.length} 处）` : ""}`;
  }
}

function keep() {
  const typed = Object.fromEntries([...boxes, form.elements.reason].filter((box) => box?.value.trim()).map((box) => [box.name, box.value]));
  if (Object.keys(typed).length) {
    write(name, { typed });
  } else {
    drop(name);
  }
}

if (form) {
  // What was sent and came back is newer than what was kept.
  const typed = "answersForm" in document.body.dataset ? {} : (read(name)?.typed ?? {});
  for (const [each, text] of Object.entries(typed)) {
    const box = form.elements[each];
    if (box && !box.value) {
      box.value = text;
      box.closest("details")?.setAttribute("open", "");
    }
  }
  for (const box of [...boxes, form.elements.reason].filter(Boolean)) {
    box.addEventListener("input", () => {
      keep();
      show();
    });
  }
  for (const each of document.querySelectorAll("details.ask")) {
    each.addEventListener("toggle", () => each.open && !each.querySelector("textarea").value && each.querySelector("textarea").focus());
  }
  show();
}
