"""Reading official Vietnamese aloud: from the written text to the words that are spoken."""

from controller.speech.reading.errors import BadEntry, ReadingError
from controller.speech.reading.lexicon import EMPTY_LEXICON, Entry, Lexicon
from controller.speech.reading.reader import Reading, read
from controller.speech.reading.region import Region
from controller.speech.reading.spans import Span

__all__ = ["EMPTY_LEXICON", "BadEntry", "Entry", "Lexicon", "Reading", "ReadingError", "Region", "Span", "read"]
