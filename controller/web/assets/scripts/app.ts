import htmx from "htmx.org";
import "htmx-ext-sse";
import "idiomorph/htmx";

document.documentElement.dataset.ready = htmx.version;
