// While a scheme is written, says who would change grade: the form is sent to the preview, which saves nothing.
const PAUSE = 800; // milliseconds after the last key
const place = document.querySelector("[data-scheme-preview]");
const shown = document.getElementById("scheme-preview");
const form = place?.closest("form");

let timer = 0;
let running = null;

async function refresh() {
  running?.abort();
  running = new AbortController();
  try {
    const answer = await fetch(place.dataset.schemePreview, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Preview": "1" },
      signal: running.signal,
      redirect: "error",
    });
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    shown.replaceChildren(...page.body.children);
  } catch (error) {
    if (error.name !== "AbortError") {
      const told = document.createElement("p");
      told.textContent = "试算没有完成，请稍后点击“试算”重试；已填写的内容不受影响。";
      shown.replaceChildren(told);
    }
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
}

form?.addEventListener("input", later);
form?.addEventListener("change", later);
