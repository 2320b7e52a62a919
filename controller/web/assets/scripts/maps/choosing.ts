// The map beside a tree of areas: a click on an area is a click on its box, and what the boxes say is what is seen.
import type { Path } from "leaflet";
import type { Feature } from "geojson";

import { drawn, type Ground, pathOf } from "./ground";

const MOST_NAMES = 40;

interface Part {
  name: string;
  box: HTMLInputElement;
  path: Path;
}

export function choose({ map, outlines }: Ground, tree: HTMLElement): void {
  const boxes = new Map([...tree.querySelectorAll<HTMLInputElement>(".area > label > input")].map((box) => [box.value, box]));
  const seen = new Set(outlines.map((outline) => String(outline.id)).filter((id) => boxes.has(id)));
  // Of nested areas the innermost are chosen; those around them are only lines.
  const isInnermost = (outline: Feature): boolean => {
    const area = boxes.get(String(outline.id))?.closest(".area");
    return area != null && [...area.querySelectorAll<HTMLInputElement>(":scope > details input")].every((box) => !seen.has(box.value));
  };
  drawn(outlines, (outline) => seen.has(String(outline.id)) && !isInnermost(outline)).addTo(map);

  const parts: Part[] = [];
  const inner = drawn(outlines, isInnermost, true);
  inner.eachLayer((layer) => {
    const path = layer as Path & { feature: Feature };
    const box = boxes.get(String(path.feature.id));
    if (!box) return;
    parts.push({ name: String(path.feature.properties?.["name"] ?? ""), box, path });
    path.on("click", () => box.click());
  });
  for (const part of parts) {
    const permanent = parts.length <= MOST_NAMES;
    part.path.bindTooltip("", { className: "map-name", direction: "center", permanent, opacity: 1 });
  }
  inner.addTo(map);

  const show = (): void => {
    for (const { name, box, path } of parts) {
      const shape = pathOf(path);
      shape?.classList.toggle("is-chosen", box.checked);
      shape?.classList.toggle("is-part", box.indeterminate);
      shape?.classList.toggle("is-closed", box.disabled);
      if (box.checked) path.bringToFront();
      const words = document.createElement("span");
      words.textContent = box.checked ? `✓ ${name}` : name;
      path.setTooltipContent(words);
    }
  };
  tree.addEventListener("areas-shown", show);
  show();
}
