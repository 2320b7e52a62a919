// What is typed is kept on the server, too, every so often: another browser, or this one without its memory, goes on from
// there. A form that was sent or thrown away is kept no more, whatever comes late.

const EVERY_MS = 5000;

export function keepOnTheServer(form: HTMLFormElement): void {
  const address = form.dataset["unsentAt"] ?? "";
  const says = form.querySelector<HTMLElement>("[data-unsent-says]");
  const once = (form.elements.namedItem("once") as HTMLInputElement).value;
  hideInList(once);
  let timer = 0;
  let isOver = false;
  let asked: Promise<void> | null = null;

  const tell = (said: string): void => {
    if (!says) return;
    says.textContent = said;
    says.hidden = said === "";
  };
  const send = async (): Promise<void> => {
    const fields = new FormData(form);
    fields.delete("file");
    try {
      // Who is logged out is not led away while typing: the browser keeps it, and the next page asks for the log-in.
      const answer = await fetch(address, { method: "POST", body: fields, redirect: "manual" });
      const said = answer.ok ? ((await answer.json()) as { said: string }).said : null;
      if (!isOver) tell(said ?? says?.dataset["unsentSays"] ?? "");
    } catch {
      if (!isOver) tell(says?.dataset["unsentSays"] ?? "");
    }
  };
  const later = (): void => {
    if (timer || isOver) return;
    timer = window.setTimeout(() => {
      asked = (asked ?? Promise.resolve()).then(() => (isOver ? undefined : send()));
      timer = 0;
    }, EVERY_MS);
  };
  for (const kind of ["input", "change", "times-filled-in"]) form.addEventListener(kind, later);
  form.addEventListener("submit", () => {
    isOver = true;
    window.clearTimeout(timer);
  });
  // A page that comes back from the browser's memory is typed in again.
  window.addEventListener("pageshow", () => {
    isOver = false;
    timer = 0;
  });
}

function hideInList(once: string): void {
  document.querySelector(`[data-unsent="${CSS.escape(once)}"]`)?.remove();
  const list = document.getElementById("unsent");
  if (list && !list.querySelector("[data-unsent]")) list.hidden = true;
}
