// A second press while a form is on its way does nothing.

const sent = new Set<HTMLFormElement>();

export function sendOnce(page: Document): void {
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  // Coming back with the browser's own button shows the same page again, which must work again.
  window.addEventListener("pageshow", () => {
    sent.clear();
    for (const button of page.querySelectorAll("form [aria-disabled]")) button.removeAttribute("aria-disabled");
  });
}
