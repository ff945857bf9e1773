// A number of a person is shown in its place on a press; without this file on a page of its own. The log says so either
// way.
document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.matches("[data-phone]") || button.dataset.phone === "page") {
    return;
  }
  event.preventDefault();
  button.disabled = true;
  const form = event.target;
  let number = "";
  try {
    const answer = await fetch(button.formAction, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    number = answer.ok ? (page.querySelector("[data-phone-number]")?.textContent ?? "") : "";
  } catch {
    number = "";
  }
  if (!number) {
    button.disabled = false;
    button.dataset.phone = "page";
    form.requestSubmit(button);
    return;
  }
  const place = button.closest(".phone").querySelector("[data-phone-text]");
  place.textContent = number;
  place.tabIndex = -1;
  place.focus();
  button.remove();
});
