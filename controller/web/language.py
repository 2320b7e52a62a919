"""Vietnamese or English: every sentence is written in English in the code and has its Vietnamese in locale/vi.po."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

COOKIE = "loa_language"


class Language(Enum):
    VIETNAMESE = "vi"
    ENGLISH = "en"


@cache
def catalogue() -> dict[str, str]:
    """English sentence to Vietnamese sentence."""
    with (Path(__file__).parent / "locale" / "vi.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id and entry.string}


def translate(text: str, language: Language, **values: object) -> str:
    """`text` in `language`, its {places} filled with `values`; a sentence without a translation stays English."""
    found = catalogue().get(text, text) if language is Language.VIETNAMESE else text
    return found.format(**values) if values else found


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What a whole sentence of the catalogue looks like once its places are filled, and its Vietnamese."""
    found = []
    for english, vietnamese in catalogue().items():
        parts = re.split(r"\{(\w+)\}", english)
        if len(parts) > 1 and english.endswith("."):
            ways = (f"(?P<{part}>.*)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
            found.append((re.compile("".join(ways), re.DOTALL), vietnamese))
    return tuple(found)


def translate_finished(sentence: str, language: Language) -> str:
    """A sentence whose places are filled already, as errors of the rules and of the speech carry it."""
    if language is Language.ENGLISH or sentence in catalogue():
        return translate(sentence, language)
    for pattern, vietnamese in _patterns():
        if found := pattern.fullmatch(sentence):
            return vietnamese.format(**found.groupdict())
    return sentence


def preferred(accept_language: str | None, cookie: str | None = None) -> Language:
    """What the reader asked for with the switch, else what the browser asks for (RFC 9110 §12.5.4), else Vietnamese."""
    if cookie in {language.value for language in Language}:
        return Language(cookie)
    wishes: list[tuple[float, int, Language]] = []
    for place, wish in enumerate((accept_language or "")[:500].split(",")):
        tag, _, quality = wish.strip().partition(";")
        for language in Language:
            if tag.strip().lower().split("-")[0] == language.value:
                wishes.append((-_quality(quality), place, language))
    return min(wishes, default=(0.0, 0, Language.VIETNAMESE), key=lambda wish: wish[:2])[2]


def _quality(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q="))
    except ValueError:
        return 1.0
