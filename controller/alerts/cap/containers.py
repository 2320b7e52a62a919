"""Where CAP messages hide: alone, in Atom and RSS feeds, in EDXL-DE envelopes, as XML, as escaped text, as base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from controller.alerts.cap.message import Envelope
from controller.alerts.cap.times import read_moment
from controller.alerts.cap.xml import all_text, local_name, parse
from controller.alerts.errors import NoAlert, TooLarge, Unreadable

MOST_ALERTS = 500
_CARRIERS = frozenset({"content", "description", "summary", "encoded", "contentdata", "embeddedxmlcontent"})
_FEEDS = frozenset({"feed", "rss", "rdf", "channel"})


@dataclass(frozen=True, slots=True)
class Found:
    """One alert as a document of its own: exactly the bytes that arrived where it came alone."""

    document: bytes
    envelope: Envelope | None = None


def find_alerts(data: bytes) -> tuple[Found, ...]:
    """Every outermost alert in the bytes that arrived, in order; at least one. Raises Unreadable."""
    root = parse(data)
    if local_name(root) == "alert":
        return (Found(data),)
    envelope = _envelope(root)
    found = [Found(document, envelope) for document in _within(root)]
    if not found:
        raise NoAlert(_why_none(root))
    return tuple(found)


def find_links(data: bytes) -> tuple[str, ...] | None:
    """The addresses of messages that a feed only links to, in order; None for what is no feed. Raises Unreadable."""
    root = parse(data)
    if local_name(root) not in _FEEDS:
        return None
    found: dict[str, None] = {}
    for entry in root.iter():
        if local_name(entry) in ("entry", "item") and not any(local_name(one) == "alert" for one in entry.iter()):
            links = [one for one in entry if local_name(one) == "link"]
            best = [one for one in links if "cap" in one.get("type", "")] or links
            address = (best[0].get("href") or all_text(best[0])).strip() if best else ""
            if address:
                found[address] = None
    return tuple(found)


def _within(root: etree._Element) -> Iterator[bytes]:
    left = MOST_ALERTS
    for element in _elements(root):
        document = _document(element)
        if document is not None:
            if not left:
                raise TooLarge(f"One message carries at most {MOST_ALERTS} alerts.")
            left -= 1
            yield document


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    """Alerts and carriers in document order, without what lies inside an alert."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        name = local_name(element)
        if name == "alert":
            walk.skip_subtree()
            yield element
        elif name in _CARRIERS:
            yield element


def _document(element: etree._Element) -> bytes | None:
    if local_name(element) == "alert":
        return etree.tostring(element, with_tail=False)
    text = (element.text or "").strip()
    if local_name(element) == "contentdata" and not text.startswith("<"):
        data = _decoded(text)
    else:
        data = text.encode() if text.startswith("<") else b""
    if b"alert" not in data:
        return None
    try:
        return data if local_name(parse(data)) == "alert" else None
    except Unreadable:
        # Feeds carry HTML in the same places.
        return None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _envelope(root: etree._Element) -> Envelope | None:
    if not local_name(root).startswith("edxl"):
        return None
    status, expires = "", None
    for element in root:
        name = local_name(element)
        if name == "distributionstatus":
            status = all_text(element)
        elif name == "datetimeexpires":
            expires = read_moment(element.text or "")
        elif name == "descriptor":
            status = status or next((all_text(one) for one in element if local_name(one) == "distributionstatus"), "")
    return Envelope(status, expires)


def _why_none(root: etree._Element) -> str:
    if local_name(root) in _FEEDS:
        links = sum(1 for element in root.iter() if local_name(element) in ("entry", "item"))
        return f"A feed with {links} entries that only link to their messages; none is inside."
    return "XML without a CAP alert in it."
