"""Files of areas as people have them: GeoJSON from a map, or a table (CSV). Pure: bytes in, lines out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec

from controller.errors import Invalid
from controller.fleet.areas.errors import BadFile, BadLine, Wrong
from controller.speech.reading.letters import bare
from controller.store.shapes import Shape, place_at, read_shape

T = TypeVar("T")

MOST_BYTES = 2_500_000
MOST_LINES = 5_000
MOST_NAME = 200

_FIELDS = {
    "id": ("id", "ma", "code"),
    "name": ("name", "ten", "ten-khu-vuc", "khu-vuc"),
    "parent": ("parent", "thuoc", "truc-thuoc", "cap-tren"),
    "kind": ("kind", "cap", "loai", "type"),
    "lat": ("lat", "latitude", "vi-do"),
    "lon": ("lon", "lng", "long", "longitude", "kinh-do"),
}
_FIELD = {word: field for field, words in _FIELDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Line:
    """What one feature, or one line of a table, says. Empty: it does not say it. `number` counts features from 1, and
    lines as an editor counts them."""

    number: int
    id: str = ""
    name: str = ""
    parent: str = ""
    kind: str = ""
    shape: Shape | None = None


def read_lines(data: bytes) -> tuple[Line, ...]:
    """The lines of a file. Raises BadFile."""
    try:
        if len(data) > MOST_BYTES:
            raise BadLine("The file is larger than {most} MB: draw the outlines more simply.", most=MOST_BYTES / 1e6)
        found = list(_features(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else _rows(data))
        if not found:
            raise BadLine("The file names no area.")
        if len(found) > MOST_LINES:
            raise BadLine("The file names more than {most} areas: cut it in parts.", most=MOST_LINES)
    except Invalid as why:
        raise BadFile(Wrong(0, why)) from why
    wrongs = tuple(one for one in found if isinstance(one, Wrong))
    if wrongs:
        raise BadFile(*wrongs)
    return tuple(one for one in found if isinstance(one, Line))


def as_id(text: str) -> str:
    """`Thôn Đông Hà` -> `thon-dong-ha`: a name as it may stand in a topic."""
    return re.sub(r"[^a-z0-9]+", "-", bare(text)).strip("-")[:63].rstrip("-")


def decoded(data: bytes) -> str:
    """The text of a file, in whichever of the usual ways it was saved. Raises BadLine."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise BadLine("The table is not in UTF-8: save it again as “CSV UTF-8”.") from trouble


def _features(data: bytes) -> Iterator[Line | Wrong]:
    try:
        said = msgspec.json.decode(data.lstrip(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as trouble:
        raise BadLine("The file is no JSON: {why}.", why=str(trouble).rstrip(".")) from trouble
    kind = said.get("type") if isinstance(said, dict) else None
    features = [said] if kind == "Feature" else said.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list):
        raise BadLine("The file is no GeoJSON: it has no list of features.")
    for number, feature in enumerate(features, start=1):
        yield _tried(number, _feature, number, feature)


def _feature(number: int, said: Any) -> Line:
    if not isinstance(said, dict) or said.get("type") != "Feature":
        raise BadLine("This is no GeoJSON feature.")
    properties, geometry = said.get("properties"), said.get("geometry")
    fields = _fields(properties.items() if isinstance(properties, dict) else ())
    line = _line(number, {"id": _text(said.get("id")), **fields})
    return line if geometry is None else replace(line, shape=read_shape(geometry))


def _rows(data: bytes) -> Iterator[Line | Wrong]:
    text = decoded(data)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        head = [_FIELD.get(as_id(name), "") for name in next(table, [])]
        if "name" not in head and "id" not in head:
            raise BadLine("The first line of a table names its columns: id, name, parent, kind, lat, lon.")
        for row in table:
            if any(cell.strip() for cell in row):
                yield _tried(table.line_num, _row, table.line_num, head, row)
    except csv.Error as trouble:
        raise BadLine("Line {line} of the table cannot be read: {why}.", line=table.line_num, why=trouble) from trouble


def _row(number: int, head: list[str], row: list[str]) -> Line:
    if len(row) > len(head) and any(cell.strip() for cell in row[len(head) :]):
        raise BadLine("The line has {cells} cells, the table {columns} columns.", cells=len(row), columns=len(head))
    cells = {name: cell.strip() for name, cell in zip(head, row, strict=False) if name}
    line = _line(number, cells)
    lat, lon = cells.get("lat", ""), cells.get("lon", "")
    if not lat and not lon:
        return line
    return replace(line, shape=Shape(point=place_at(_degrees(lat), _degrees(lon))))


def _line(number: int, said: dict[str, str]) -> Line:
    for text in said.values():
        if len(text) > MOST_NAME or not text.isprintable():
            raise BadLine("Names are at most {most} letters, in one line.", most=MOST_NAME)
    return Line(number, said.get("id", ""), said.get("name", ""), said.get("parent", ""), said.get("kind", ""))


def _fields(said: Any) -> dict[str, str]:
    """Of the properties of a feature those that are known, by our names; the first that says something holds."""
    found: dict[str, str] = {}
    for name, value in said:
        field, text = _FIELD.get(as_id(str(name)), ""), _text(value)
        if field and text and not found.get(field):
            found[field] = text
    return found


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _degrees(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise BadLine("{said!r} is not a number of degrees.", said=text[:40]) from None


def _tried(number: int, read: Callable[..., T], *given: object) -> T | Wrong:
    try:
        return read(*given)
    except Invalid as why:
        return Wrong(number, why)
