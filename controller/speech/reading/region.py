"""Where the listeners live decides three words of every number."""

from enum import Enum
from typing import NamedTuple


class Region(Enum):
    """Whose ears the text is read for. `NORTH` is the canonical news reading."""

    NORTH = "north"
    CENTRAL = "central"
    SOUTH = "south"


class Accent(NamedTuple):
    """The words of a number that differ from region to region."""

    odd: str
    """Said for an empty tens place: 101 is "một trăm linh một"."""
    thousand: str
    four: str
    """The last digit of 24, 34 ... 94."""


_ACCENTS = {
    Region.NORTH: Accent(odd="linh", thousand="nghìn", four="tư"),
    Region.CENTRAL: Accent(odd="lẻ", thousand="ngàn", four="tư"),
    Region.SOUTH: Accent(odd="lẻ", thousand="ngàn", four="bốn"),
}


def accent_of(region: Region) -> Accent:
    """The number words of one region."""
    return _ACCENTS[region]
