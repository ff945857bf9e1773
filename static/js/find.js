// The search in the top bar: Ctrl-K or / leads into it, and what is found is proposed while one types. Without this file
// it is a plain form.
const form = document.querySelector("[data-find]");
if (form) {
  const input = form.querySelector("input");
  const list = form.querySelector("[role=listbox]");
  let waiting = 0;
  let asked = "";
  let request = null;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) {
      choose(null);
    }
  }

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function step(by) {
    const all = options();
    if (!all.length) {
      return;
    }
    const now = all.indexOf(chosen());
    const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : now + by;
    choose(all[next] ?? null);
  }

  async function ask() {
    const text = input.value.trim();
    if (text === asked) {
      return;
    }
    asked = text;
    request?.abort();
    if (!text) {
      show(false);
      return;
    }
    request = new AbortController();
    try {
      const answer = await fetch(`${form.getAttribute("action")}?${new URLSearchParams({ q: text })}`, {
        headers: { "X-Background": "1" },
        signal: request.signal,
      });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      list.innerHTML = await answer.text();
      input.removeAttribute("aria-activedescendant");
      show(document.activeElement === input);
    } catch (error) {
      // Pressing Enter still asks for the page, which says what is wrong.
      if (error.name !== "AbortError") {
        asked = "";
        show(false);
      }
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 160);
  });
  input.addEventListener("focus", () => {
    if (asked && input.value.trim() === asked && list.firstElementChild) {
      show(true);
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) {
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      show(options().length > 0);
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    } else if (event.key === "Enter" && chosen() && !list.hidden) {
      event.preventDefault();
      chosen().click();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) {
      show(false);
    }
  });
  // A press on a proposal must not take the focus away before it counts.
  list.addEventListener("mousedown", (event) => event.preventDefault());

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const called = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
    const plain = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing;
    if (called || plain) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
}
