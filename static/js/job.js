// How far a job is, asked again while the page is looked at; without scripts there is a link that does the same.
const LONGEST = 15000;

async function look() {
  const answer = await fetch(location.href, { headers: { "X-Background": "1" } });
  if (!answer.ok) {
    return false;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-job]");
  const shown = document.querySelector("[data-job]");
  if (!fresh || !shown) {
    return false;
  }
  const state = fresh.querySelector(".badge")?.textContent ?? "";
  const changed = state !== shown.querySelector(".badge")?.textContent;
  const hadFocus = shown.contains(document.activeElement);
  shown.replaceWith(fresh);
  if (changed) {
    document.querySelector("[data-job-said]").textContent = state;
  }
  if (hadFocus) {
    // Nothing is taken from under the keyboard: it goes on at the first thing to press.
    fresh.querySelector("a, button")?.focus();
  }
  return fresh.hasAttribute("data-job-open");
}

function later(wait) {
  setTimeout(async () => {
    let open = true;
    if (!document.hidden) {
      try {
        open = await look();
      } catch {
        // The line is down for a moment.
      }
    }
    if (open) {
      later(Math.min(wait * 1.3, LONGEST));
    }
  }, wait);
}

if (document.querySelector("[data-job-open]")) {
  later(1500);
}
