"""Which language a text really is in, so that no voice reads what it cannot. Pure."""

from __future__ import annotations

import unicodedata

from controller.alerts.cap.message import Info

VIETNAMESE = "vi"
DEFAULT = "en-US"
"""CAP's own, for messages that do not say it."""

MOST_LETTERS = 10_000
_OWN_LETTERS = frozenset("ăâđêôơưạảãấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ")
_SHARED = frozenset("âêôã")
"""Letters that French and Portuguese have too."""
_ENOUGH = 20
_OTHER_NAMES = {"vie": "vi", "vn": "vi", "eng": "en"}


def text_language(info: Info) -> str:
    """The language tag, as the message writes it where that is true; empty where the text contradicts its tag in a way
    that leaves nobody to read it."""
    letters = all_said(info).casefold()
    looks_vietnamese = sum(one in _OWN_LETTERS - _SHARED for one in letters) >= 3
    declared = primary(info.language)
    if looks_vietnamese:
        return info.language if declared == VIETNAMESE else VIETNAMESE
    marked = any(one in _OWN_LETTERS for one in letters)
    if declared == VIETNAMESE and not marked and sum(one.isalpha() for one in letters) >= _ENOUGH:
        return ""
    return info.language or DEFAULT


def all_said(info: Info) -> str:
    """What the block says, letters composed, as far as anybody would listen."""
    said = (info.event, info.headline, info.description, info.instruction)
    return unicodedata.normalize("NFC", " ".join(text[:MOST_LETTERS] for text in said)).strip()


def primary(tag: str) -> str:
    """`vi` of `vi-VN`."""
    first = tag.replace("_", "-").partition("-")[0].strip().casefold()
    return _OTHER_NAMES.get(first, first)
