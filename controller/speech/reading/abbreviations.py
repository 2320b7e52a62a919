"""Abbreviations in capitals, alone (BHYT) or joined (HĐND-UBND, PCTT&TKCN, VH-XH), each by the company it keeps."""

import re

from controller.speech.reading.ambiguous import CHOICES
from controller.speech.reading.bodies import BODIES, OPENERS
from controller.speech.reading.letters import is_syllable, spell
from controller.speech.reading.place import Place, Said
from controller.speech.reading.terms import PARTS, TERMS, TITLES
from controller.speech.reading.vocabulary import phrases, words

UNKNOWN = "unknown"
"""The category of an abbreviation that nobody explained; it is spelled."""

_CAPS = "A-ZĐĂÂÊÔƠƯ"
_ONE = re.compile(rf"[{_CAPS}]{{2,18}}(?![^\W\d_])|TTg(?![^\W\d_])|TTr(?![^\W\d_])")
_CHAIN = re.compile(rf"([{_CAPS}]{{1,18}})((?: ?[-&+/–] ?[{_CAPS}]{{1,18}}){{1,5}})(?![^\W\d_])")
_LONGEST_SPELT = 10
_CULTURE = re.compile("VH, ?TT ?& ?DL(?![^\\W\\d_])")
_LINK = re.compile(rf" ?([-&+/]) ?([{_CAPS}]{{1,18}})")
_HEADS = words(
    """
    Sở Phòng Hội Bộ Ban Cục Chi Trung Đoàn Trường Trạm Liên Viện Vụ Văn Tổng Quỹ Đảng Công PHÒNG SỞ HỘI BAN BỘ
    """
)
_WRITTEN_TWICE = frozenset(phrases("trạm|trung tâm|bệnh viện|hội|hội đồng|ban|đoàn|ủy ban|khu|hộ|sở|bộ"))
_HEAD_PAIRS = frozenset({"trung tâm", "chi cục", "văn phòng", "tổng cục", "ủy ban", "công chức", "lĩnh vực", "ban chỉ"})


def read_abbreviation(place: Place) -> Said | None:
    """The words behind capitals; None for what is no abbreviation."""
    if culture := _CULTURE.match(place.text, place.at):
        return Said(culture.end(), (TITLES if _is_headed(place) else TERMS)["VHTT&DL"], "abbrev")
    chain = _CHAIN.match(place.text, place.at)
    if chain and (said := _joined(place, chain)):
        return said
    match = _ONE.match(place.text, place.at)
    if match is None:
        return None
    short = match[0]
    known = _not_twice(place, meaning(place, short, match.end()))
    if known:
        return Said(match.end(), known, "abbrev")
    return None


def _not_twice(place: Place, spoken: str) -> str:
    """What is left of the words when the first of them was written out already: "Trạm TYT", "Trung tâm TTYT"."""
    first = spoken.split(maxsplit=2)
    for count in (2, 1):
        written = " ".join(first[:count]).lower()
        if len(first) > count and written in _WRITTEN_TWICE and place.before(count) == written:
            return spoken[len(written) + 1 :]
    return spoken


def read_unknown(place: Place) -> Said | None:
    """Capitals that are no Vietnamese word are reported: said as a name if that is possible, else spelled."""
    match = _ONE.match(place.text, place.at)
    if match is None:
        return None
    numbered = place.opens(match.end()).isdigit()
    if not numbered and is_syllable(match[0]):
        return None
    if not numbered and _is_pronounceable(match[0]):
        return Said(match.end(), match[0].capitalize(), UNKNOWN)
    return Said(match.end(), spell(match[0]), UNKNOWN)


def read_mixed(place: Place, word: str) -> Said:
    """Great and small letters in one word: what the capitals mean, else a name, else its letters."""
    end = place.at + len(word)
    known = meaning(place, word.upper(), end)
    if known:
        return Said(end, known, "abbrev")
    if is_syllable(word) or _is_pronounceable(word) or len(word) > _LONGEST_SPELT:
        return Said(end, word.capitalize(), UNKNOWN)
    return Said(end, spell(word), UNKNOWN)


def meaning(place: Place, short: str, end: int) -> str:
    """What an abbreviation stands for here, or empty."""
    if place.capitals and is_syllable(short) and place.opens(end) != ".":
        return ""
    headed = _is_headed(place)
    if headed and short in TITLES:
        return TITLES[short]
    if short in CHOICES:
        return _chosen(place, short, end, usual=not (headed and short in PARTS)) or PARTS[short]
    if short in BODIES:
        return BODIES[short]
    if short in TERMS:
        return TERMS[short]
    return (PARTS.get(short, "") if headed else "") or _composed(short)


def _composed(short: str) -> str:
    """Two known abbreviations written as one: BCHPTDS, BCĐNTM, PCTUBND; empty when a piece is unknown."""
    for cut in range(len(short) - 2, 1, -1):
        head, tail = short[:cut], short[cut:]
        first, second = OPENERS.get(head), BODIES.get(tail) or TERMS.get(tail)
        if first and second and (len(tail) > 2 or tail in BODIES):
            return f"{first} {second}"
    return ""


def _chosen(place: Place, short: str, end: int, *, usual: bool) -> str:
    """The first reading that fits; without the `usual` one only a reading that the words on the left ask for."""
    near = place.before(3)
    following = place.text[end : end + 30].lstrip(" :")
    for choice in CHOICES[short]:
        if choice.before is None and not usual:
            continue
        if (choice.before is None or choice.before.match(near)) and (
            choice.after is None or choice.after.match(following)
        ):
            return choice.spoken
    return ""


def _is_headed(place: Place) -> bool:
    """Right after the name of a kind of body, whose own name follows in capitals."""
    if not place.words:
        return False
    return place.words[-1] in _HEADS or (place.before(2) in _HEAD_PAIRS and place.words[-2][:1].isupper())


def _joined(place: Place, chain: re.Match[str]) -> Said | None:
    pieces = [("", chain[1]), *((link[1], link[2]) for link in _LINK.finditer(chain[2]))]
    whole = chain[0].replace(" ", "")
    if whole in TERMS:
        return Said(chain.end(), TITLES[whole] if _is_headed(place) else TERMS[whole], "abbrev")
    headed = _is_headed(place)
    spoken, ended = "", place.at
    for index, (link, short) in enumerate(pieces):
        words = _piece(short, headed=headed)
        if not words:
            return None
        bodies = short in BODIES and index > 0 and pieces[index - 1][1] in BODIES
        spoken += _joint(link, bodies=bodies, headed=headed) + words
        ended = chain.end()
    return Said(ended, spoken, "abbrev")


def _joint(link: str, *, bodies: bool, headed: bool) -> str:
    if not link:
        return ""
    if link in "&+":
        return " và "
    return ", " if bodies or link == "/" else " - "


def _piece(short: str, *, headed: bool) -> str:
    if short in BODIES:
        return BODIES[short]
    if short in PARTS and (headed or short not in TERMS):
        return PARTS[short] if headed else PARTS[short].lower()
    if short in TITLES:
        return TITLES[short] if headed else TERMS[short]
    return ""


def _is_pronounceable(word: str) -> bool:
    """A foreign name like NORU: its vowels and consonants take turns."""
    plain = word.lower()
    vowels = sum(letter in "aeiouyăâêôơư" for letter in plain)
    return len(word) >= 4 and vowels >= 2 and re.search(r"[^aeiouyăâêôơư]{3}", plain) is None
