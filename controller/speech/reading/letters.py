"""Single letters and what can be pronounced as a Vietnamese syllable."""

import re
import unicodedata

_NAMES = {
    "a": "a", "ă": "á", "â": "ớ", "b": "bê", "c": "xê", "d": "đê", "đ": "đê", "e": "e", "ê": "ê", "f": "ép",
    "g": "gờ", "h": "hát", "i": "i", "j": "gi", "k": "ca", "l": "lờ", "m": "em", "n": "en", "o": "o", "ô": "ô",
    "ơ": "ơ", "p": "pê", "q": "quy", "r": "rờ", "s": "ét", "t": "tê", "u": "u", "ư": "ư", "v": "vê", "w": "vê kép",
    "x": "ích", "y": "i", "z": "dét",
}  # fmt: skip

_VOWELS = [
    "a",
    "ă",
    "â",
    "e",
    "ê",
    "i",
    "o",
    "ô",
    "ơ",
    "u",
    "ư",
    "y",
    "ai",
    "ao",
    "au",
    "ay",
    "âu",
    "ây",
    "eo",
    "êu",
    "ia",
    "iê",
    "iêu",
    "iu",
    "oa",
    "oai",
    "oao",
    "oay",
    "oă",
    "oe",
    "oeo",
    "oi",
    "oo",
    "ôi",
    "ơi",
    "ua",
    "uâ",
    "uây",
    "uê",
    "ui",
    "uô",
    "uôi",
    "uơ",
    "uy",
    "uya",
    "uyê",
    "uyu",
    "ưa",
    "ưi",
    "ươ",
    "ươi",
    "ươu",
    "ưu",
    "yê",
    "yêu",
]
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?"
    rf"(?:{'|'.join(sorted(_VOWELS, key=len, reverse=True))})(?:ch|c|m|ng|nh|n|p|t)?"
)
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))


def letter_name(letter: str) -> str:
    """The name of one letter; empty for anything else."""
    return _NAMES.get(letter.lower(), "")


def spell(letters: str) -> str:
    """Letter by letter."""
    return " ".join(filter(None, map(letter_name, letters)))


def toneless(word: str) -> str:
    """The word in small letters without its tone mark; â, ơ, đ stay what they are."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.lower()).translate(_TONES))


def is_syllable(word: str) -> bool:
    """True when a Vietnamese reader would say the word rather than spell it."""
    return len(word) <= 7 and _SYLLABLE.fullmatch(toneless(word)) is not None


def bare(text: str) -> str:
    """Small letters without any mark, as in the name of a web site."""
    marks = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in marks if not unicodedata.combining(letter))
