"""The audit as others read it: JSON lines, whole and with the digests, or a table."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from io import StringIO

from controller.store.audit import Entry, KeptAnchor

COLUMNS = tuple(field.name for field in fields(Entry))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json_lines(entries: Iterable[Entry], anchors: Iterable[KeptAnchor] = ()) -> Iterator[str]:
    """A row a line, then each anchor; with these and the site's public key anybody can verify the rows."""
    for entry in entries:
        yield json.dumps(row_of(entry), ensure_ascii=False) + "\n"
    for anchor in anchors:
        yield json.dumps({"anchor": anchor.sealed, "row": anchor.row, "kind": anchor.kind}) + "\n"


def as_csv(entries: Iterable[Entry]) -> Iterator[str]:
    """With a mark by which spreadsheets know UTF-8; what they would take for a formula is a text."""
    yield "\ufeff" + _line(COLUMNS)
    for entry in entries:
        yield _line(_harmless(str(value)) for value in row_of(entry).values())


def row_of(entry: Entry) -> dict[str, object]:
    """As programs read it; `before` and `after` stay the very text that the digest covers."""
    return {**asdict(entry), "at": entry.at.isoformat(timespec="microseconds")}


def _harmless(words: str) -> str:
    return f"'{words}" if words.startswith(_FORMULA) else words


def _line(cells: Iterable[str]) -> str:
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
