// A voice, recorded here or chosen as a file, is sent at once, with its progress, and comes back as it will sound.

const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const TICK_MS = 200;
const LOUD = 4;

interface Parts {
  shown: HTMLElement;
  file: HTMLInputElement | null;
  record: HTMLButtonElement;
  clock: HTMLOutputElement;
  level: HTMLMeterElement;
  trouble: HTMLElement;
  upload: HTMLElement;
  again: HTMLButtonElement;
}

export function takeRecordings(place: HTMLElement): void {
  const part = <Kind extends HTMLElement>(which: string): Kind => place.querySelector<Kind>(which) as Kind;
  const form = place.closest("form");
  const parts: Parts = {
    shown: part("#recorded"),
    file: form?.querySelector<HTMLInputElement>("input[type=file]") ?? null,
    record: part("[data-record]"),
    clock: part("[data-clock]"),
    level: part("[data-level]"),
    trouble: part("[data-trouble]"),
    upload: part("[data-upload]"),
    again: part("[data-again]"),
  };
  // What was recorded and has not arrived; nobody shall lose it by leaving the page.
  let waiting: Blob | null = null;

  const send = (sound: Blob): void => {
    waiting = sound;
    const horns = form?.querySelector<HTMLInputElement>("[name=horns]:checked")?.value ?? "";
    deliver(place, parts, sound, horns, () => {
      waiting = null;
      if (parts.file) parts.file.value = "";
      form?.dispatchEvent(new Event("input", { bubbles: true }));
      form?.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };

  parts.file?.addEventListener("change", () => {
    const chosen = parts.file?.files?.[0];
    if (chosen) send(chosen);
  });
  parts.again.addEventListener("click", () => waiting && send(waiting));
  place.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-drop]")) void show(place, parts, "");
  });
  window.addEventListener("beforeunload", (event) => waiting && event.preventDefault());

  const kind = window.MediaRecorder && KINDS.find((one) => MediaRecorder.isTypeSupported(one));
  const able = Boolean(kind) && window.isSecureContext && "mediaDevices" in navigator;
  part("[data-record-part]").hidden = !able;
  part("[data-unheard]").hidden = able;
  if (kind && able) offerRecording(parts, kind, part("[data-unheard]"), send);

  // What an expired login or a closed page has interrupted: the name of the recording was kept, its picture was not.
  const kept = place.querySelector<HTMLInputElement>("[name=recording]")?.value ?? "";
  if (kept && !place.querySelector("audio")) void show(place, parts, kept);
  else offerToDrop(place);
}

function offerRecording(parts: Parts, kind: string, unheard: HTMLElement, done: (sound: Blob) => void): void {
  let recorder: MediaRecorder | null = null;
  const words = parts.record.querySelector("span");
  const say = (busy: boolean): void => {
    parts.record.setAttribute("aria-pressed", String(busy));
    if (words) words.textContent = (busy ? words.dataset["busy"] : words.dataset["idle"]) ?? "";
    parts.level.hidden = !busy;
  };
  parts.record.addEventListener("click", async () => {
    if (recorder) {
      recorder.stop();
      return;
    }
    let heard: MediaStream;
    try {
      heard = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      unheard.hidden = false;
      return;
    }
    const pieces: Blob[] = [];
    const quiet = watch(heard, parts);
    recorder = new MediaRecorder(heard, { mimeType: kind, audioBitsPerSecond: 64_000 });
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", () => {
      recorder = null;
      quiet();
      heard.getTracks().forEach((track) => track.stop());
      say(false);
      done(new Blob(pieces, { type: kind }));
    });
    recorder.start(1000);
    say(true);
  });
}

// How long and how loud; the answer ends it.
function watch(heard: MediaStream, parts: Parts): () => void {
  const context = new AudioContext();
  const listener = context.createAnalyser();
  context.createMediaStreamSource(heard).connect(listener);
  const samples = new Float32Array(listener.fftSize);
  const begun = Date.now();
  const timer = window.setInterval(() => {
    listener.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    parts.level.value = Math.min(1, Math.sqrt(power) * LOUD);
    const seconds = Math.floor((Date.now() - begun) / 1000);
    parts.clock.value = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }, TICK_MS);
  return () => {
    window.clearInterval(timer);
    void context.close();
  };
}

function deliver(place: HTMLElement, parts: Parts, sound: Blob, horns: string, arrived: () => void): void {
  const body = new FormData();
  body.append("file", sound, sound instanceof File ? sound.name : "recording");
  body.append("horns", horns);
  const request = new XMLHttpRequest();
  const bar = parts.upload.querySelector("progress");
  const busy = (is: boolean, failed: boolean): void => {
    parts.upload.hidden = !is && !failed;
    parts.again.hidden = !failed;
    parts.trouble.hidden = !failed;
    parts.trouble.textContent = failed ? (place.dataset["lost"] ?? "") : "";
    parts.record.disabled = is;
  };
  request.upload.addEventListener("progress", (event) => {
    if (bar && event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
  });
  // All of it has been sent; how long the rest takes nobody knows.
  request.upload.addEventListener("load", () => bar?.removeAttribute("value"));
  request.addEventListener("loadend", () => {
    const login = request.getResponseHeader("HX-Redirect");
    const answered = request.status === 200 || request.status === 422;
    busy(false, !answered && !login);
    if (login) window.location.assign(login);
    if (!answered) return;
    put(place, parts, request.responseText);
    if (request.status === 200) arrived();
  });
  request.open("POST", place.dataset["recorder"] ?? "");
  request.setRequestHeader("HX-Request", "true");
  busy(true, false);
  request.send(body);
}

async function show(place: HTMLElement, parts: Parts, recording: string): Promise<void> {
  const answer = await fetch(`${place.dataset["recorder"] ?? ""}?recording=${encodeURIComponent(recording)}`);
  if (answer.ok) put(place, parts, await answer.text());
}

function put(place: HTMLElement, parts: Parts, html: string): void {
  const made = new DOMParser().parseFromString(html, "text/html");
  parts.shown.replaceChildren(...made.body.childNodes);
  offerToDrop(place);
}

function offerToDrop(place: HTMLElement): void {
  for (const button of place.querySelectorAll<HTMLButtonElement>("[data-drop]")) button.hidden = false;
}
