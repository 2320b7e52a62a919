"""Cutting a broadcast together: chime, sentences with room to breathe between them, paragraphs, and a tail."""

# pydub has no types.
# mypy: allow-untyped-calls, no-warn-return-any
from __future__ import annotations

import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from controller.speech.chime import chime
from controller.speech.editing import AudioSegment, detect_leading_silence
from controller.speech.errors import EngineRefused, EngineSilent, NotAudio, TooLong
from controller.speech.sound import SAMPLE_RATE, Filters, decode, filtered, samples_of

# Below this, raising the loudness of the whole would not make a sentence heard.
INAUDIBLE_DBFS = -50.0
# A chime as loud as the voice startles; 3 dB less is still the first thing heard.
CHIME_BELOW_SPEECH = 3.0
EDGE_FADE = 8
LONGEST_PIECE = 600.0


@dataclass(frozen=True, slots=True)
class Cut:
    """How a broadcast is cut; pauses and tail in milliseconds.

    `repeat` says the whole text twice, as announcements are; `speech_band` leaves out what horns cannot play.
    """

    chime: bool = True
    repeat: bool = False
    after_chime: int = 350
    between_sentences: int = 450
    between_paragraphs: int = 1_100
    tail: int = 900
    speech_band: bool = False


def assemble(paragraphs: Sequence[Sequence[Path]], cut: Cut, shape: Filters, limit: float, to: Path) -> None:
    """Write the broadcast to `to` as WAV, sentence by sentence: a long text needs no more memory than a short one.

    `shape` bends the voice of each sentence. Raises EngineSilent or EngineRefused for a file that is no speech, TooLong
    once the broadcast goes past `limit` seconds.
    """
    with wave.open(str(to), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for segment in _segments(paragraphs, cut, shape):
            file.writeframes(segment.raw_data)
            if file.tell() > limit * SAMPLE_RATE:
                raise TooLong(f"A broadcast may last up to {limit / 60:g} minutes; this text takes longer.")


def _segments(paragraphs: Sequence[Sequence[Path]], cut: Cut, shape: Filters) -> Iterator[AudioSegment]:
    first = True
    for number, sentences in enumerate(paragraphs):
        for place, file in enumerate(sentences):
            speech = _speech(file, shape)
            if first and cut.chime:
                yield _of(chime()).apply_gain(speech.dBFS - CHIME_BELOW_SPEECH - _of(chime()).dBFS)
                yield _pause(cut.after_chime)
            first = False
            yield speech
            if place + 1 < len(sentences):
                yield _pause(cut.between_sentences)
        if number + 1 < len(paragraphs):
            yield _pause(cut.between_paragraphs)
    yield _pause(cut.tail)


def _speech(file: Path, shape: Filters) -> AudioSegment:
    """The sentence without the silence that engines leave around it."""
    try:
        frames = filtered(
            decode(file, limit=LONGEST_PIECE), (*shape, ("aformat", "sample_fmts=s16:sample_rates=48000"))
        )
        whole = _of(b"".join(samples_of(frame) for frame in frames))
    except NotAudio as error:
        raise EngineRefused("What the engine wrote is no sound.") from error
    begin, end = detect_leading_silence(whole), detect_leading_silence(whole.reverse())
    speech = whole[begin : len(whole) - end]
    if speech.dBFS < INAUDIBLE_DBFS:
        raise EngineSilent("A sentence of the text came out as silence.")
    return speech.fade_in(EDGE_FADE).fade_out(EDGE_FADE)


def _of(samples: bytes) -> AudioSegment:
    return AudioSegment(data=samples, sample_width=2, frame_rate=SAMPLE_RATE, channels=1)


def _pause(milliseconds: int) -> AudioSegment:
    return AudioSegment.silent(milliseconds, frame_rate=SAMPLE_RATE)
