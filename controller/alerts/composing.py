"""Words that every loudspeaker has at hand already, as sentences and numbers, are strung together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from controller.speech.reading import read
from controller.store import phrases
from controller.store.database import Connection
from schedules.programme import Sound

Tokens = tuple[str, ...]

MOST_PIECES = 48
"""A warning is told with its next repetitions, each with all its pieces: more would crowd the message."""
_WORD = re.compile(r"[^\W_]+")


def tokens(spoken: str) -> Tokens:
    """What is heard of a text in spoken form: neither marks nor great letters."""
    return tuple(word.casefold() for word in _WORD.findall(spoken))


def composed(spoken: str, kept: Mapping[Tokens, Sound]) -> tuple[Sound, ...]:
    """The fewest kept recordings that say exactly these words; nothing where a word is left over."""
    said = tokens(spoken)
    longest = max(map(len, kept), default=0)
    best: list[tuple[Sound, ...] | None] = [()] + [None] * len(said)
    for end in range(1, len(said) + 1):
        for begin in range(max(0, end - longest), end):
            before, piece = best[begin], kept.get(said[begin:end])
            if before is None or piece is None:
                continue
            current = best[end]
            if current is None or len(before) + 1 < len(current):
                best[end] = (*before, piece)
    found = best[-1] or ()
    return found if len(found) <= MOST_PIECES else ()


def kept(connection: Connection) -> dict[Tokens, Sound]:
    """What every loudspeaker has at hand, by what it says."""
    return at_hand((_spoken(text), sound) for text, sound in phrases.texts(connection))


@lru_cache(maxsize=512)
def _spoken(text: str) -> str:
    return read(text).spoken


def at_hand(recordings: Iterable[tuple[str, Sound]]) -> dict[Tokens, Sound]:
    """Recordings by what they say, from their texts in spoken form."""
    return {tokens(spoken): sound for spoken, sound in recordings}
