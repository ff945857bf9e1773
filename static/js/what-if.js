// A trial while the pool is moved: the page is asked again and its result put in place, and the address says what is
// shown. Without this file the slider is not there and the button does the same.
import { drawAll } from "./charts.js";

const PAUSE = 250; // milliseconds after the last step of the slider
const form = document.querySelector("[data-what-if]");
const box = form?.querySelector("[name=pool_yuan]");
const place = document.querySelector("[data-slider]");
const slider = place?.querySelector("input");
const result = document.getElementById("what-if-result");
const said = form?.querySelector("[data-what-if-said]");

let timer = 0;
let running = null;

// What nobody filled in is left out of the address.
function query() {
  const data = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...data]) {
    if (value.trim() === "" && name !== "pool_yuan") {
      data.delete(name, value);
    }
  }
  return data;
}

async function refresh() {
  running?.abort();
  running = new AbortController();
  const address = `${location.pathname}?${query()}`;
  said.textContent = "正在试算……";
  try {
    const answer = await fetch(address, { signal: running.signal });
    if (!answer.ok || answer.redirected) {
      throw new Error(String(answer.status));
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("what-if-result");
    const short = fresh.querySelector("[data-address]");
    if (!short) {
      form.requestSubmit(); // something typed is refused: the whole page says where
      return;
    }
    result.replaceChildren(...document.importNode(fresh, true).childNodes);
    drawAll(result);
    history.replaceState(null, "", short.dataset.address);
    said.textContent = "结果已更新。";
  } catch (error) {
    if (error.name !== "AbortError") {
      said.textContent = "试算没有完成，请点击“试算”重试；已填写的内容不受影响。";
    }
  }
}

if (place) {
  place.hidden = false;
  slider.addEventListener("input", () => {
    box.value = Number(slider.value).toLocaleString("en-US");
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  });
  // A plain number that is typed moves the slider as well; any other is read by the server alone.
  box.addEventListener("change", () => {
    const yuan = Number(box.value.replaceAll(",", ""));
    if (Number.isFinite(yuan) && yuan > 0) {
      slider.value = String(yuan);
    }
  });
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  location.assign(`${location.pathname}?${query()}`);
});

const address = result?.querySelector("[data-address]");
if (address) {
  history.replaceState(null, "", address.dataset.address);
}
