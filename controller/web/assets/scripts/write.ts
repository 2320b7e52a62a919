// What only the page where bulletins are written needs.
import { takeRecordings } from "./recording";

const recorder = document.querySelector<HTMLElement>("[data-recorder]");
if (recorder) takeRecordings(recorder);
