// Loudspeakers or cameras on the map. The server sends what the view holds: each alone, or many together as one mark.
import { divIcon, featureGroup, latLngBounds, type LayerGroup, layerGroup, type Map as LeafletMap, marker } from "leaflet";

import { drawn, type Ground, look, picture } from "./ground";

interface Spot {
  id: string;
  name: string;
  at: [number, number];
  state: string;
}

interface Crowd {
  at: [number, number];
  states: Record<string, number>;
}

interface Look {
  text: string;
  kind: string;
  icon: string;
}

type Looks = Record<string, Look>;

const CALM_MS = 150;
const SIDE = 32;
const NEARER = 2;

export function showMarks({ place, map, outlines }: Ground, address: string): void {
  const looks = JSON.parse(place.dataset["looks"] ?? "{}") as Looks;
  const { icons = "", opens = "" } = place.dataset;
  drawn(outlines, () => true).addTo(map);
  const layer = layerGroup().addTo(map);
  let timer = 0;
  let asked = new AbortController();

  const refresh = async (box: string): Promise<boolean> => {
    asked.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`${address}?box=${box}`, { signal: asked.signal });
      if (!answer.ok) return false;
      const { spots, crowds } = (await answer.json()) as { spots: Spot[]; crowds: Crowd[] };
      put(map, layer, spots, crowds, looks, icons, opens);
      return spots.length + crowds.length > 0;
    } catch {
      return false; // a newer question is on its way, or the page says that the server is out of reach
    }
  };
  const later = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void refresh(map.getBounds().toBBoxString()), CALM_MS);
  };
  void refresh("-180,-90,180,90").then((any) => {
    if (any && outlines.length === 0) {
      const found = latLngBounds([]);
      layer.eachLayer((one) => found.extend(featureGroup([one]).getBounds()));
      look(map, found);
    }
    map.on("moveend", later);
    later();
  });
  place.addEventListener("changed", later);
}

function put(map: LeafletMap, layer: LayerGroup, spots: Spot[], crowds: Crowd[], looks: Looks, icons: string, opens: string): void {
  layer.clearLayers();
  for (const { at, states } of crowds) {
    const all = Object.values(states).reduce((sum, count) => sum + count, 0);
    const bad = Object.entries(states).reduce((sum, [state, count]) => sum + (looks[state]?.kind === "bad" ? count : 0), 0);
    const parts = Object.entries(states).map(([state, count]) => `${count} ${looks[state]?.text ?? state}`);
    const made = mark(`map-crowd is-${bad ? "bad" : "good"}`, bad ? `${all - bad} + ${bad}` : String(all), at, `${all}: ${parts.join(", ")}`);
    made.on("click", () => map.flyTo([at[1], at[0]], map.getZoom() + NEARER, { animate: false }));
    made.addTo(layer);
  }
  for (const { id, name, at, state } of spots) {
    const { kind = "plain", icon = "info", text = state } = looks[state] ?? {};
    const made = mark(`map-spot is-${kind}`, picture(`${icons}#${icon}`), at, `${name}: ${text}`);
    if (opens) made.on("click", () => window.location.assign(opens + encodeURIComponent(id)));
    made.addTo(layer);
  }
}

function mark(look: string, content: Element | string, at: [number, number], says: string) {
  const face = document.createElement("span");
  face.append(content);
  const made = marker([at[1], at[0]], { icon: divIcon({ className: look, html: face, iconSize: [SIDE, SIDE] }), title: says });
  made.on("add", () => made.getElement()?.setAttribute("aria-label", says));
  return made;
}
