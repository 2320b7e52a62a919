// The commune's own ground: outlines of its areas, and tiles beneath them only where an address of such is configured.
import {
  type CircleMarker,
  control,
  type GeoJSON,
  geoJSON,
  circleMarker,
  latLngBounds,
  type LatLngBounds,
  type Map as LeafletMap,
  map as newMap,
  type Path,
  tileLayer,
} from "leaflet";
import type { Feature, FeatureCollection } from "geojson";

export interface Ground {
  place: HTMLElement;
  map: LeafletMap;
  outlines: Feature[];
}

const CLOSE_ENOUGH = 16;
const NARROW = 0.002;

export async function layOut(place: HTMLElement): Promise<Ground | null> {
  const outlines = await read(place.dataset["outlines"] ?? "");
  const { around, marks, tiles, tilesBy, zoomIn = "+", zoomOut = "−" } = place.dataset;
  const isWorthLooking = outlines.length > 0 || marks || (tiles && "places" in place.dataset);
  if (!isWorthLooking) return null;
  place.hidden = false;
  // A finger that passes over the map of a form scrolls the page: two fingers move the map.
  const inForm = place.closest("form") !== null;
  const coarse = window.matchMedia("(pointer: coarse)").matches;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = newMap(place, {
    attributionControl: false,
    dragging: !(inForm && coarse),
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
    scrollWheelZoom: !inForm,
    zoomAnimation: !calm,
    zoomControl: false,
    zoomSnap: 0.5,
  });
  control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  if (tiles) {
    tileLayer(tiles, { maxZoom: 19 }).addTo(map);
    if (tilesBy) control.attribution({ prefix: false }).addAttribution(tilesBy).addTo(map);
  }
  const near = drawn(outlines, (outline) => outline.id === around);
  look(map, (near.getLayers().length ? near : drawn(outlines, () => true)).getBounds());
  new ResizeObserver(() => map.invalidateSize()).observe(place);
  return { place, map, outlines };
}

// As people see the whole of something, never nearer than a village.
export function look(map: LeafletMap, bounds: LatLngBounds): void {
  const found = bounds.isValid() ? bounds : latLngBounds([8.2, 102.1], [23.4, 109.5]);
  map.fitBounds(found.pad(NARROW), { animate: false, maxZoom: CLOSE_ENOUGH, padding: [12, 12] });
}

export function drawn(outlines: Feature[], wanted: (outline: Feature) => boolean, interactive = false): GeoJSON {
  const collection: FeatureCollection = { type: "FeatureCollection", features: outlines.filter(wanted) };
  const look = { className: "map-area", interactive, weight: 2 };
  return geoJSON(collection, {
    ...look,
    style: look,
    pointToLayer: (_, at): CircleMarker => circleMarker(at, { ...look, radius: 14 }),
  });
}

// Areas that say their name, and lead to their page.
export function name({ place, map, outlines }: Ground): void {
  const layer = drawn(outlines, () => true, true).addTo(map);
  layer.bindTooltip((one) => String((one as { feature?: Feature }).feature?.properties?.["name"] ?? ""), { sticky: true });
  const opens = place.dataset["opens"];
  if (opens) layer.on("click", (event) => window.location.assign(opens + String(event.propagatedFrom.feature.id)));
}

export function pathOf(layer: Path): Element | undefined {
  return layer.getElement();
}

export function picture(address: string): Element {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("class", "icon");
  drawn.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", address);
  drawn.append(use);
  return drawn;
}

async function read(address: string): Promise<Feature[]> {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as FeatureCollection).features : [];
  } catch {
    return []; // the page says itself that the server is out of reach
  }
}
