// What only the page where bulletins are written needs.
import { takeRecordings } from "./recording";
import { keepOnTheServer } from "./unsent";

const recorder = document.querySelector<HTMLElement>("[data-recorder]");
if (recorder) takeRecordings(recorder);

const form = document.querySelector<HTMLFormElement>("form[data-unsent-at]");
if (form) keepOnTheServer(form);
