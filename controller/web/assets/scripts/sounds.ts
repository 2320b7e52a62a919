// One sound at a time: two bulletins at once cannot be judged.

export function hushOthers(event: Event): void {
  for (const sound of document.querySelectorAll("audio")) if (sound !== event.target) sound.pause();
}
