// A broadcast is dragged to another day: its own form then says that day, and waits for the person to confirm it. The
// same form is there without dragging.

export function dragEntries(page: Document): void {
  const calendar = page.querySelector<HTMLElement>("[data-calendar]");
  if (!calendar) return;
  let dragged: HTMLDetailsElement | null = null;
  const dayOf = (event: Event) => (event.target as Element).closest<HTMLElement>("[data-day]");
  const mark = (day: HTMLElement | null) => {
    for (const one of calendar.querySelectorAll(".calendar-over")) one.classList.remove("calendar-over");
    day?.classList.add("calendar-over");
  };
  calendar.addEventListener("dragstart", (event) => {
    dragged = (event.target as Element).closest<HTMLDetailsElement>("[data-entry]");
    if (dragged && event.dataTransfer) event.dataTransfer.setData("text/plain", dragged.innerText);
  });
  calendar.addEventListener("dragover", (event) => {
    const day = dragged && dayOf(event);
    mark(day);
    if (day) event.preventDefault();
  });
  calendar.addEventListener("dragend", () => {
    mark(null);
    dragged = null;
  });
  calendar.addEventListener("drop", (event) => {
    const day = dayOf(event);
    const form = dragged?.querySelector<HTMLFormElement>(".entry-move");
    if (!dragged || !day || !form) return;
    event.preventDefault();
    form.querySelector<HTMLInputElement>("[name=day]")!.value = day.dataset.day!.split("-").reverse().join("/");
    dragged.open = true;
    form.querySelector("button")!.focus();
  });
}
