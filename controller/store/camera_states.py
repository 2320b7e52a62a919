"""What is known of each of a camera's four axes, and what that makes of the camera. Pure."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Axis(StrEnum):
    """From the wire to the eye: of an axis nothing is known while one before it fails."""

    REACH = "reach"
    SERVICE = "service"
    STREAM = "stream"
    PICTURE = "picture"


class AxisState(StrEnum):
    UNKNOWN = "unknown"
    """Nobody measures it, or we ourselves have failed to."""
    UP = "up"
    FAILING = "failing"
    """It was missed, not often enough to be believed."""
    DOWN = "down"
    RETURNING = "returning"
    """It was good again, not often enough to be believed."""


class AxisStep(StrEnum):
    GOOD = "good"
    MISS = "miss"
    FALL = "fall"
    """One miss more than chance explains."""
    RISE = "rise"
    """Good once more than chance explains."""
    LOSE = "lose"
    """It is measured no longer."""


PERMITTED: dict[tuple[AxisState, AxisStep], AxisState] = {
    (AxisState.UNKNOWN, AxisStep.GOOD): AxisState.UP,
    (AxisState.UNKNOWN, AxisStep.MISS): AxisState.FAILING,
    (AxisState.UP, AxisStep.GOOD): AxisState.UP,
    (AxisState.UP, AxisStep.MISS): AxisState.FAILING,
    (AxisState.FAILING, AxisStep.GOOD): AxisState.UP,
    (AxisState.FAILING, AxisStep.MISS): AxisState.FAILING,
    (AxisState.FAILING, AxisStep.FALL): AxisState.DOWN,
    (AxisState.DOWN, AxisStep.MISS): AxisState.DOWN,
    (AxisState.DOWN, AxisStep.GOOD): AxisState.RETURNING,
    (AxisState.RETURNING, AxisStep.MISS): AxisState.DOWN,
    (AxisState.RETURNING, AxisStep.GOOD): AxisState.RETURNING,
    (AxisState.RETURNING, AxisStep.RISE): AxisState.UP,
    **{(state, AxisStep.LOSE): AxisState.UNKNOWN for state in AxisState},
}


def after(state: AxisState, step: AxisStep) -> AxisState:
    """The state that `step` leads to. KeyError where it is not permitted."""
    return PERMITTED[state, step]


class Condition(IntEnum):
    """What a camera is worth at a moment: what uptime is made of."""

    UNKNOWN = 0
    UP = 1
    """It can be reached, and its picture is worth something."""
    UNJUDGED = 2
    """It can be reached; whether its picture is worth anything is not known, or not yet."""
    DEGRADED = 3
    """It can be reached, and its picture is worth nothing, or none comes."""
    DOWN = 4
    MAINTENANCE = 5
    """People said beforehand that it would not be there."""
