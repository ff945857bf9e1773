// The card of the form that was filed for the chosen place before. Without a script the new form itself offers it.
for (const form of document.querySelectorAll("[data-site-form]")) {
  const site = form.elements.site;
  const cards = [...form.querySelectorAll("[data-site-card]")];
  const plain = form.querySelector("[data-site-plain]");
  const show = () => {
    for (const card of cards) {
      card.hidden = card.dataset.siteCard !== site.value;
    }
    // One main button at a time.
    const offered = cards.some((card) => !card.hidden);
    plain.classList.toggle("button--main", !offered);
    plain.textContent = offered ? "建立空白申报表" : "建立申报表";
  };
  if (cards.length) {
    site.addEventListener("change", show);
    show();
  }
}
