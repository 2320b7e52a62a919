"""An `alert` element becomes an Alert. Whatever the namespace, the case of names or the order: never an error."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TypeVar

from lxml import etree

from controller.alerts.cap.message import (
    Alert,
    CapArea,
    Certainty,
    Info,
    Kind,
    Named,
    Reference,
    Scope,
    Severity,
    Status,
    Urgency,
)
from controller.alerts.cap.shapes import read_circle, read_polygon
from controller.alerts.cap.times import read_moment
from controller.alerts.cap.xml import all_text, local_name

_Word = TypeVar("_Word", bound=Enum)

MOST_BLOCKS = 5000
"""Of one kind within one element; areas beyond it are reported as unreadable."""
_OLD_WORDS = {"verylikely": "Likely"}


def read_alert(element: etree._Element) -> Alert:
    """Everything that this product looks at. Audio and pictures that come along are left where they are."""
    return Alert(
        identifier=_text(element, "identifier"),
        sender=_text(element, "sender"),
        sent=read_moment(_text(element, "sent")),
        status=_word(Status, _text(element, "status")),
        kind=_word(Kind, _text(element, "msgtype")),
        scope=_word(Scope, _text(element, "scope")),
        note=_text(element, "note"),
        references=read_references(_text(element, "references")),
        incidents=_text(element, "incidents"),
        infos=tuple(_info(info) for info in _some(element, "info")),
    )


def read_references(text: str) -> tuple[Reference, ...]:
    """`sender,identifier,sent` separated by spaces; a part may be missing in genuine messages."""
    return tuple(_reference(word) for word in text.split()[:MOST_BLOCKS] if word.strip(","))


def _reference(word: str) -> Reference:
    parts = word.split(",")
    if len(parts) == 1:
        return Reference("", parts[0], None)
    if len(parts) == 2:
        return Reference(parts[0], parts[1], None)
    return Reference(parts[0], ",".join(parts[1:-1]), read_moment(parts[-1]))


def _info(element: etree._Element) -> Info:
    effective, expires = _text(element, "effective"), _text(element, "expires")
    areas = tuple(_area(area) for area in _some(element, "area"))
    return Info(
        language=_text(element, "language"),
        categories=_texts(element, "category"),
        event=_text(element, "event"),
        responses=_texts(element, "responsetype"),
        urgency=_word(Urgency, _text(element, "urgency")) or Urgency.UNKNOWN,
        severity=_word(Severity, _text(element, "severity")) or Severity.UNKNOWN,
        certainty=_word(Certainty, _text(element, "certainty")) or Certainty.UNKNOWN,
        event_codes=_named(element, "eventcode"),
        effective=read_moment(effective),
        expires=read_moment(expires),
        sender_name=_text(element, "sendername"),
        headline=_text(element, "headline"),
        description=_text(element, "description"),
        instruction=_text(element, "instruction"),
        parameters=_named(element, "parameter"),
        areas=areas,
        unreadable=tuple(
            name
            for name, lost in (
                ("effective", effective and read_moment(effective) is None),
                ("expires", expires and read_moment(expires) is None),
                ("area", len(areas) == MOST_BLOCKS),
            )
            if lost
        ),
    )


def _area(element: etree._Element) -> CapArea:
    polygons = [(text, read_polygon(text)) for text in _texts(element, "polygon")]
    circles = [(text, read_circle(text)) for text in _texts(element, "circle")]
    return CapArea(
        description=_text(element, "areadesc"),
        polygons=tuple(shape for _, shape in polygons if shape),
        circles=tuple(shape for _, shape in circles if shape),
        geocodes=_named(element, "geocode"),
        unreadable=tuple(text[:60] for text, shape in [*polygons, *circles] if shape is None),
    )


def _named(element: etree._Element, name: str) -> tuple[Named, ...]:
    """CAP 1.0 writes `name=value` as text, later versions two elements."""
    found = []
    for one in _some(element, name):
        value = _text(one, "value")
        label = _text(one, "valuename")
        if not label and not value:
            label, equals, value = all_text(one).partition("=")
            label, value = (label, value) if equals else ("", label)
        if value.strip():
            found.append(Named(label.strip(), value.strip()))
    return tuple(found)


def _some(element: etree._Element, name: str) -> Iterator[etree._Element]:
    left = MOST_BLOCKS
    for child in element:
        if left and local_name(child) == name:
            left -= 1
            yield child


def _text(element: etree._Element, name: str) -> str:
    return next((text for text in _texts(element, name)), "")


def _texts(element: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(text for text in (all_text(child) for child in _some(element, name)) if text)


def _word(words: type[_Word], text: str) -> _Word | None:
    wanted = "".join(text.split()).casefold()
    wanted = _OLD_WORDS.get(wanted, wanted).casefold()
    return next((word for word in words if word.value.casefold() == wanted), None)
