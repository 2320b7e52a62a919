"""The commune's own words: place names and local abbreviations, said as its people say them."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from controller.speech.reading.clean import clean
from controller.speech.reading.errors import BadEntry

TOKEN = re.compile(r"[^\W\d_]+|[0-9]|.", re.DOTALL)
"""The first piece of a text by which an entry is found."""

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One written form and what is said for it, word for word."""

    written: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """An unchanging set of entries; build it with `Lexicon.of`. Equal entries give equal versions."""

    entries: tuple[Entry, ...] = ()
    version: str = field(init=False, default="")
    _found_by: Mapping[str, Mapping[int, Mapping[str, Entry]]] = field(
        init=False, repr=False, compare=False, hash=False
    )

    def __post_init__(self) -> None:
        digest = hashlib.sha256()
        found_by: dict[str, dict[int, dict[str, Entry]]] = {}
        for entry in self.entries:
            digest.update(f"{len(entry.written)} {entry.written} {len(entry.spoken)} {entry.spoken}\n".encode())
            head = TOKEN.match(entry.written)
            if head is not None:
                by_length = found_by.setdefault(head[0].casefold(), {}).setdefault(len(entry.written), {})
                for form in _forms(entry.written):
                    by_length.setdefault(form, entry)
        longest_first = {head: dict(sorted(some.items(), reverse=True)) for head, some in found_by.items()}
        object.__setattr__(self, "version", digest.hexdigest()[:16])
        object.__setattr__(self, "_found_by", MappingProxyType(longest_first))

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "Lexicon":
        """A lexicon of (written, spoken) pairs; order does not matter.

        Raises `BadEntry` for an empty or over-long form, a line break, or one written form with two readings.
        """
        chosen: dict[str, str] = {}
        for given, said in pairs:
            written, spoken = clean(given).strip(), clean(said).strip()
            if not written or not spoken:
                raise BadEntry(given, "both the written and the spoken form must have letters")
            if max(len(written), len(spoken)) > _LONGEST or "\n" in written + spoken:
                raise BadEntry(given, f"a form is one line of at most {_LONGEST} characters")
            if chosen.setdefault(written, spoken) != spoken:
                raise BadEntry(given, "this written form has two different readings")
        return cls(tuple(Entry(written, spoken) for written, spoken in sorted(chosen.items())))

    def longest(self, text: str, at: int, head: str) -> Entry | None:
        """The longest entry that is written at `at`, where the piece `head` starts, and ends with its word."""
        for length, some in self._found_by.get(head.casefold(), {}).items():
            end = at + length
            entry = some.get(text[at:end])
            if entry and not (text[end - 1].isalnum() and text[end : end + 1].isalnum()):
                return entry
        return None

    def __bool__(self) -> bool:
        return bool(self.entries)


def _forms(written: str) -> tuple[str, ...]:
    """An abbreviation keeps its capitals; a name is also found in a headline."""
    return (written,) if written.isupper() else (written, written.upper())


EMPTY_LEXICON = Lexicon()
