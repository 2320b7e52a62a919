// Maps, on the pages that have one. Without a script, or without anything drawn, the tree and the lists beside say it all.
import { choose } from "./maps/choosing";
import { layOut, name } from "./maps/ground";
import { showMarks } from "./maps/marks";
import { placeOne } from "./maps/placing";

for (const place of document.querySelectorAll<HTMLElement>("[data-map]")) {
  void layOut(place).then((ground) => {
    if (!ground) return;
    const tree = document.getElementById(place.dataset["chooses"] ?? "");
    if (tree) choose(ground, tree);
    else if (!place.dataset["marks"]) name(ground);
    const form = "places" in place.dataset && place.closest("form");
    if (form) placeOne(ground, form);
    if (place.dataset["marks"]) showMarks(ground, place.dataset["marks"]);
  });
}
