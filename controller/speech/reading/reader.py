"""Written Vietnamese official text to the words that a news reader would say."""

import re
from dataclasses import dataclass

from controller.speech.reading.abbreviations import UNKNOWN, read_abbreviation, read_unknown
from controller.speech.reading.addresses import read_place, read_road
from controller.speech.reading.capitals import read_capitals
from controller.speech.reading.clean import LETTERS, clean
from controller.speech.reading.dates import read_date
from controller.speech.reading.electronic import SERVICE_WORDS, read_address, read_service
from controller.speech.reading.fractions import read_pair
from controller.speech.reading.layout import Line, lines
from controller.speech.reading.legal import read_document
from controller.speech.reading.lexicon import EMPTY_LEXICON, Lexicon
from controller.speech.reading.phones import LABEL_WORDS, read_phone, read_phone_label
from controller.speech.reading.place import Pause, Place, Rule, Said
from controller.speech.reading.quantities import read_quantity
from controller.speech.reading.ranks import read_blood, read_letter, read_rank, read_roman
from controller.speech.reading.region import Accent, Region, accent_of
from controller.speech.reading.sentences import paragraphs
from controller.speech.reading.signs import read_sign
from controller.speech.reading.spans import Span, Utterance
from controller.speech.reading.times import read_time
from controller.speech.reading.titles import read_short_form
from controller.speech.reading.vocabulary import words
from controller.speech.reading.weather import read_alarm, read_coordinate
from controller.speech.reading.words import (
    read_apostrophe,
    read_digit,
    read_heading,
    read_section,
    read_small_abbreviation,
    read_unit,
)

_NUMBERS: tuple[Rule, ...] = (
    read_heading,
    read_document,
    read_phone,
    read_time,
    read_coordinate,
    read_date,
    read_rank,
    read_pair,
    read_section,
    read_quantity,
    read_digit,
)
_SMALL: tuple[Rule, ...] = (
    read_phone_label,
    read_address,
    read_service,
    read_short_form,
    read_place,
    read_alarm,
    read_unit,
    read_small_abbreviation,
)
_GREAT: tuple[Rule, ...] = (
    read_phone_label,
    read_address,
    read_service,
    read_apostrophe,
    read_short_form,
    read_road,
    read_place,
    read_alarm,
    read_roman,
    read_blood,
    read_abbreviation,
    read_unit,
    read_letter,
)
_SIGNS: tuple[Rule, ...] = (read_phone, read_quantity, read_unit)

_WORD = re.compile(rf"[{LETTERS}]+")
_FOREIGN = re.compile(rf"[^\W\d_{LETTERS}]{{1,500}}")
_HAS_SMALL = re.compile("[a-zà-ỹđ]")
_TRIGGERS = SERVICE_WORDS | LABEL_WORDS | words("độ đ v vv tp tx h x p q t tt kp")
_LINKED = frozenset("/.@:&'-^0123456789")


@dataclass(frozen=True)
class Reading:
    """What is said for a text, beside what was written.

    The written pieces of the spans join to the cleaned text, the spoken ones to `spoken`.
    """

    spoken: str
    spans: tuple[Span, ...]
    unknown: tuple[str, ...]
    """Abbreviations and letters that nobody explained, in order, each once: to be settled before approval."""

    @property
    def paragraphs(self) -> tuple[tuple[str, ...], ...]:
        """The sentences of each paragraph, for breathing; never an empty one."""
        return paragraphs(self.spoken)


def read(text: str, *, region: Region = Region.NORTH, lexicon: Lexicon = EMPTY_LEXICON) -> Reading:
    """The text as it is said on the air. Any text has a reading; what cannot be said is left out and reported."""
    accent = accent_of(region)
    utterance = Utterance()
    unknown: dict[str, None] = {}
    for index, line in enumerate(lines(clean(text))):
        if index:
            utterance.end_line("\n")
        utterance.leave_out(line.written[: line.start])
        _read_line(line, utterance, accent, lexicon, unknown)
        utterance.leave_out(line.written[line.end :])
    utterance.end_line("")
    return Reading(utterance.spoken(), utterance.spans(), tuple(unknown))


def _read_line(line: Line, utterance: Utterance, accent: Accent, lexicon: Lexicon, unknown: dict[str, None]) -> None:
    text = line.written[: line.end].replace("\n", " ")
    place = Place(text, accent, capitals=_HAS_SMALL.search(text) is None)
    at = line.start
    while at < line.end:
        place.at = at
        char = text[at]
        if char == " ":
            utterance.mark(" ", "")
            at += 1
            continue
        word = _WORD.match(text, at)
        answer = _answer(place, char, word[0] if word else "", lexicon)
        if answer is None and word:
            utterance.say(word[0], word[0], None)
            place.pass_word(word[0])
            at = word.end()
        elif isinstance(answer, Pause):
            utterance.mark(line.written[at : answer.end], answer.mark)
            if char in ",.;-/!?":
                place.pass_word(char)
            at = answer.end
        elif answer is not None:
            written = line.written[at : answer.end]
            utterance.say(written, answer.spoken, answer.category)
            place.pass_said(answer)
            if answer.category == UNKNOWN:
                unknown[written] = None
            at = answer.end


def _answer(place: Place, char: str, word: str, lexicon: Lexicon) -> Said | Pause | None:
    """What is said here; None for a word that is read as it is written."""
    if lexicon and (entry := lexicon.longest(place.text, place.at, word or char)):
        return Said(place.at + len(entry.written), entry.spoken, "lexicon")
    if char.isascii() and char.isdigit():
        return _first(_NUMBERS, place)
    if not word:
        return _first(_SIGNS, place) or _foreign(place) or read_sign(place)
    if word.islower():
        if word not in _TRIGGERS and place.opens(place.at + len(word)) not in _LINKED:
            return None
        return _first(_SMALL, place)
    if (
        len(word) > 1
        and word[1:].islower()
        and place.opens(place.at + len(word)) not in _LINKED
        and word not in _TRIGGERS
    ):
        return None
    return _first(_GREAT, place) or (_capitals(place, word) if word.isupper() else None)


def _first(rules: tuple[Rule, ...], place: Place) -> Said | None:
    for rule in rules:
        said = rule(place)
        if said is not None:
            return said
    return None


def _capitals(place: Place, word: str) -> Said | None:
    return read_unknown(place) or read_capitals(place, word)


def _foreign(place: Place) -> Said | None:
    """Letters of another script cannot be said."""
    match = _FOREIGN.match(place.text, place.at)
    return Said(match.end(), "", UNKNOWN) if match else None
