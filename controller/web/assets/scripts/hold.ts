// What stops or wakes a whole commune is held down, not tapped. A screen reader cannot hold: it presses twice.

const BUTTON = "button[data-hold]";
const ARMED_MS = 6000;

const timers = new WeakMap<HTMLButtonElement, number>();

function holdButton(event: Event): HTMLButtonElement | null {
  const target = event.target;
  return target instanceof Element ? target.closest<HTMLButtonElement>(BUTTON) : null;
}

function rest(button: HTMLButtonElement): void {
  window.clearTimeout(timers.get(button));
  button.dataset["hold"] = "";
  const text = button.querySelector("[data-label]");
  if (text instanceof HTMLElement) text.textContent = text.dataset["label"] ?? "";
}

function confirm(button: HTMLButtonElement): void {
  rest(button);
  button.dispatchEvent(new CustomEvent("held", { bubbles: true }));
  button.form?.requestSubmit(button);
}

function hold(button: HTMLButtonElement): void {
  if (button.disabled || button.dataset["hold"] === "held") return;
  rest(button);
  button.dataset["hold"] = "held";
  const seconds = parseFloat(getComputedStyle(button).getPropertyValue("--hold")) || 1.5;
  timers.set(button, window.setTimeout(() => confirm(button), seconds * 1000));
}

function arm(button: HTMLButtonElement): void {
  if (button.dataset["hold"] === "armed") {
    confirm(button);
    return;
  }
  rest(button);
  button.dataset["hold"] = "armed";
  const text = button.querySelector("[data-label]");
  if (text) text.textContent = button.dataset["again"] ?? "";
  timers.set(button, window.setTimeout(() => rest(button), ARMED_MS));
}

function letGo(event: Event): void {
  const button = holdButton(event);
  const staysInside = event instanceof PointerEvent && event.relatedTarget instanceof Node && button?.contains(event.relatedTarget);
  if (button?.dataset["hold"] === "held" && !staysInside) rest(button);
}

function isPress(event: KeyboardEvent): boolean {
  return event.key === "Enter" || event.key === " ";
}

export function askToHold(page: Document): void {
  page.addEventListener("pointerdown", (event) => {
    const button = event.button === 0 ? holdButton(event) : null;
    if (button) hold(button);
  });
  for (const end of ["pointerup", "pointercancel", "pointerout", "focusout"]) page.addEventListener(end, letGo);
  page.addEventListener("keydown", (event) => {
    const button = isPress(event) ? holdButton(event) : null;
    if (!button) return;
    event.preventDefault();
    if (!event.repeat) hold(button);
  });
  page.addEventListener("keyup", (event) => {
    if (!isPress(event) || !holdButton(event)) return;
    event.preventDefault();
    letGo(event);
  });
  page.addEventListener("contextmenu", (event) => {
    if (holdButton(event)) event.preventDefault();
  });
  page.addEventListener(
    "click",
    (event) => {
      const button = holdButton(event);
      if (!button) return;
      event.preventDefault();
      event.stopPropagation();
      // Presses of a finger, a mouse or a key count something; the press of a screen reader counts none.
      if (event.detail === 0) arm(button);
    },
    true,
  );
}
