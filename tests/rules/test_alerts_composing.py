"""Words that every loudspeaker has at hand are strung together word for word; else they are left to a voice."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.alerts.cap.message import Alert, Info
from controller.alerts.composing import MOST_PIECES, at_hand, composed, tokens
from controller.alerts.own_alerts import PHRASES, TEMPLATES, Template
from controller.alerts.policy.sounds import Ending
from controller.alerts.wording import FIXED, ending
from controller.speech.phrases import CATALOGUE, FixedPhrase
from controller.speech.reading import read
from schedules.programme import Sha256, Sound

SENT = datetime(2026, 1, 1, tzinfo=UTC)


def kept_sound(text: str) -> Sound:
    return Sound(Sha256(hashlib.sha256(text.encode()).hexdigest()), 1.0, 1)


EVERY = (*FIXED, *PHRASES, *CATALOGUE)
SPOKEN = {kept_sound(one.text): read(one.text).spoken for one in EVERY}
KEPT = at_hand((spoken, sound) for sound, spoken in SPOKEN.items())
SENTENCES = [one for one in EVERY if one.text.endswith(".")]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.hazard)
@given(minutes=st.integers(0, 3 * 525_600))
def test_endings_and_corrections_of_the_communes_own_warnings_are_always_at_hand(
    template: Template, minutes: int
) -> None:
    sent = SENT + timedelta(minutes=minutes)
    endings = [
        " ".join(one.text for one in ending(Alert(sent=sent), Info(language="vi-VN", event=template.event), how))
        for how in Ending
    ]
    for written in (template.correction(sent), *endings):
        spoken = read(written).spoken
        assert tokens(" ".join(SPOKEN[piece] for piece in composed(spoken, KEPT))) == tokens(spoken)


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8))
def test_kept_sentences_are_composed_of_themselves(sentences: list[FixedPhrase]) -> None:
    spoken = " ".join(read(one.text).spoken for one in sentences)
    pieces = composed(spoken, KEPT)
    assert len(pieces) <= len(sentences)
    assert tokens(" ".join(SPOKEN[piece] for piece in pieces)) == tokens(spoken)


@pytest.mark.parametrize("words", ["", "Bão đang đến gần thôn Đoài.", "gần", "mười " * (MOST_PIECES + 1)])
def test_what_leaves_a_word_over_or_takes_too_many_pieces_is_for_a_voice(words: str) -> None:
    assert composed(words, KEPT) == ()


def test_nothing_is_composed_while_nothing_is_kept() -> None:
    assert composed("Bão đang đến gần.", {}) == ()
