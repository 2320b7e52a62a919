"""A text becomes a recording: heard, kept once, and never half."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.speech.desk import Speech, spoken
from controller.speech.engines.espeak import EspeakNg
from controller.speech.errors import BadVoice, NothingToSay, TooLong
from controller.speech.studio import Cut
from controller.speech.voice import Region, Voice
from devices.clock import HandMovedClock

INVITATION = (("Kính mời bà con ra họp.", "Đề nghị đi đúng giờ."),)


def clock() -> HandMovedClock:
    return HandMovedClock(datetime(2026, 8, 15, 10, 0, tzinfo=UTC))


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Speech:
    return Speech(tmp_path_factory.mktemp("speech"), clock(), [EspeakNg()], Cut(chime=False))


def test_a_text_becomes_a_recording_that_is_in_the_library(speech: Speech) -> None:
    asset = speech.render(INVITATION)
    path = speech.library.path(asset.sha256)
    assert path is not None
    assert path.stat().st_size == asset.size
    assert path.read_bytes().startswith(b"OggS")
    assert asset.voice == "espeak-ng vi"
    assert 2.5 < asset.seconds < 10


def test_the_same_text_is_made_once(speech: Speech) -> None:
    first = speech.render(INVITATION)
    written = speech.library.path(first.sha256).stat().st_mtime_ns  # type: ignore[union-attr]
    assert speech.render(INVITATION) == first
    assert speech.library.path(first.sha256).stat().st_mtime_ns == written  # type: ignore[union-attr]


@pytest.mark.long
def test_the_regions_and_the_speeds_do_not_sound_alike(speech: Speech) -> None:
    voices = [Voice(region) for region in Region] + [Voice(speed=150), Voice(pitch=30)]
    assets = [speech.render(INVITATION, voice) for voice in voices]
    assert len({asset.sha256 for asset in assets}) == len(voices)
    usual, fast = assets[0], assets[3]
    assert fast.seconds < usual.seconds - 0.7


@pytest.mark.parametrize("nothing", [(), ((),), (("", "  "),), (("…", "!!! ---", "\x00\x07"),)])
def test_a_text_without_a_word_is_refused(speech: Speech, nothing: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises(NothingToSay):
        speech.render(nothing)


def test_a_text_that_would_take_hours_is_refused_before_anything_is_spoken(speech: Speech) -> None:
    with pytest.raises(TooLong):
        speech.render((("họp " * 25_000,),))


@given(st.lists(st.lists(st.text(alphabet=st.characters(), max_size=80), max_size=4).map(tuple), max_size=4).map(tuple))
def test_whatever_is_left_of_a_text_can_be_handed_to_an_engine(text: tuple[tuple[str, ...], ...]) -> None:
    try:
        left = spoken(text)
    except NothingToSay:
        assert not any(letter.isalnum() for sentences in text for sentence in sentences for letter in sentence)
        return
    assert spoken(left) == left
    for sentence in (sentence for sentences in left for sentence in sentences):
        assert b"\0" not in sentence.encode()
        assert sentence == sentence.strip() != ""


def test_a_sentence_without_an_end_loses_no_word_when_it_is_cut() -> None:
    endless = " ".join(f"thôn{number}" for number in range(300))
    ((*pieces,),) = spoken(((endless,),))
    assert " ".join(pieces) == endless
    assert max(map(len, pieces)) <= 500


@pytest.mark.parametrize(("speed", "pitch"), [(59, 0), (201, 0), (100, 51), (100, -51)])
def test_a_voice_that_nobody_has_is_refused(speed: int, pitch: int) -> None:
    with pytest.raises(BadVoice):
        Voice(speed=speed, pitch=pitch)
