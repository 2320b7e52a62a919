"""Words that a device says itself: spoken in the background as soon as they are ordered, kept while of use."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from devices.agent.sirens import Recording
from devices.agent.voice import Voice, VoiceFailed
from schedules.programme import Sha256, Sound

log = logging.getLogger(__name__)

KEPT = 200
"""So many texts; the oldest are forgotten."""


class Spoken:
    """Agents of one process may share it: what two of them say is spoken once. `run` does a job in the background."""

    def __init__(self, voice: Voice, folder: Path, run: Callable[[Callable[[], None]], None]) -> None:
        self.voice = voice.name
        self._voice = voice
        self._folder = folder
        self._run = run
        self._guard = threading.Lock()
        self._found: dict[str, Recording | None] = {}
        self._waiting: dict[str, list[Callable[[], None]]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for left_over in folder.iterdir():
            left_over.unlink()

    def want(self, words: str, language: str, nudge: Callable[[], None]) -> None:
        """Have it spoken, unless it is there or under way; `nudge` is called when that is done or has failed. What
        failed is tried again."""
        name = _name(words, language)
        with self._guard:
            if self._found.get(name) is not None:
                return
            first = name not in self._waiting
            waiting = self._waiting.setdefault(name, [])
            if nudge not in waiting:
                waiting.append(nudge)
        if first:
            self._run(lambda: self._speak(name, words, language))

    def recording(self, words: str, language: str) -> Recording | None:
        """What it sounds like; None while it is not there, or cannot be."""
        return self._found.get(_name(words, language))

    def _speak(self, name: str, words: str, language: str) -> None:
        """In a background thread."""
        made: Recording | None = None
        try:
            made = self._make(name, words, language)
        except (VoiceFailed, OSError) as failed:
            log.warning("the voice %s cannot speak: %s", self.voice, failed)
        finally:
            with self._guard:
                self._found[name] = made
                waiting = self._waiting.pop(name, [])
                gone = [self._found.pop(old) for old in list(self._found)[:-KEPT]]
            for recording in gone:
                if recording is not None:
                    recording[1].unlink(missing_ok=True)
            for nudge in waiting:
                nudge()

    def _make(self, name: str, words: str, language: str) -> Recording:
        path = self._folder / f"{name}.wav"
        part = path.with_suffix(".part")
        seconds = self._voice.speak(words, language, part)
        with part.open("rb") as file:
            sha256 = Sha256(hashlib.file_digest(file, "sha256").hexdigest())
        part.rename(path)
        return Sound(sha256, seconds, path.stat().st_size), path


def _name(words: str, language: str) -> str:
    return hashlib.sha256(f"{language}\n{words}".encode()).hexdigest()[:32]
