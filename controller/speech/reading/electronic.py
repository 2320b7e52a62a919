"""Addresses of the net and foreign names of services, said in Vietnamese sounds."""

import re
from functools import lru_cache

from controller.speech.reading.letters import is_syllable, letter_name, spell
from controller.speech.reading.net_words import NAMES, NET_WORDS, TOP_LEVELS
from controller.speech.reading.numbers import digits
from controller.speech.reading.place import Place, Said
from controller.speech.reading.vocabulary import words

_EMAIL = re.compile(r"([a-zA-Z0-9][a-zA-Z0-9._+-]{0,63}) ?@ ?((?:[a-zA-Z0-9-]{1,40}\.){1,5}[a-zA-Z]{2,10})(?![^\W\d_])")
_SCHEME = re.compile(r"[hH][tT][tT][pP][sS]?://")
_HOST = re.compile(r"(?:[wW]{3}\.)?((?:[a-zA-Z0-9_-]{1,63}\.){1,6}[a-zA-Z]{2,10})(?::[0-9]{1,5})?(?![^\W\d_])")
_PATH = re.compile(r"(?:[/?#][a-zA-Z0-9/?#&=%+._~:@!$'*-]{0,500})?")
_ANY_ADDRESS = re.compile(r"[^\s<>\"]{1,500}")
_ENDINGS = words("vn com net org info edu gov io asia biz me app dev tv")
_LONGEST_SPELT = 12


def read_address(place: Place) -> Said | None:
    """An e-mail or web address; the path behind the host is not said, nobody could copy it by ear."""
    text, at = place.text, place.at
    if email := _EMAIL.match(text, at):
        return Said(email.end(), f"{_local_part(email[1])} a còng {_host(email[2])}", "electronic")
    scheme = _SCHEME.match(text, at)
    start = scheme.end() if scheme else at
    host = _HOST.match(text, start)
    if host and (scheme or host[1].rsplit(".", 1)[1].lower() in _ENDINGS):
        end = _PATH.match(text, host.end()).end()  # type: ignore[union-attr]
        while end > host.end() and text[end - 1] in ".,;:!?'":
            end -= 1
        return Said(end, _host(host[1]), "electronic")
    if scheme and (rest := _ANY_ADDRESS.match(text, start)):
        return Said(rest.end(), "địa chỉ trên mạng", "electronic")
    return None


def read_service(place: Place) -> Said | None:
    """Zalo, VNeID, Facebook ... by their sound."""
    text, at = place.text, place.at
    match = _NAME.match(text, at)
    if match is None:
        return None
    spoken = NAMES.get(match[0]) or NAMES[match[0].lower()]
    return Said(match.end(), spoken, "electronic")


_NAME = re.compile(rf"(?:{'|'.join(re.escape(name) for name in sorted(NAMES, key=len, reverse=True))})(?![^\W\d_])")
SERVICE_WORDS = frozenset(re.split("[ .-]", name)[0] for name in NAMES) | {"http", "https", "www"}
"""The first words of every name that `read_service` or `read_address` may know."""


def _host(host: str) -> str:
    *labels, top = host.lower().split(".")
    said = [_label(label) for label in labels if label]
    return " chấm ".join([*said, TOP_LEVELS.get(top) or spell(top)])


def _local_part(local: str) -> str:
    return " chấm ".join(_label(piece) for piece in local.lower().split(".") if piece)


@lru_cache(maxsize=1024)
def _label(label: str) -> str:
    if label in TOP_LEVELS:
        return TOP_LEVELS[label]
    said: list[str] = []
    for piece in re.findall(r"[a-z]+|[0-9]+|[-_+]", label):
        if piece[0] in "-_+":
            said.append({"-": "gạch ngang", "_": "gạch dưới", "+": "cộng"}[piece])
        elif piece[0].isdigit():
            said.append(digits(piece))
        else:
            said.append(_letters(piece))
    return " ".join(said)


def _letters(piece: str) -> str:
    """Known words, else Vietnamese syllables, else letter by letter."""
    known = _split(piece)
    if known:
        return known
    if is_syllable(piece):
        return piece
    return " ".join(filter(None, map(letter_name, piece)))


def _split(piece: str) -> str:
    """The piece as a row of known words, the fewest possible; else of syllables; else empty."""
    best: list[tuple[int, int, str] | None] = [(0, 0, "")] + [None] * len(piece)
    for end in range(1, len(piece) + 1):
        for start in range(max(0, end - 20), end):
            head = best[start]
            part = piece[start:end]
            if head is None:
                continue
            word = NET_WORDS.get(part, "")
            if not word and not (len(part) > 1 and is_syllable(part)):
                continue
            unknown = head[0] + (0 if word else len(part))
            offer = (unknown, head[1] + 1, f"{head[2]} {word or part}".strip())
            current = best[end]
            if current is None or offer[:2] < current[:2]:
                best[end] = offer
    return best[-1][2] if best[-1] else ""
