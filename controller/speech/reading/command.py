"""`loa speak --text`: the spoken form of each line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from controller.speech.reading.errors import BadEntry
from controller.speech.reading.lexicon import EMPTY_LEXICON, Lexicon
from controller.speech.reading.reader import read
from controller.speech.reading.region import Region

BAD_INPUT = 2


def speak_lines(source: TextIO, out: TextIO, errors: TextIO, region: str, lexicon: Path | None = None) -> int:
    """One line out for one line in; an empty one where there is nothing to say.

    Returns 0, or 2 when the `lexicon`, a file of lines "written<TAB>spoken", cannot be used; `errors` says why.
    """
    chosen = Region(region)
    try:
        words = lexicon_of(lexicon) if lexicon else EMPTY_LEXICON
    except (OSError, UnicodeDecodeError, BadEntry) as wrong:
        print(f"loa: không dùng được từ điển riêng {lexicon}: {wrong}", file=errors)
        print(f"loa: the lexicon {lexicon} cannot be used: {wrong}", file=errors)
        return BAD_INPUT
    for line in source:
        spoken = read(line.rstrip("\n"), region=chosen, lexicon=words).spoken
        print(" ".join(spoken.split()), file=out)
    return 0


def lexicon_of(file: Path) -> Lexicon:
    """The entries of a file, one "written<TAB>spoken" a line; empty lines and those that begin with # are for people.

    Raises BadEntry, OSError or UnicodeDecodeError.
    """
    return Lexicon.of(_pairs(file.read_text("utf-8")))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            written, tab, spoken = line.partition("\t")
            if not tab:
                raise BadEntry(line[:80], "a line is a written form, a tab and a spoken form")
            yield written, spoken
