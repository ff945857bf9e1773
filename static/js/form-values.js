// The values of a form as pairs, put aside and put back.
import { setRows } from "./rows.js";

const OURS = /^(csrfmiddlewaretoken|once|keep-.*|paste-.*)$/;
const MOVING = /^(version|base|.*-key|.*-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS)$/;

// What the page sends while it is typed: no files, no token, no choice between two texts.
export function valuesOf(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !OURS.test(name));
}

// The same without what the page itself keeps count of, to see whether anything was typed.
export function typedOf(pairs) {
  return JSON.stringify(pairs.filter(([name, value]) => !MOVING.test(name) && value !== ""));
}

export function setValue(form, name, values) {
  for (const box of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    if (box.type === "radio" || box.type === "checkbox") {
      box.checked = values.includes(box.value);
    } else if (box.type !== "file") {
      box.value = values[0] ?? "";
    }
  }
}

export function putBack(form, pairs) {
  const found = new Map();
  for (const [name, value] of pairs) {
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  for (const [name, [count]] of found) {
    if (name.endsWith("-TOTAL_FORMS")) {
      setRows(name.slice(0, -"-TOTAL_FORMS".length), Number(count));
    }
  }
  for (const box of form.elements) {
    if (box.name && !OURS.test(box.name) && ["radio", "checkbox"].includes(box.type) && !found.has(box.name)) {
      box.checked = false;
    }
  }
  for (const [name, values] of found) {
    setValue(form, name, values);
  }
}

// Label and content of each box that is filled, to be copied.
export function linesOf(form) {
  const lines = [];
  for (const box of form.elements) {
    const isChoice = ["radio", "checkbox"].includes(box.type);
    if (!box.name || box.type === "hidden" || OURS.test(box.name) || !box.value || (isChoice && !box.checked)) {
      continue;
    }
    const label = [box.closest("fieldset")?.querySelector("legend"), box.labels?.[0]]
      .filter(Boolean)
      .map((each) => each.firstChild?.textContent.trim())
      .filter(Boolean)
      .join("，");
    const value = box.tagName === "SELECT" ? box.selectedOptions[0]?.textContent : box.value;
    lines.push(isChoice ? label : `${label}：${value}`);
  }
  return lines;
}
