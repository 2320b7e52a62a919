"""A place on the map as a person writes it: two fields, which a click on the map fills in too."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, Field

from controller.errors import Invalid
from controller.store.shapes import DECIMALS, Corner, place_at
from controller.web.pages.words import Words

_NUMBER = re.compile(r"[-+]?\d{1,3}(?:[.,]\d{1,20})?", re.ASCII)
_PAIR = re.compile(r"([-+]?\d{1,3}\.\d{1,20})\s*[,; ]\s*([-+]?\d{1,3}\.\d{1,20})", re.ASCII)
"""As maps on other screens give it to be copied: latitude first."""


class Place(BaseModel):
    """What the two fields hold, right or wrong."""

    lat: Annotated[str, Field(max_length=60)] = ""
    lon: Annotated[str, Field(max_length=60)] = ""

    @classmethod
    def of(cls, at: Corner | None) -> Place:
        return cls() if at is None else cls(lat=_written(at[1]), lon=_written(at[0]))

    def read(self) -> Corner | None:
        """The place; None where both fields are empty. A comma is as good as a point, and both numbers may stand in
        the first field. Raises Invalid, which names the field."""
        lat, lon = self.lat.strip(), self.lon.strip()
        if not (lat or lon):
            return None
        if not lon and (pair := _PAIR.fullmatch(lat)):
            lat, lon = pair.groups()
        if (north := _degrees(lat, 90)) is None:
            raise Invalid("bad-place", "A latitude is a number from -90 to 90, like 20.9712.", field="lat")
        if (east := _degrees(lon, 180)) is None:
            raise Invalid("bad-place", "A longitude is a number from -180 to 180, like 105.7788.", field="lon")
        return place_at(north, east)


def refused(wrong: Invalid | None, words: Words) -> dict[str, str]:
    """What stands beside the field that was wrong."""
    return {wrong.field or "lat": words.say(wrong.text, **wrong.values)} if wrong else {}


def _degrees(said: str, most: int) -> float | None:
    number = float(said.replace(",", ".")) if _NUMBER.fullmatch(said) else None
    return number if number is not None and abs(number) <= most else None


def _written(degrees: float) -> str:
    return f"{degrees:.{DECIMALS}f}".rstrip("0").rstrip(".")
