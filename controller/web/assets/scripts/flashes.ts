// Short messages at the edge of the page, and the banner that says that the page is no longer live.

function flash(text: string): void {
  const template = document.querySelector<HTMLTemplateElement>("#flash-template");
  const place = document.querySelector("#flashes");
  const made = template?.content.firstElementChild?.cloneNode(true);
  if (!place || !(made instanceof HTMLElement)) return;
  const words = made.querySelector("p");
  if (words) words.textContent = text;
  place.replaceChildren(made);
}

export function dismissFlash(event: Event): void {
  const target = event.target;
  if (target instanceof Element) target.closest("[data-dismiss]")?.closest(".flash")?.remove();
}

export function noticeConnection(body: HTMLElement): void {
  const live = (isLive: boolean) => () => {
    const banner = document.querySelector<HTMLElement>("#not-live");
    if (banner) banner.hidden = isLive;
  };
  body.addEventListener("htmx:sseError", live(false));
  body.addEventListener("htmx:sseOpen", live(true));
  window.addEventListener("offline", live(false));
  // A stream that survived does not open again; one that did not will say so.
  window.addEventListener("online", live(true));
  body.addEventListener("htmx:sendError", () => flash(body.dataset["unreached"] ?? ""));
  body.addEventListener("htmx:timeout", () => flash(body.dataset["unreached"] ?? ""));
  body.addEventListener("htmx:responseError", () => flash(body.dataset["failed"] ?? ""));
}
