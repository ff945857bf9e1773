// Offers known enterprises while one is typed; without it the box takes name and code as well.
const box = document.querySelector("[data-known-enterprises]");
const list = document.getElementById("enterprises");
const form = box?.form;

if (box && list && form) {
  const { lookup, least } = form.dataset;
  let timer = 0;
  let last = "";
  let asking = null;

  const offer = (found) => {
    list.replaceChildren(
      ...found.map(({ name, code }) => {
        const option = document.createElement("option");
        option.value = `${name} ${code}`;
        return option;
      }),
    );
  };

  const ask = async () => {
    const text = box.value.trim();
    if (text === last) return;
    last = text;
    asking?.abort();
    // A choice from the list holds a whole code: nothing more to offer.
    if (text.length < Number(least) || /[0-9A-Za-z]{18}$/.test(text)) {
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
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
}
