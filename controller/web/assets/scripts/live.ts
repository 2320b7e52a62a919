// Parts of the page that follow what happens: data-live="ready receipt" is told "changed" when one of these happens.
import htmx from "htmx.org";

const KINDS = ["plan", "device", "ready", "receipt", "programme", "refused", "incident", "alert", "camera"];
// A burst of a thousand receipts asks for the page a few times a second, not a thousand times; what happens meanwhile is
// on the page within a second all the same.
const CALM_MS = 600;

const happened = new Set<string>();
const followed = new WeakSet<EventSource>();
let timer = 0;

function tellParts(): void {
  timer = 0;
  if (happened.size === 0) return;
  for (const part of document.querySelectorAll<HTMLElement>("[data-live]")) {
    if ((part.dataset["live"] ?? "").split(" ").some((kind) => happened.has(kind))) htmx.trigger(part, "changed");
  }
  happened.clear();
  timer = window.setTimeout(tellParts, CALM_MS);
}

function note(...kinds: string[]): void {
  kinds.forEach((kind) => happened.add(kind));
  if (timer === 0) tellParts();
}

// After a broken connection nobody knows what was missed.
export function lookAgain(): void {
  note(...KINDS);
}

export function follow(event: Event): void {
  const source: unknown = event instanceof CustomEvent ? event.detail.source : null;
  if (!(source instanceof EventSource)) return;
  if (document.querySelector<HTMLElement>("#not-live")?.hidden === false) lookAgain();
  if (followed.has(source)) return;
  followed.add(source);
  for (const kind of KINDS) source.addEventListener(kind, () => note(kind));
}
