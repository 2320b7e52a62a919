"""What is wrong with a file of areas.

Invalid
└── BadLine    one feature or one line, or the file itself
BadFile        all of them together
"""

from __future__ import annotations

from dataclasses import dataclass

from controller.errors import Invalid


class BadLine(Invalid):
    def __init__(self, text: str, **values: object) -> None:
        super().__init__("bad-areas-file", text, field="file", **values)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one line; with the file itself where `number` is 0."""

    number: int
    why: Invalid


class BadFile(Exception):
    """Nothing of the file is used. `wrongs` are all that is wrong with it, in its order; there is at least one."""

    def __init__(self, *wrongs: Wrong) -> None:
        super().__init__("; ".join(f"{one.number}: {one.why}" for one in wrongs))
        self.wrongs = wrongs
