"""The lines of RFC 5545: unfolding and folding, names and parameters, escaped text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from schedules.errors import BadRule

LONGEST_TEXT = 20_000
FOLD_AT = 75
"""Octets in a line, its end not counted."""

_LINE = re.compile(r"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*))*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([A-Za-z0-9-]+)=(?:\"([^\"]*)\"|([^\";:,]*))")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class ContentLine:
    """`NAME;PARAMETER=...:value`; names are in capitals."""

    name: str
    parameters: Mapping[str, str]
    value: str


def content_lines(text: str) -> list[ContentLine]:
    """The lines of `text`, unfolded, empty ones left out; a line without a name and a value is a BadRule."""
    if len(text) > LONGEST_TEXT:
        raise BadRule("too-long", f"A rule has at most {LONGEST_TEXT} characters.")
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    found = []
    for line in re.split(r"\r?\n", unfolded):
        if not line.strip():
            continue
        parts = _LINE.fullmatch(line.strip())
        if parts is None:
            raise BadRule("not-understood", f"This is not a line of RFC 5545: {line[:40]!r}.")
        parameters = {name.upper(): quoted or plain for name, quoted, plain in _PARAMETER.findall(parts[2])}
        found.append(ContentLine(parts[1].upper(), parameters, parts[3].strip()))
    return found


def escaped(text: str) -> str:
    """`text` as the value of a text property."""
    encodable = text.encode(errors="replace").decode()
    plain = _CONTROL.sub("", encodable.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """`line` cut into pieces of at most 75 octets, never inside a letter, with the ends that RFC 5545 wants."""
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > FOLD_AT:
            pieces.append(piece)
            piece, size = " ", 1
        piece += letter
        size += octets
    return "\r\n".join([*pieces, piece]) + "\r\n"
