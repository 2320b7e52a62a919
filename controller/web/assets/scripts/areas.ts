// The tree of areas: choosing one chooses all beneath it, and what is sent is the topmost of each chosen branch.

const TREE = "[data-areas]";

function boxOf(area: Element): HTMLInputElement | null {
  return area.querySelector(":scope > label > input");
}

function childrenOf(area: Element): Element[] {
  return [...area.querySelectorAll(":scope > details > ul > .area")];
}

function choose(area: Element, chosen: boolean): void {
  const box = boxOf(area);
  if (box && !box.disabled) box.checked = chosen;
  childrenOf(area).forEach((child) => choose(child, chosen));
}

// A parent is chosen when all its children are, and half chosen when something beneath it is.
function settle(area: Element): void {
  const children = childrenOf(area);
  children.forEach(settle);
  const box = boxOf(area);
  if (!box || children.length === 0) return;
  const boxes = children.map(boxOf).filter((child) => child !== null);
  box.checked = boxes.every((child) => child.checked);
  box.indeterminate = !box.checked && boxes.some((child) => child.checked || child.indeterminate);
}

function topmost(area: Element): HTMLInputElement[] {
  const box = boxOf(area);
  if (box?.checked) return [box];
  return childrenOf(area).flatMap(topmost);
}

function roots(tree: Element): Element[] {
  return [...tree.querySelectorAll(":scope > ul > .area")];
}

function show(tree: HTMLElement): void {
  roots(tree).forEach(settle);
  const chosen = roots(tree).flatMap(topmost);
  const speakers = chosen.reduce((sum, box) => sum + Number(box.dataset["speakers"] ?? 0), 0);
  tree.dispatchEvent(new CustomEvent("areas-shown"));
  const sum = tree.querySelector("output");
  if (!sum) return;
  const text = chosen.length ? tree.dataset["sum"] : tree.dataset["none"];
  sum.value = (text ?? "").replace("{areas}", String(chosen.length)).replace("{speakers}", String(speakers));
}

export function showAreas(page: ParentNode): void {
  for (const tree of page.querySelectorAll<HTMLElement>(TREE)) {
    for (const area of tree.querySelectorAll(".area")) if (boxOf(area)?.checked) choose(area, true);
    show(tree);
  }
}

export function spreadChoice(event: Event): void {
  const box = event.target;
  if (!(box instanceof HTMLInputElement)) return;
  const tree = box.closest<HTMLElement>(TREE);
  const area = box.closest(".area");
  if (!tree || !area) return;
  choose(area, box.checked);
  show(tree);
}

export function sendTopmostAreas(event: FormDataEvent): void {
  if (!(event.target instanceof HTMLFormElement)) return;
  for (const tree of event.target.querySelectorAll(TREE)) {
    const chosen = roots(tree).flatMap(topmost);
    const name = tree.querySelector("input")?.name;
    if (!name) continue;
    event.formData.delete(name);
    chosen.forEach((box) => event.formData.append(name, box.value));
  }
}
