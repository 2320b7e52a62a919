// Everything the console runs in a browser. Pages work without it, except what only a script can do: see each part.
import htmx from "htmx.org";
import "htmx-ext-sse";
import "idiomorph/htmx";

import { showAreas, sendTopmostAreas, spreadChoice } from "./areas";
import { closeMenus } from "./menus";
import { hushOthers } from "./sounds";
import { noticeConnection, dismissFlash } from "./flashes";
import { askToHold } from "./hold";
import { printWhenAsked } from "./paper";
import { keepTyped } from "./keep";
import { follow, lookAgain } from "./live";
import { dragEntries } from "./calendar";
import { installWorker, offerPush } from "./push";
import { revealAll } from "./reveal";
import { sendOnce } from "./sending";

document.addEventListener("change", (event) => {
  spreadChoice(event);
  revealAll(document);
});
document.addEventListener("formdata", sendTopmostAreas);
document.addEventListener("play", hushOthers, true);
document.addEventListener("click", dismissFlash);
document.addEventListener("click", printWhenAsked);
document.body.addEventListener("htmx:sseOpen", follow);
window.addEventListener("online", lookAgain);
keepTyped(document);
askToHold(document);
closeMenus(document);
sendOnce(document);
noticeConnection(document.body);
dragEntries(document);
installWorker();
void offerPush(document);

htmx.onLoad(() => {
  showAreas(document);
  revealAll(document);
});
