"""What messages are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Warmth = Annotated[float, msgspec.Meta(ge=0, le=10)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What every message carries; `VERSION` is the one that this code writes and reads."""

    VERSION: ClassVar[int] = 1

    v: int = 1
