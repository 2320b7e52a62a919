"""The spoken line as it grows, piece by piece beside the written one."""

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A written piece and what is said for it. `category` is None where it is read as written."""

    written: str
    spoken: str
    category: str | None


_STRENGTH = {"": 0, " -": 1, ",": 2, ":": 3, ".": 4, "!": 5, "?": 5}


class Utterance:
    """Collects the spans of one line, well spaced.

    Marks wait until a word follows: a mark at the start of a line is not said, of several the strongest is, and a line
    ends without a hanging comma.
    """

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._mark = ""
        self._marked_at = -1
        self._begun = False

    def say(self, written: str, spoken: str, category: str | None) -> None:
        """Words. Nothing spoken means the written piece is dropped."""
        if spoken and self._begun:
            self._settle(self._mark)
            spoken = f" {spoken}"
        self._begun = self._begun or bool(spoken)
        self._spans.append(Span(written, spoken, category))

    def leave_out(self, written: str) -> None:
        """A piece that is not for the ear."""
        if written:
            self._spans.append(Span(written, "", "dropped"))

    def mark(self, written: str, mark: str) -> None:
        """A pause between words: one of , : . ! ? or " -"; the empty mark only parts them."""
        self._spans.append(Span(written, "", None))
        if self._begun and _STRENGTH[mark] > _STRENGTH[self._mark]:
            self._mark, self._marked_at = mark, len(self._spans) - 1

    def finish(self) -> list[Span]:
        """The spans of the whole line, in order."""
        self._settle("" if self._mark in (",", " -") else self._mark)
        return self._spans

    def _settle(self, mark: str) -> None:
        if mark:
            self._spans[self._marked_at] = self._spans[self._marked_at]._replace(spoken=mark)
        self._mark = ""


def spoken_of(spans: Iterable[Span]) -> str:
    """What is heard of the spans."""
    return "".join(span.spoken for span in spans)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same spans, where those read as written are one with their neighbours of the same kind."""
    merged: list[Span] = []
    for written, spoken, category in spans:
        kind = "format" if category is None and spoken.strip() != written.strip() else category
        last = merged[-1] if merged else None
        if last and last.category is None and kind is None:
            merged[-1] = Span(last.written + written, last.spoken + spoken, None)
        else:
            merged.append(Span(written, spoken, kind))
    return tuple(merged)
