"""How a broadcast is put together: the chime that opens it, and that nothing in it is left to chance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from controller.speech.chime import NOTES, chime
from controller.speech.desk import Speech
from controller.speech.engines.espeak import EspeakNg
from controller.speech.errors import SpeechError
from controller.speech.progress import Told, nobody
from controller.speech.studio import Cut
from controller.speech.voice import Voice
from devices.clock import HandMovedClock

RATE = 48_000


def clock() -> HandMovedClock:
    return HandMovedClock(datetime(2026, 8, 15, 10, 0, tzinfo=UTC))


def test_the_chime_is_always_the_same_and_rises_through_its_notes() -> None:
    first = chime()
    chime.cache_clear()
    assert chime() == first
    samples = np.frombuffer(first, np.int16).astype(np.float64)
    assert abs(samples[0]) < 10
    assert abs(samples[-1]) < 10
    for pitch, struck in NOTES:
        part = samples[round(struck * RATE) + 1000 :][: RATE * 2 // 5]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), RATE * 4))
        assert np.argmax(spectrum) / 4 == pytest.approx(pitch, abs=3)


def heard(speech: Speech) -> NDArray[np.float64]:
    file = speech.library.path(speech.render((("Mời bà con ra họp.",),)).sha256)
    assert file is not None
    with av.open(str(file)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)]).astype(np.float64)


def test_what_a_horn_cannot_play_is_left_out_when_asked(tmp_path: Path) -> None:
    low_over_high = []
    for band in (False, True):
        sound = heard(Speech(tmp_path, clock(), [EspeakNg()], Cut(chime=False, speech_band=band)))
        power = np.abs(np.fft.rfft(sound)) ** 2
        hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
        low_over_high.append(10 * np.log10(power[(hertz > 90) & (hertz < 150)].sum() / power[hertz > 400].sum()))
    assert low_over_high[0] - low_over_high[1] > 12


def test_every_broadcast_begins_with_the_chime_and_ends_in_silence(tmp_path: Path) -> None:
    sound = heard(Speech(tmp_path, clock(), [EspeakNg()]))
    reference = np.frombuffer(chime(), np.int16).astype(np.float64)
    begin = sound[: len(reference)]
    alike = begin @ reference / np.sqrt((begin @ begin) * (reference @ reference))
    assert alike > 0.95
    assert np.abs(sound[-RATE // 2 :]).max() < 0.01


class Counting(EspeakNg):
    """espeak-ng that remembers what it was asked to speak."""

    def __init__(self) -> None:
        super().__init__()
        self.spoken: list[str] = []

    def speak(self, pieces: Sequence[str], voice: Voice, folder: Path, told: Told = nobody) -> tuple[Path, ...]:
        self.spoken.extend(pieces)
        return super().speak(pieces, voice, folder)


@pytest.mark.long
def test_an_announcement_is_said_twice_with_its_words_between_and_spoken_once(tmp_path: Path) -> None:
    engine = Counting()
    speech = Speech(tmp_path, clock(), [engine], Cut(chime=False))
    text = (("Mời bà con ra họp.", "Đề nghị đi đúng giờ."),)
    once, twice = speech.render(text), speech.render(text, cut=Cut(chime=False, repeat=True))
    between = speech.render((("Xin nhắc lại.",),))
    pauses = (2 * Cut().between_paragraphs - 2 * Cut().tail) / 1000
    assert twice.seconds == pytest.approx(2 * once.seconds + between.seconds + pauses, abs=0.1)
    assert engine.spoken == [*text[0], *text[0], "Xin nhắc lại.", "Xin nhắc lại."]


def test_the_same_order_gives_the_same_bytes_on_another_day(tmp_path: Path) -> None:
    desks = [Speech(tmp_path / day, clock(), [EspeakNg()]) for day in ("one", "two")]
    assert len({desk.render((("Mời bà con ra họp.",),)).sha256 for desk in desks}) == 1


def test_every_error_of_the_family_has_a_code_of_its_own() -> None:
    def family(error: type[SpeechError]) -> list[type[SpeechError]]:
        return [error, *(deeper for child in error.__subclasses__() for deeper in family(child))]

    codes = [error.code for error in family(SpeechError)]
    assert len(codes) == len(set(codes))
