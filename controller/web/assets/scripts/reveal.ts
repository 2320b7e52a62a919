// Parts of a form that only some answers need: data-shown-when="repeat=weekly,monthly" on the part.

function isWanted(part: HTMLElement, form: HTMLFormElement): boolean {
  const [name = "", values = ""] = (part.dataset["shownWhen"] ?? "").split("=");
  const given = [...form.elements].filter(
    (field): field is HTMLInputElement | HTMLSelectElement =>
      (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) && field.name === name,
  );
  const answers = given.filter(
    (field) => field instanceof HTMLSelectElement || !/^(radio|checkbox)$/.test(field.type) || field.checked,
  );
  return answers.some((field) => values.split(",").includes(field.value));
}

// A hidden field is disabled too, so that an empty required one cannot hold the form back. What was typed stays.
export function revealAll(page: ParentNode): void {
  for (const part of page.querySelectorAll<HTMLElement>("[data-shown-when]")) {
    const form = part.closest("form");
    if (!form) continue;
    part.hidden = !isWanted(part, form);
    for (const field of part.querySelectorAll<HTMLInputElement>("input, select, textarea")) field.disabled = part.hidden;
  }
}
