"""How a warning passes from its reception to its end: the states and the permitted steps, as a pure rule."""

from __future__ import annotations

from enum import Enum


class AlertState(Enum):
    SILENT = "silent"
    """It may not sound; its reason says why."""
    WAITING = "waiting"
    """For a person."""
    SECONDED = "seconded"
    """One of two people has released it."""
    SLOTTED = "slotted"
    """For the next slot of the programme."""
    RELEASED = "released"
    SPOKEN = "spoken"
    REJECTED = "rejected"
    ENDED = "ended"


class AlertStep(Enum):
    ASK = "ask"
    SECOND = "second"
    SLOT = "slot"
    RELEASE = "release"
    SPEAK = "speak"
    REJECT = "reject"
    CORRECT = "correct"
    END = "end"


_S, _T = AlertState, AlertStep

PERMITTED: dict[tuple[AlertState, AlertStep], AlertState] = {
    (_S.SILENT, _T.ASK): _S.WAITING,
    (_S.SILENT, _T.SLOT): _S.SLOTTED,
    (_S.SILENT, _T.RELEASE): _S.RELEASED,
    (_S.WAITING, _T.SECOND): _S.SECONDED,
    (_S.WAITING, _T.RELEASE): _S.RELEASED,
    (_S.WAITING, _T.REJECT): _S.REJECTED,
    (_S.WAITING, _T.END): _S.ENDED,
    (_S.SECONDED, _T.RELEASE): _S.RELEASED,
    (_S.SECONDED, _T.REJECT): _S.REJECTED,
    (_S.SECONDED, _T.END): _S.ENDED,
    (_S.SLOTTED, _T.RELEASE): _S.RELEASED,
    (_S.SLOTTED, _T.SPEAK): _S.SPOKEN,
    (_S.SLOTTED, _T.REJECT): _S.REJECTED,
    (_S.SLOTTED, _T.END): _S.ENDED,
    (_S.RELEASED, _T.SPEAK): _S.SPOKEN,
    (_S.RELEASED, _T.CORRECT): _S.ENDED,
    (_S.RELEASED, _T.END): _S.ENDED,
    (_S.SPOKEN, _T.RELEASE): _S.SPOKEN,
    (_S.SPOKEN, _T.CORRECT): _S.ENDED,
    (_S.SPOKEN, _T.END): _S.ENDED,
}


def after_step(state: AlertState, step: AlertStep) -> AlertState | None:
    """The state that `step` leads to, or None where it is not permitted."""
    return PERMITTED.get((state, step))


def release_step(people: int, needed: int) -> AlertStep:
    """What a release is after which so many different people stand for the alert, of so many who must."""
    return AlertStep.RELEASE if people >= needed else AlertStep.SECOND
