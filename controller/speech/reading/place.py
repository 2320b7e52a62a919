"""Where in a line the reader stands, and what a rule answers there."""

import re
from collections.abc import Callable
from typing import NamedTuple

from controller.speech.reading.region import Accent
from controller.speech.reading.vocabulary import words

WORD = re.compile(r"[^\W_]+")
_NEXT = re.compile(r"[ ,:;(]*([^\W\d_]+)")
_LINKS = words(", và hoặc hay đến - / tới")
_REMEMBERED = 6


class Said(NamedTuple):
    """A rule's answer: what stands from here to `end` is spoken so."""

    end: int
    spoken: str
    category: str


class Place:
    """A position in one line, with the words on the left and the way numbers are said here."""

    __slots__ = ("accent", "at", "capitals", "last", "since", "text", "words")

    def __init__(self, text: str, accent: Accent, *, capitals: bool) -> None:
        self.text = text
        self.accent = accent
        self.capitals = capitals
        """True in a line without a small letter: its words are no abbreviations."""
        self.at = 0
        self.words: list[str] = []
        self.last = ""
        self.since: list[str] = []

    def pass_word(self, word: str) -> None:
        """A word (or a mark) was read as written."""
        self.words.append(word)
        self.since.append(word)

    def pass_said(self, said: Said) -> None:
        """A rule spoke; its words stay known as context."""
        written = self.text[self.at : min(said.end, self.at + 200)]
        self.words.extend(WORD.findall(written)[-_REMEMBERED:])
        self.last = said.category
        self.since.clear()

    @property
    def previous(self) -> str:
        """The word (or mark) on the left in small letters; empty at the start."""
        return self.words[-1].lower() if self.words else ""

    def before(self, count: int) -> str:
        """The last `count` words in small letters, joined by spaces, not reaching over the end of a sentence."""
        near: list[str] = []
        for word in reversed(self.words[-count:]):
            if word in ".;":
                break
            near.append(word.lower())
        return " ".join(reversed(near))

    def follows(self, *categories: str) -> bool:
        """True when only "," "và" or the like stand between here and something said in one of the categories."""
        return self.last in categories and len(self.since) <= 2 and all(word.lower() in _LINKS for word in self.since)

    def next_word(self, end: int) -> str:
        """The first word after `end` in small letters, or empty when a digit or another sign comes first."""
        match = _NEXT.match(self.text, end)
        return match[1].lower() if match else ""

    def opens(self, end: int) -> str:
        """The character right after `end`, or empty at the end of the line."""
        return self.text[end : end + 1]


class Pause(NamedTuple):
    """A rule's answer where nothing is said: a mark (, : . ! ? " -"), or only a parting of words when it is empty."""

    end: int
    mark: str


Rule = Callable[[Place], Said | None]
"""Answers at a place where it applies, else None."""
