"""The spoken text as it grows, piece by piece beside the written one."""

from typing import NamedTuple


class Span(NamedTuple):
    """A written piece and what is said for it. `category` is None where it is read as written."""

    written: str
    spoken: str
    category: str | None


_STRENGTH = {"": 0, " -": 1, ",": 2, ":": 3, ".": 4, "!": 5, "?": 5}


class Utterance:
    """Collects spans. The written pieces join to the text, the spoken ones to its reading, well spaced.

    Spaces and marks wait until a word follows: a mark at the start of a line is not said, of several the strongest is,
    and a line ends without a hanging comma.
    """

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._mark = ""
        self._marked_at = -1
        self._in_line = False
        self._lines = 0

    def say(self, written: str, spoken: str, category: str | None) -> None:
        """Words. Nothing spoken means the written piece is dropped."""
        if not spoken:
            self._put(written, "", category)
            return
        if not self._in_line:
            lead = "\n" if self._lines else ""
            if self._lines:
                spoken = spoken[0].upper() + spoken[1:]
            self._in_line = True
            self._lines += 1
        else:
            self._settle(self._mark)
            lead = " "
        self._put(written, lead + spoken, category)

    def leave_out(self, written: str) -> None:
        """A piece that is not for the ear."""
        if written:
            self._put(written, "", "dropped")

    def mark(self, written: str, mark: str) -> None:
        """A pause between words: one of , : . ! ? or " -"; the empty mark only parts them."""
        self._put(written, "", None)
        if self._in_line and _STRENGTH[mark] > _STRENGTH[self._mark]:
            self._mark, self._marked_at = mark, len(self._spans) - 1

    def end_line(self, written: str) -> None:
        """The end of a paragraph."""
        self._settle("" if self._mark in (",", " -") else self._mark)
        self._put(written, "", None)
        self._in_line = False

    def spans(self) -> tuple[Span, ...]:
        """The pieces in order, those read as written joined with their neighbours of the same kind."""
        joined: list[Span] = []
        for written, spoken, category in self._spans:
            if category is None and spoken.strip() != written.strip():
                category = "format"
            last = joined[-1] if joined else None
            if last and last.category is None and category is None:
                joined[-1] = Span(last.written + written, last.spoken + spoken, None)
            else:
                joined.append(Span(written, spoken, category))
        return tuple(joined)

    def spoken(self) -> str:
        """The whole reading."""
        return "".join(span.spoken for span in self._spans)

    def _settle(self, mark: str) -> None:
        if mark:
            span = self._spans[self._marked_at]
            self._spans[self._marked_at] = Span(span.written, mark, span.category)
        self._mark = ""

    def _put(self, written: str, spoken: str, category: str | None) -> None:
        self._spans.append(Span(written, spoken, category))
