"""The speech desk: a text, or an uploaded recording, becomes a finished recording in the library."""

from __future__ import annotations

import textwrap
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from controller.speech.engines.chain import Chain
from controller.speech.engines.port import Engine
from controller.speech.errors import EngineFailure, NothingToSay, NoVoice, TooLong
from controller.speech.library import RECORDING, Asset, Library, fingerprint_of
from controller.speech.mastering import Source, master
from controller.speech.progress import Told, nobody
from controller.speech.sound import SAMPLE_RATE, Filters
from controller.speech.studio import Cut, assemble
from controller.speech.voice import Voice
from devices.clock import Clock
from schedules.programme import Sha256

Paragraphs = tuple[tuple[str, ...], ...]

MOST_CHARACTERS = 20_000
MOST_SECONDS = 3600.0
# A "sentence" without an end is cut between words: engines have a time limit for each, the studio holds one in memory.
LONGEST_BREATH = 500
# Raised whenever the same order would sound different, so that what was rendered before is not taken for it.
STUDIO_EDITION = 1


# How far it is when every sentence has been spoken, and when they are one broadcast that is still to be mastered.
SPEAKING = 0.6
ASSEMBLED = 0.7

# Said between the two times, as every announcer says it.
ONCE_MORE = ("Xin nhắc lại.",)


@dataclass(frozen=True, slots=True)
class _Order:
    """Everything that decides how a recording sounds, but for the engine."""

    text: Paragraphs
    voice: Voice
    cut: Cut

    def said(self) -> Paragraphs:
        return (*self.text, ONCE_MORE, *self.text) if self.cut.repeat else self.text

    def key(self, engine: Engine) -> Sha256:
        return fingerprint_of(
            [STUDIO_EDITION, self.cut, engine.name, engine.voice_name(self.voice), self.voice, self.text]
        )


