// What is typed into a form marked data-keep outlives an expired login or a closed page, as long as the tab lives.

const FORM = "form[data-keep]";
const SENT = "sent:";

type Kept = [string, string][];

function nameOf(form: HTMLFormElement): string {
  return `kept:${form.dataset["keep"] ?? ""}`;
}

function keep(form: HTMLFormElement): void {
  const kept: Kept = [];
  for (const field of form.querySelectorAll<HTMLInputElement>("input, textarea, select")) {
    const chosen = !/^(checkbox|radio)$/.test(field.type) || field.checked;
    if (chosen && !/^(hidden|file)$/.test(field.type)) kept.push([field.name, field.value]);
  }
  sessionStorage.setItem(nameOf(form), JSON.stringify(kept));
}

function giveBack(form: HTMLFormElement): void {
  const stored = sessionStorage.getItem(nameOf(form));
  if (stored === null) return;
  const kept = JSON.parse(stored) as Kept;
  for (const field of form.querySelectorAll<HTMLInputElement>("input, textarea, select")) {
    if (/^(hidden|file)$/.test(field.type)) continue;
    const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
    if (/^(checkbox|radio)$/.test(field.type)) field.checked = values.includes(field.value);
    else field.value = values[0] ?? field.value;
  }
}

// A form that the server filled in (data-filled) knows better than the tab does.
export function keepTyped(page: Document): void {
  const form = page.querySelector<HTMLFormElement>(FORM);
  if (form && !("filled" in form.dataset)) giveBack(form);
  // Only a page that people see after logging in tells that what was sent has arrived.
  if (!form && page.querySelector(".with-nav, nav.nav")) {
    for (const name of Object.keys(sessionStorage).filter((one) => one.startsWith(SENT))) {
      sessionStorage.removeItem(name.slice(SENT.length));
      sessionStorage.removeItem(name);
    }
  }
  page.addEventListener("input", (event) => {
    const typedIn = event.target instanceof Element ? event.target.closest<HTMLFormElement>(FORM) : null;
    if (typedIn) keep(typedIn);
  });
  page.addEventListener("submit", (event) => {
    const sent = event.target;
    if (!(sent instanceof HTMLFormElement) || !sent.matches(FORM)) return;
    keep(sent);
    sessionStorage.setItem(SENT + nameOf(sent), "");
  });
}
