"""What one probe saw, rung by rung. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from devices.protocol.messages import CameraFigures, CameraIdentity, CameraReason, Standing

if TYPE_CHECKING:  # a device without cameras has no numpy
    from devices.agent.cameras.picture.burst import Burst
    from devices.agent.cameras.picture.verdict import Verdict


class Depth(Enum):
    """How far up the ladder a probe climbs."""

    SERVICE = "service"
    PICTURE = "picture"


class Rung(Enum):
    """The rungs, cheapest first; each is an axis of the report."""

    REACH = "reach"
    SERVICE = "service"
    STREAM = "stream"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Found:
    standing: Standing
    reason: CameraReason = CameraReason.NONE


GOOD = Found(Standing.GOOD)
NO_FIGURES = CameraFigures()
NOT_ASKED = Found(Standing.UNKNOWN, CameraReason.NOT_ASKED)

_OURS = {
    CameraReason.NOT_INSTALLED,
    CameraReason.LOGIN_UNREADABLE,
    CameraReason.OVERLOADED,
    CameraReason.OWN_NETWORK,
    CameraReason.NOT_ASKED,
    CameraReason.LOGIN_RESTS,
    CameraReason.LEARNING,
}


def found(reason: CameraReason) -> Found:
    """Good without a reason; unknown where the fault is ours; bad otherwise."""
    if reason is CameraReason.NONE:
        return GOOD
    return Found(Standing.UNKNOWN if reason in _OURS else Standing.BAD, reason)


@dataclass(frozen=True, slots=True)
class Seen:
    """One probe, begun `at`. A rung that is not among `rungs` was no part of it."""

    at: datetime
    depth: Depth
    rungs: Mapping[Rung, Found]
    figures: CameraFigures = NO_FIGURES
    burst: Burst | None = None
    verdict: Verdict | None = None
    identity: CameraIdentity | None = None

    @property
    def serves(self) -> bool:
        """The camera would let us have its stream."""
        return self.rungs.get(Rung.SERVICE) == GOOD

    @property
    def is_good(self) -> bool:
        return all(one.standing is not Standing.BAD for one in self.rungs.values())


def together(asked: Seen, looked: Seen) -> Seen:
    """Both as one probe, which began with the first."""
    figures = {name: value for name in looked.figures.__struct_fields__ if (value := getattr(looked.figures, name))}
    return replace(
        looked,
        at=asked.at,
        rungs={**asked.rungs, **looked.rungs},
        figures=msgspec.structs.replace(asked.figures, **figures),
        identity=asked.identity,
    )


@dataclass(slots=True)
class Climb:
    """A probe under way."""

    at: datetime
    depth: Depth
    rungs: dict[Rung, Found] = field(default_factory=dict)
    figures: dict[str, object] = field(default_factory=dict)
    burst: Burst | None = None
    verdict: Verdict | None = None
    identity: CameraIdentity | None = None

    def fall(self, rung: Rung, reason: CameraReason) -> None:
        """This rung does not hold: what is above it is not known."""
        self.rungs[rung] = found(reason)
        above = list(Rung)[list(Rung).index(rung) + 1 :]
        self.rungs.update(dict.fromkeys(above, NOT_ASKED))

    @property
    def serves(self) -> bool:
        """The camera would let us have its stream."""
        return self.rungs.get(Rung.SERVICE) == GOOD

    def hold(self, rung: Rung) -> None:
        self.rungs[rung] = GOOD

    def seen(self) -> Seen:
        known = {name: value for name, value in self.figures.items() if value is not None}
        figures = CameraFigures(**known)  # type: ignore[arg-type]
        return Seen(self.at, self.depth, dict(self.rungs), figures, self.burst, self.verdict, self.identity)
