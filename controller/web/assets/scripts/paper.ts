// A button with data-print prints the page; without scripts, people print as with any page.

export function printWhenAsked(event: Event): void {
  if (event.target instanceof Element && event.target.closest("[data-print]")) print();
}
