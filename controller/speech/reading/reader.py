"""Written Vietnamese official text to the words that a news reader would say."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from controller.speech.reading.abbreviations import UNKNOWN, read_abbreviation, read_mixed, read_unknown
from controller.speech.reading.addresses import read_place, read_road
from controller.speech.reading.capitals import read_capitals
from controller.speech.reading.clean import LETTERS, VIETNAMESE, clean
from controller.speech.reading.codes import read_code, read_dashed, read_plate
from controller.speech.reading.dates import read_date
from controller.speech.reading.electronic import SERVICE_WORDS, read_address, read_service
from controller.speech.reading.fractions import read_around_the_clock, read_pair, read_score
from controller.speech.reading.language import Doubt, doubts
from controller.speech.reading.layout import Line, lines
from controller.speech.reading.legal import read_document
from controller.speech.reading.lexicon import EMPTY_LEXICON, Lexicon
from controller.speech.reading.lone_units import UNIT_WORDS, read_unit
from controller.speech.reading.phones import LABEL_WORDS, read_phone, read_phone_label
from controller.speech.reading.place import Pause, Place, Rule, Said
from controller.speech.reading.quantities import read_quantity
from controller.speech.reading.ranks import read_blood, read_letter, read_rank, read_roman, read_short_day
from controller.speech.reading.region import Accent, Region, accent_of
from controller.speech.reading.sentences import paragraphs
from controller.speech.reading.signs import read_sign
from controller.speech.reading.spans import Span, Utterance, joined, spoken_of
from controller.speech.reading.times import read_time
from controller.speech.reading.titles import read_short_form
from controller.speech.reading.vocabulary import words
from controller.speech.reading.weather import read_alarm, read_coordinate
from controller.speech.reading.words import (
    SMALL_WORDS,
    read_apostrophe,
    read_digit,
    read_heading,
    read_section,
    read_small_abbreviation,
)

_NUMBERS: tuple[Rule, ...] = (
    read_heading,
    read_document,
    read_phone,
    read_plate,
    read_code,
    read_time,
    read_around_the_clock,
    read_score,
    read_coordinate,
    read_date,
    read_dashed,
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
    read_road,
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
    read_short_day,
    read_roman,
    read_blood,
    read_abbreviation,
    read_unit,
    read_small_abbreviation,
    read_letter,
)
_SIGNS: tuple[Rule, ...] = (read_phone, read_quantity, read_unit)

_WORD = re.compile(rf"[{LETTERS}]+")
_FOREIGN = re.compile(rf"[^\W\d_{LETTERS}]{{1,500}}")
_DIAMETER = re.compile("[ØøΦφ] ?(?=[0-9])")
_HAS_MARK = re.compile("[^\\x00-\\x7fĐ]")
_HAS_SMALL = re.compile(f"[{VIETNAMESE}]")
_TRIGGERS = (
    SERVICE_WORDS
    | LABEL_WORDS
    | SMALL_WORDS
    | UNIT_WORDS
    | words("độ đ v vv tp tx h x p q t tt kp Km Tp Tx Tt Kp Th Ths")
)
_LOOKS = 4
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
    def doubts(self) -> tuple[Doubt, ...]:
        """Whether what was written is Vietnamese at all: to be settled before approval."""
        return doubts("".join(span.written for span in self.spans))

    @property
    def paragraphs(self) -> tuple[tuple[str, ...], ...]:
        """The sentences of each paragraph, for breathing; never an empty one."""
        return paragraphs(self.spoken)


def read(text: str, *, region: Region = Region.NORTH, lexicon: Lexicon = EMPTY_LEXICON) -> Reading:
    """The text as it is said on the air. Any text has a reading; what cannot be said is left out and reported."""
    voice = _Voice(accent_of(region), lexicon)
    spans: list[Span] = []
    heard = False
    for index, line in enumerate(lines(clean(text))):
        if index:
            spans.append(Span("\n", "", None))
        pieces = _settled(line, voice, later=heard)
        if spoken_of(pieces):
            if heard:
                spans.append(Span("", "\n", "format"))
            heard = True
        spans.extend(pieces)
    unknown = dict.fromkeys(span.written for span in spans if span.category == UNKNOWN)
    return Reading(spoken_of(spans), joined(spans), tuple(unknown))


class _Voice(NamedTuple):
    accent: Accent
    lexicon: Lexicon


def _settled(line: Line, voice: _Voice, *, later: bool) -> list[Span]:
    """The spans of one line, whose spoken words read aloud again are the same words.

    Only odd scraps of letters ever need a second look; such a line becomes one span. What the commune's lexicon says is
    said word for word, so a line with one of its entries is never looked at again.
    """
    spans = _read_line(line, voice)
    if later:
        _start_great(spans)
    if any(span.category == "lexicon" for span in spans):
        return spans
    first = spoken = spoken_of(spans)
    for _ in range(_LOOKS):
        again = spoken_of(_read_line(lines(clean(spoken))[0], voice))
        if again == spoken:
            break
        spoken = again
    return spans if spoken == first else [Span(line.written, spoken, "format")]


def _start_great(spans: list[Span]) -> None:
    """A paragraph starts with a great letter."""
    for index, span in enumerate(spans):
        if span.spoken:
            spans[index] = span._replace(spoken=span.spoken[0].upper() + span.spoken[1:])
            break


def _read_line(line: Line, voice: _Voice) -> list[Span]:
    utterance = Utterance()
    text = line.written[: line.end].replace("\n", " ")
    place = Place(text, voice.accent, capitals=_HAS_SMALL.search(text) is None and _HAS_MARK.search(text) is not None)
    utterance.leave_out(line.written[: line.start])
    place.at = line.start
    while place.at < line.end:
        at, char = place.at, text[place.at]
        word = "" if char == " " else _word_at(text, at)
        answer = Pause(at + 1, "") if char == " " else _answer(place, char, word, voice.lexicon)
        if answer is None:
            utterance.say(word, word, None)
            place.pass_word(word)
            place.at = at + len(word)
            continue
        written = line.written[at : answer.end]
        if isinstance(answer, Pause):
            utterance.mark(written, answer.mark)
            if char in ",.;-/!?":
                place.pass_word(answer.mark.strip() or char)
        else:
            utterance.say(written, answer.spoken, answer.category)
            place.pass_said(answer)
        place.at = answer.end
    utterance.leave_out(line.written[line.end :])
    return utterance.finish()


def _word_at(text: str, at: int) -> str:
    match = _WORD.match(text, at)
    return match[0] if match else ""


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
    said = _first(_GREAT, place)
    if said is not None or word.istitle():
        return said
    return _capitals(place, word) if word.isupper() else read_mixed(place, word)


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
    if diameter := _DIAMETER.match(place.text, place.at):
        return Said(diameter.end(), "phi", "unit")
    match = _FOREIGN.match(place.text, place.at)
    return Said(match.end(), "", UNKNOWN) if match else None
