"""The life of an incident: its states and the permitted steps, as a pure rule."""

from __future__ import annotations

from enum import StrEnum


class IncidentState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    """A person looks after it."""
    RESOLVED = "resolved"
    """It ended by itself; should it come back soon, it is the same incident again."""
    CLOSED = "closed"
    """A person put an end to it."""

    @property
    def over(self) -> bool:
        return self in (IncidentState.RESOLVED, IncidentState.CLOSED)


class IncidentStep(StrEnum):
    OPEN = "open"
    """It begins; there is no state before."""
    RENEW = "renew"
    """It is still so, and something about it has changed."""
    GROUP = "group"
    """It was found to have a cause of which there is an incident."""
    RELEASE = "release"
    """That cause is gone, and this is still so."""
    ACKNOWLEDGE = "acknowledge"
    MUTE = "mute"
    """Until a moment, nobody is told of it."""
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"


PERMITTED: dict[tuple[IncidentState, IncidentStep], IncidentState] = {
    (IncidentState.OPEN, IncidentStep.RENEW): IncidentState.OPEN,
    (IncidentState.OPEN, IncidentStep.GROUP): IncidentState.OPEN,
    (IncidentState.OPEN, IncidentStep.RELEASE): IncidentState.OPEN,
    (IncidentState.OPEN, IncidentStep.MUTE): IncidentState.OPEN,
    (IncidentState.OPEN, IncidentStep.ACKNOWLEDGE): IncidentState.ACKNOWLEDGED,
    (IncidentState.OPEN, IncidentStep.RESOLVE): IncidentState.RESOLVED,
    (IncidentState.OPEN, IncidentStep.CLOSE): IncidentState.CLOSED,
    (IncidentState.ACKNOWLEDGED, IncidentStep.RENEW): IncidentState.ACKNOWLEDGED,
    (IncidentState.ACKNOWLEDGED, IncidentStep.GROUP): IncidentState.ACKNOWLEDGED,
    (IncidentState.ACKNOWLEDGED, IncidentStep.RELEASE): IncidentState.ACKNOWLEDGED,
    (IncidentState.ACKNOWLEDGED, IncidentStep.MUTE): IncidentState.ACKNOWLEDGED,
    (IncidentState.ACKNOWLEDGED, IncidentStep.RESOLVE): IncidentState.RESOLVED,
    (IncidentState.ACKNOWLEDGED, IncidentStep.CLOSE): IncidentState.CLOSED,
    (IncidentState.RESOLVED, IncidentStep.REOPEN): IncidentState.OPEN,
    (IncidentState.RESOLVED, IncidentStep.CLOSE): IncidentState.CLOSED,
}


def after(state: IncidentState, step: IncidentStep) -> IncidentState | None:
    """The state that `step` leads to, or None where it is not permitted."""
    return PERMITTED.get((state, step))


def before(step: IncidentStep) -> tuple[IncidentState, ...]:
    """The states in which `step` is permitted."""
    return tuple(state for state, permitted in PERMITTED if permitted is step)