class Speech:
    """Calls block, for as long as the sound takes to make, and may come from several threads."""

    def __init__(self, folder: Path, clock: Clock, engines: Sequence[Engine], cut: Cut | None = None) -> None:
        """`engines` are asked in order; `folder` is created, and cleared of what a killed process left unfinished."""
        self.library = Library(folder)
        self._chain = Chain(engines, clock)
        self._cut = cut or Cut()
        self._renders: dict[Sha256, tuple[threading.Lock, int]] = {}
        self._lock = threading.Lock()

    def render(
        self,
        paragraphs: Paragraphs,
        voice: Voice | None = None,
        cut: Cut | None = None,
        *,
        afresh: bool = False,
        offline: bool = False,
        told: Told = nobody,
    ) -> Asset:
        """The recording of a text in spoken form, sentence by sentence; `cut` is the usual one unless it is given.

        A text that was rendered before is answered from the library, by whichever engine it was spoken then; `afresh`
        asks the engines again, `offline` only those that need no internet. A failure leaves nothing behind.

        Raises NothingToSay, TooLong, SilentSpeech or NoVoice, or what `told` raises.
        """
        order, keys = self._ordered(paragraphs, voice, cut)

        def made_by(engine: Engine) -> Asset:
            return self._made(order, engine, keys[engine.name], told)

        # Who cannot wait for the internet does not wait for somebody who does.
        with self._alone(fingerprint_of([keys, offline])):
            known = None if afresh else self._known(keys)
            return known or self._chain.first_that(made_by, offline=offline)

    def known(self, paragraphs: Paragraphs, voice: Voice | None = None, cut: Cut | None = None) -> Asset | None:
        """The recording that `render` would answer with at once. Raises NothingToSay or TooLong."""
        _, keys = self._ordered(paragraphs, voice, cut)
        return self._known(keys)

    def rehearse(self) -> str:
        """The voice that has just been able to say a word, found out now so that the next text need not wait for it.

        Raises NoVoice when there is none.
        """

        def say_a_word(engine: Engine) -> str:
            with self.library.bench() as bench:
                engine.speak(["một"], Voice(), bench)
            return engine.voice_name(Voice())

        return self._chain.first_that(say_a_word)

    def take_recording(self, file: Path, *, speech_band: bool | None = None) -> Asset:
        """The finished form of an uploaded sound (`sound.CONTAINERS`), which stays as it is; `speech_band` as in `Cut`.

        Raises NotAudio, SilentAudio, TooShort or TooLong, and then leaves nothing behind.
        """
        with self.library.bench() as bench:
            band = self._cut.speech_band if speech_band is None else speech_band
            source = Source(file, MOST_SECONDS, trim=True, speech_band=band)
            finished = master(source, bench / "finished.ogg")
            return self.library.keep(bench / "finished.ogg", finished, RECORDING)

    def say_which_voice(self, voice: Voice | None = None) -> str:
        """The voice that would be asked first to speak a new text now. Raises NoVoice when every engine rests."""
        for engine in self._chain.awake():
            return engine.voice_name(voice or Voice())
        raise NoVoice("No voice can speak at the moment.", {})

    def troubles(self) -> dict[str, EngineFailure]:
        """The engines that would be asked before that one and rest after a failure, and the failure, by name."""
        return self._chain.troubles()

    def _ordered(
        self, paragraphs: Paragraphs, voice: Voice | None, cut: Cut | None
    ) -> tuple[_Order, dict[str, Sha256]]:
        """What is to be made, and by which key it would be known from each engine."""
        order = _Order(spoken(paragraphs), voice or Voice(), cut or self._cut)
        return order, {engine.name: order.key(engine) for engine in self._chain.engines}

    def _known(self, keys: dict[str, Sha256]) -> Asset | None:
        for key in keys.values():
            if asset := self.library.labelled(key):
                return asset
        return None

    def _made(self, order: _Order, engine: Engine, key: Sha256, told: Told) -> Asset:
        voice, cut, said = order.voice, order.cut, order.said()
        with self.library.bench() as bench:
            # What is said twice is spoken once.
            pieces = tuple(dict.fromkeys(sentence for sentences in said for sentence in sentences))
            made = engine.speak(pieces, voice, bench, lambda share: told(SPEAKING * share))
            files = dict(zip(pieces, made, strict=True))
            nested = [[files[sentence] for sentence in sentences] for sentences in said]
            assemble(nested, cut, _shape(engine, voice), MOST_SECONDS, bench / "broadcast.wav")
            told(ASSEMBLED)
            source = Source(bench / "broadcast.wav", MOST_SECONDS, even=True, speech_band=cut.speech_band)
            finished = master(source, bench / "finished.ogg")
            asset = self.library.keep(bench / "finished.ogg", finished, engine.voice_name(voice))
        self.library.label(key, asset)
        return asset

    @contextmanager
    def _alone(self, key: Sha256) -> Iterator[None]:
        """Two people who ask for the same text at the same time get the same recording, made once."""
        with self._lock:
            lock, users = self._renders.get(key, (threading.Lock(), 0))
            self._renders[key] = (lock, users + 1)
        try:
            with lock:
                yield
        finally:
            with self._lock:
                lock, users = self._renders.pop(key)
                if users > 1:
                    self._renders[key] = (lock, users - 1)


def spoken(paragraphs: Paragraphs) -> Paragraphs:
    """The same text without what cannot be said: control characters, sentences without a letter or a digit.

    A sentence of more than 500 characters becomes several.

    Raises NothingToSay when nothing is left, TooLong above 20,000 characters.
    """
    if sum(len(sentence) for sentences in paragraphs for sentence in sentences) > MOST_CHARACTERS:
        raise TooLong(f"A text may have up to {MOST_CHARACTERS:,} characters.")
    cleaned = (tuple(piece for sentence in sentences for piece in _sayable(sentence)) for sentences in paragraphs)
    left = tuple(sentences for sentences in cleaned if sentences)
    if not left:
        raise NothingToSay("There is nothing to say in this text.")
    return left


def _sayable(sentence: str) -> list[str]:
    if not any(letter.isalnum() for letter in sentence):
        return []
    if sentence.isprintable() and len(sentence) <= LONGEST_BREATH:
        return [" ".join(sentence.split())]
    # A zero byte would end the text for an engine written in C, and a lone surrogate cannot be handed over at all.
    whole = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in sentence)
    return textwrap.wrap(" ".join(whole.split()), LONGEST_BREATH, break_on_hyphens=False)


def _shape(engine: Engine, voice: Voice) -> Filters:
    """What bends the voice of an engine that knows neither speed nor pitch."""
    if engine.shapes or (voice.speed, voice.pitch) == (100, 0):
        return ()
    higher = 2 ** (voice.pitch / 50)
    tempo = voice.speed / 100 / higher
    return (
        ("asetrate", f"r={round(SAMPLE_RATE * higher)}"),
        ("aresample", f"{SAMPLE_RATE}"),
        ("atempo", f"{tempo:.4f}"),
    )
