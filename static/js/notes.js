// The sentences that came back from the server go to the boxes that they are about: errors, what a row still lacks,
// and what to look at again. All of them were judged there; nothing is judged here.
const KINDS = { bad: "errorlist", open: "openlist", gap: "openlist", warn: "warninglist" };
const BEFORE = { warn: "提醒：", open: "未填：", gap: "待补充：", bad: "" };

function describe(box, ids, isBad) {
  const old = (box.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && !/_(error|warning|open|gap)$/.test(id));
  const now = [...old, ...ids].join(" ");
  if (now) {
    box.setAttribute("aria-describedby", now);
  } else {
    box.removeAttribute("aria-describedby");
  }
  if (isBad) {
    box.setAttribute("aria-invalid", "true");
  } else {
    box.removeAttribute("aria-invalid");
  }
}

function placeOf(box) {
  const place = box.closest("td, fieldset.field, div.field");
  const group = place?.matches("fieldset") ? place : box.closest("[data-yes-no]") ?? box;
  return { place, group, before: group === place ? place.querySelector(":scope > div:not(.help)") : group };
}

export function placeNotes(form) {
  const notes = [...document.querySelectorAll("#field-notes [data-for]")];
  const heard = new Set([...form.querySelectorAll(".errorlist li, .warninglist li")].map((each) => each.textContent.trim()));
  for (const each of form.querySelectorAll(".errorlist, .openlist, .warninglist")) {
    // Nothing moves under the hand of whoever types: what is no longer missing leaves its place empty.
    if (each.id.endsWith("_gap")) {
      each.classList.add("openlist--gone");
    } else {
      each.remove();
    }
  }
  form.querySelectorAll(".field--bad, .row--bad").forEach((each) => each.classList.remove("field--bad", "row--bad"));
  form.querySelectorAll("[aria-invalid], [aria-describedby*='_error'], [aria-describedby*='_warning'], [aria-describedby*='_open'], [aria-describedby*='_gap']")
    .forEach((each) => describe(each, [], false));
  const fresh = [];
  for (const id of new Set(notes.map((each) => each.dataset.for))) {
    const box = document.getElementById(id);
    const { place, group, before } = box ? placeOf(box) : {};
    if (!place || !before) {
      continue;
    }
    const ids = [];
    const own = notes.filter((each) => each.dataset.for === id);
    for (const kind of Object.keys(KINDS)) {
      const told = own.filter((each) => each.dataset.kind === kind);
      if (!told.length) {
        continue;
      }
      const list = document.createElement("ul");
      list.className = KINDS[kind];
      list.id = `${own[0].dataset.id}_${{ bad: "error", open: "open", gap: "gap", warn: "warning" }[kind]}`;
      if (kind === "gap") {
        document.getElementById(list.id)?.remove();
      }
      for (const each of told) {
        const item = document.createElement("li");
        if (BEFORE[kind]) {
          const word = document.createElement("span");
          word.className = "visually-hidden";
          word.textContent = BEFORE[kind];
          item.append(word);
        }
        item.append(each.textContent);
        list.append(item);
        if (kind !== "open" && kind !== "gap" && !heard.has(item.textContent)) {
          fresh.push(each.textContent);
        }
      }
      before.before(list);
      ids.push(list.id);
    }
    const isBad = own.some((each) => each.dataset.kind === "bad");
    place.classList.toggle("field--bad", isBad);
    place.closest(".row")?.classList.toggle("row--bad", isBad);
    describe(group, ids, isBad && group !== place);
  }
  document.getElementById("note-live").textContent = fresh.join("");
}
