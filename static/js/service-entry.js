// Records typed one after the other: known enterprises are proposed while one is typed (arrows, Enter, Esc; the arrow
// down in the empty box shows those typed last), Ctrl+Enter saves from any box. Without this file the box takes name and
// code as well, and a button looks for enterprises.
const box = document.querySelector("[data-known-enterprises]");
const list = document.getElementById("enterprise-options");
const told = document.getElementById("enterprise-told");
const form = box?.form;
const PAUSE = 150; // milliseconds after the last key

if (box && list && form) {
  const { lookup, least } = form.dataset;
  const whole = /[0-9A-Za-z]{18}$/; // a choice from the list ends in a whole code
  let timer = 0;
  let last = null;
  let asking = null;
  let at = -1;
  let wanted = 0; // arrows that were pressed before the answer came
  let entered = false; // and Enter after them

  form.querySelector("[data-without-script]")?.remove();
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  const close = () => {
    list.hidden = true;
    at = -1;
    wanted = 0;
    entered = false;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };

  const go = (place) => {
    const options = list.children;
    options[at]?.setAttribute("aria-selected", "false");
    at = (place + options.length) % options.length;
    options[at].setAttribute("aria-selected", "true");
    options[at].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", options[at].id);
  };

  const choose = (option) => {
    box.value = option.dataset.value;
    last = box.value;
    close();
  };

  const offer = (found) => {
    const [ahead, takes] = [wanted, entered];
    close();
    list.replaceChildren(
      ...found.map(({ name, code }, place) => {
        const option = document.createElement("li");
        option.id = `enterprise-option-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.value = `${name} ${code}`;
        const small = document.createElement("span");
        small.className = "muted small";
        small.textContent = code;
        option.append(name, " ", small);
        return option;
      }),
    );
    if (told) told.textContent = found.length ? `有 ${found.length} 家企业可选` : "";
    if (!found.length || document.activeElement !== box) return;
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    if (ahead) go(ahead - 1);
    if (takes) choose(list.children[at]);
  };

  const ask = async () => {
    const text = box.value.trim();
    if (text === last) return;
    last = text;
    asking?.abort();
    if ((text && text.length < Number(least)) || whole.test(text)) {
      offer([]);
      return;
    }
    asking = new AbortController();
    try {
      const answer = await fetch(`${lookup}?q=${encodeURIComponent(text)}`, {
        headers: { Accept: "application/json" },
        signal: asking.signal,
      });
      if (answer.ok) offer((await answer.json()).enterprises);
    } catch {
      // Typing on without offers is all right.
    }
  };

  box.addEventListener("input", () => {
    close();
    clearTimeout(timer);
    // An emptied box offers nothing by itself.
    if (box.value.trim()) {
      timer = setTimeout(ask, PAUSE);
    } else {
      last = null;
      asking?.abort();
    }
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (!list.hidden) {
        go(at < 0 && step < 0 ? list.children.length - 1 : at + step);
      } else if (step > 0) {
        wanted += 1;
        clearTimeout(timer);
        // What was asked for already comes by itself.
        if (box.value.trim() !== last) {
          ask();
        } else if (list.children.length && !whole.test(last)) {
          list.hidden = false;
          box.setAttribute("aria-expanded", "true");
          wanted = 0;
          go(0);
        }
      }
    } else if (event.key === "Enter" && !event.ctrlKey && !list.hidden && at >= 0) {
      event.preventDefault();
      choose(list.children[at]);
    } else if (event.key === "Enter" && !event.ctrlKey && wanted) {
      event.preventDefault();
      entered = true;
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });

  // Before the box loses the focus.
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      event.preventDefault();
      choose(option);
    }
  });
  box.addEventListener("blur", close);

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
