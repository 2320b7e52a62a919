"""Whether a text is Vietnamese at all: a voice reads anything, and nobody in the village would understand it."""

from __future__ import annotations

import re
from enum import Enum

from controller.speech.reading.clean import LETTERS, clean
from controller.speech.reading.letters import bare, is_syllable

FEWEST_WORDS = 6
"""Fewer are a name or a headline, of which nobody can tell."""
_MARKED = 0.15
"""In Vietnamese three words of four carry a mark; a stretch with fewer than this has lost them or never had any."""
_SYLLABLES = 0.8
_LONGEST_SHORT_FORM = 4
_STRETCH = re.compile(r"[^.!?\n]+")
_WORD = re.compile(r"(?<![^\s(\"'“])[^\W\d_]+(?=[\s,;:)\"'”]|$)")
_OURS = re.compile(rf"[{LETTERS}]+")


class Doubt(Enum):
    """What a person should settle before the text is approved."""

    NO_MARKS = "no-marks"
    """It seems to be Vietnamese, typed without its marks."""
    FOREIGN = "foreign"
    """It seems to be in another language: a person who speaks it must record it."""


def doubts(text: str) -> tuple[Doubt, ...]:
    """What is doubtful about the language of some stretch of the text; empty for ordinary Vietnamese."""
    found = {_doubt(stretch[0]) for stretch in _STRETCH.finditer(clean(text))}
    return tuple(doubt for doubt in Doubt if doubt in found)


def _doubt(stretch: str) -> Doubt | None:
    headline = stretch.isupper()
    words = [word for word in _WORD.findall(stretch) if not _is_short_form(word, headline=headline)]
    if len(words) < FEWEST_WORDS:
        return None
    if sum(_OURS.fullmatch(word) is None for word in words) > len(words) * (1 - _SYLLABLES):
        return Doubt.FOREIGN
    if sum(bare(word) != word.lower() for word in words) >= len(words) * _MARKED:
        return None
    syllables = sum(is_syllable(word) for word in words)
    return Doubt.NO_MARKS if syllables >= len(words) * _SYLLABLES else Doubt.FOREIGN


def _is_short_form(word: str, *, headline: bool) -> bool:
    """Capitals that belong to no language; in a headline of nothing but capitals only what cannot be a word."""
    if not word.isupper() or len(word) == 1:
        return False
    return not headline or (len(word) <= _LONGEST_SHORT_FORM and not is_syllable(word))
