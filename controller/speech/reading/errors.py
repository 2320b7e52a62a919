"""What can be wrong with what the reading is given.

ReadingError
└── BadEntry      a lexicon entry cannot be used

No text is an error: whatever was written, something sensible is read.
"""


class ReadingError(Exception):
    """The family of this package."""


class BadEntry(ReadingError):
    """A lexicon entry cannot be used; the message says which and why."""

    def __init__(self, written: str, why: str) -> None:
        super().__init__(f"{written!r}: {why}")
        self.written = written
        self.why = why
