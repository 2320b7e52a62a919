// What is typed into a form marked data-keep outlives an expired login, a closed page and a lost connection: it stays
// with this browser, for this person alone (data-keep names both), for a week or until it was sent or thrown away.

const FORM = "form[data-keep]";
const SENT = "sent:";
const WEEK_MS = 7 * 24 * 3600 * 1000;

interface Kept {
  at: number;
  fields: [string, string][];
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function nameOf(form: HTMLFormElement): string {
  return `kept:${form.dataset["keep"] ?? ""}`;
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>("input, textarea, select")].filter(
    (field) => !/^(hidden|file)$/.test(field.type) || "kept" in field.dataset,
  );
}

function keep(form: HTMLFormElement): void {
  const chosen = fieldsOf(form).filter((field) => !/^(checkbox|radio)$/.test(field.type) || (field as HTMLInputElement).checked);
  const kept: Kept = { at: Date.now(), fields: chosen.map((field) => [field.name, field.value]) };
  localStorage.setItem(nameOf(form), JSON.stringify(kept));
}

function keptFor(form: HTMLFormElement): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(form)) ?? "null") as Kept | null;
    return kept && Date.now() - kept.at < WEEK_MS ? kept : null;
  } catch {
    return null;
  }
}

function giveBack(form: HTMLFormElement): void {
  const kept = keptFor(form);
  if (!kept) return;
  for (const field of fieldsOf(form)) {
    const values = kept.fields.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type)) field.checked = values.includes(field.value);
    else field.value = values[0] ?? field.value;
  }
  const note = form.querySelector<HTMLElement>("[data-kept-note]");
  if (note) note.hidden = false;
}

function forget(name: string): void {
  localStorage.removeItem(name);
  localStorage.removeItem(SENT + name);
}

async function dropOnServer(form: HTMLFormElement): Promise<void> {
  const once = form.elements.namedItem("once");
  if (!form.dataset["unsentAt"] || !(once instanceof HTMLInputElement)) return;
  try {
    await fetch(`${form.dataset["unsentAt"]}/${encodeURIComponent(once.value)}/drop`, { method: "POST", redirect: "manual" });
  } catch {
    // Out of reach: it stays in the list, where it can be thrown away later.
  }
}

// What the server has just been sent (data-filled="sent") it gives back itself; what it filled in of its own accord
// ("given") gives way only to what was sent and has not arrived.
function settle(form: HTMLFormElement): void {
  const { filled } = form.dataset;
  const isOnItsWay = localStorage.getItem(SENT + nameOf(form)) !== null;
  if (filled === "sent") keep(form);
  else if (!filled || isOnItsWay) giveBack(form);
  localStorage.removeItem(SENT + nameOf(form));
}

export function keepTyped(page: Document): void {
  const form = page.querySelector<HTMLFormElement>(FORM);
  if (form) settle(form);
  // Only a page that people see after logging in tells that what was sent has arrived.
  if (!form && page.querySelector(".with-nav, nav.nav")) {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(SENT))) forget(name.slice(SENT.length));
  }
  const note = (event: Event): void => {
    const typedIn = event.target instanceof Element ? event.target.closest<HTMLFormElement>(FORM) : null;
    if (typedIn) keep(typedIn);
  };
  page.addEventListener("input", note);
  // Choosing an area changes those around it, after the input and before this.
  page.addEventListener("change", note);
  page.addEventListener("times-filled-in", note);
  page.addEventListener("submit", (event) => {
    const sent = event.target;
    if (!(sent instanceof HTMLFormElement) || !sent.matches(FORM)) return;
    keep(sent);
    localStorage.setItem(SENT + nameOf(sent), "");
  });
  page.addEventListener("click", (event) => {
    const forgets = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-forget]") : null;
    const form = forgets?.closest<HTMLFormElement>(FORM);
    if (!form) return;
    forget(nameOf(form));
    void dropOnServer(form).then(() => window.location.assign(window.location.pathname));
  });
}
