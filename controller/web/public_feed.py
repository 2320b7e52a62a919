"""What was aired, for feed readers and podcast players (RSS 2.0)."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import format_datetime

from lxml import etree

from controller.store.public import Heard

_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32)], " ")


def rss(place: str, url: str, found: Iterable[Heard]) -> bytes:
    """`url` is where the public page is."""
    root = etree.Element("rss", version="2.0", nsmap={"atom": _ATOM})
    channel = etree.SubElement(root, "channel")
    _add(channel, "title", f"Bản tin loa {place}")
    _add(channel, "link", url)
    _add(channel, "description", f"Những bản tin đã phát trên loa {place}")
    _add(channel, "language", "vi")
    itself = etree.SubElement(channel, f"{{{_ATOM}}}link")
    itself.attrib.update({"href": f"{url}/feed.xml", "rel": "self", "type": "application/rss+xml"})
    for one in found:
        item, address = etree.SubElement(channel, "item"), f"{url}/bulletins/{one.id}"
        _add(item, "title", one.title)
        _add(item, "link", address)
        etree.SubElement(item, "guid", isPermaLink="true").text = address
        _add(item, "pubDate", format_datetime(one.at))
        _add(item, "description", one.text)
        sound = {"url": f"{address}/sound", "length": str(one.size), "type": "audio/ogg"}
        etree.SubElement(item, "enclosure", sound)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text.translate(_NOT_XML)
