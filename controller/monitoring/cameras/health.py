"""A camera's four axes together: what it is worth, and what of it is to be told. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from controller.monitoring.cameras.axes import Belief, Told, heard, lose
from controller.store.camera_states import Axis, AxisState, Condition
from controller.store.troubles import TroubleKind

KINDS = {
    Axis.REACH: TroubleKind.CAMERA_REACH,
    Axis.SERVICE: TroubleKind.CAMERA_SERVICE,
    Axis.STREAM: TroubleKind.CAMERA_STREAM,
    Axis.PICTURE: TroubleKind.CAMERA_PICTURE,
}
UNSTABLE = "unstable"


@dataclass(frozen=True, slots=True)
class Health:
    axes: Mapping[Axis, Belief] = field(default_factory=lambda: dict.fromkeys(Axis, Belief()))

    @property
    def condition(self) -> Condition:
        """What it is worth, as far as that is believed; maintenance is not for the camera to say."""
        believed = [self.axes[axis].believed for axis in Axis]
        if believed[0] is not AxisState.UP:
            return Condition.DOWN if believed[0] is AxisState.DOWN else Condition.UNKNOWN
        if AxisState.DOWN in believed:
            return Condition.DEGRADED
        return Condition.UP if set(believed) == {AxisState.UP} else Condition.UNJUDGED

    @property
    def since(self) -> datetime | None:
        """From when on `condition` holds: when the last of what makes it so began."""
        match self.condition:
            case Condition.DOWN | Condition.UNKNOWN:
                deciding = [self.axes[Axis.REACH]]
            case Condition.DEGRADED:
                worst = next(one for one in self.axes.values() if one.believed is AxisState.DOWN)
                deciding = [self.axes[Axis.REACH], worst]
            case _:
                deciding = list(self.axes.values())
        return max((one.believed_since for one in deciding if one.believed_since is not None), default=None)

    def broken(self) -> dict[Axis, str]:
        """What is wrong, each with its reason: nothing is told of an axis behind one that fails, and what comes and
        goes is one trouble as long as it does."""
        found: dict[Axis, str] = {}
        for axis, one in self.axes.items():
            if one.flaps:
                found[axis] = UNSTABLE
            elif one.believed is AxisState.DOWN:
                found[axis] = one.reason
            if one.flaps or one.believed is not AxisState.UP:
                break
        return found

    def well(self) -> frozenset[Axis]:
        """What is certainly not wrong: the trouble of such an axis is over."""
        return frozenset(axis for axis, one in self.axes.items() if one.believed is AxisState.UP and not one.flaps)


def learnt(before: Health, told: Mapping[Axis, Told]) -> Health:
    """After a device has told of its probes."""
    return Health({axis: heard(one, told[axis]) if axis in told else one for axis, one in before.axes.items()})


def lost(before: Health, since: datetime) -> Health:
    """Nobody looks at it any more, since then."""
    return Health({axis: lose(one, since) for axis, one in before.axes.items()})
