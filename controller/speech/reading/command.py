"""`loa speak --text`: the spoken form of each line."""

from __future__ import annotations

from typing import TextIO

from controller.speech.reading.reader import read
from controller.speech.reading.region import Region


def speak_lines(source: TextIO, out: TextIO, region: str) -> int:
    """One line out for one line in; an empty one where there is nothing to say. Returns 0."""
    chosen = Region(region)
    for line in source:
        spoken = read(line.rstrip("\n"), region=chosen).spoken
        print(" ".join(spoken.split()), file=out)
    return 0
