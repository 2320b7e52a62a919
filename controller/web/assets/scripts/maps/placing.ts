// One loudspeaker or camera on the map of a form: a click, or dragging its mark, fills in the two fields; what is typed
// moves the mark.
import { divIcon, type LatLngExpression, marker } from "leaflet";

import { type Ground, picture } from "./ground";

const DECIMALS = 6;
const SIDE = 32;

export function placeOne({ place, map }: Ground, form: HTMLFormElement): void {
  const fields = ["lat", "lon"].map((name) => form.elements.namedItem(name) as HTMLInputElement);
  const face = document.createElement("span");
  face.append(picture(`${place.dataset["icons"] ?? ""}#area`));
  const mark = marker([0, 0], {
    draggable: true,
    icon: divIcon({ className: "map-spot is-good", html: face, iconSize: [SIDE, SIDE] }),
    keyboard: false, // the fields are for whoever goes by keyboard
  });

  const write = (): void => {
    const at = mark.getLatLng().wrap();
    [at.lat, at.lng].forEach((degrees, n) => {
      const field = fields[n];
      if (field) field.value = String(Number(degrees.toFixed(DECIMALS)));
    });
  };
  const show = (): boolean => {
    const at = typed(fields);
    if (at) mark.setLatLng(at).addTo(map);
    else mark.remove();
    return at !== null;
  };
  map.on("click", (event) => {
    mark.setLatLng(event.latlng).addTo(map);
    write();
  });
  mark.on("dragend", write);
  for (const field of fields) field.addEventListener("input", () => show() && map.panInside(mark.getLatLng(), { padding: [SIDE, SIDE] }));
  if (show() && !map.getBounds().contains(mark.getLatLng())) map.setView(mark.getLatLng(), map.getZoom(), { animate: false });
}

function typed(fields: HTMLInputElement[]): LatLngExpression | null {
  const [lat = NaN, lon = NaN] = fields.map((field) => (field.value.trim() === "" ? NaN : Number(field.value.trim().replace(",", "."))));
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [lat, lon] : null;
}
