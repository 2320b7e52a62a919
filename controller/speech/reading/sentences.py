"""Where the voice breathes."""

import re

_END = re.compile(r"(?<=[.!?]) ")
_REST = re.compile(r"(?<=[,:]) | (?=- )")
BREATH = 200
"""A piece longer than this many characters is parted at its commas."""


def paragraphs(spoken: str) -> tuple[tuple[str, ...], ...]:
    """The sentences of each paragraph of a spoken text, none empty; joined by spaces they give the paragraph back."""
    return tuple(
        tuple(piece for sentence in _END.split(line) for piece in _breaths(sentence))
        for line in spoken.split("\n")
        if line
    )


def _breaths(sentence: str) -> list[str]:
    if len(sentence) <= BREATH:
        return [sentence]
    pieces: list[str] = []
    for part in _REST.split(sentence):
        if pieces and len(pieces[-1]) + 1 + len(part) <= BREATH:
            pieces[-1] += f" {part}"
        else:
            pieces.append(part)
    return pieces
