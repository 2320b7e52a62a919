"""How a programme passes from the editor's desk to the air: the states and the permitted steps, as a pure rule."""

from __future__ import annotations

from enum import Enum


class ProgrammeState(Enum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class RenderState(Enum):
    """What has become of a text that was given to a voice."""

    WAITING = "waiting"
    SPEAKING = "speaking"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Step(Enum):
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"
    CHANGE = "change"
    """Of text, sound, areas or time: what was decided before counts no more."""


PERMITTED: dict[tuple[ProgrammeState, Step], ProgrammeState] = {
    (ProgrammeState.DRAFT, Step.SUBMIT): ProgrammeState.SUBMITTED,
    (ProgrammeState.SUBMITTED, Step.APPROVE): ProgrammeState.APPROVED,
    (ProgrammeState.SUBMITTED, Step.RETURN): ProgrammeState.RETURNED,
    (ProgrammeState.RETURNED, Step.SUBMIT): ProgrammeState.SUBMITTED,
    (ProgrammeState.DRAFT, Step.CHANGE): ProgrammeState.DRAFT,
    (ProgrammeState.SUBMITTED, Step.CHANGE): ProgrammeState.DRAFT,
    (ProgrammeState.RETURNED, Step.CHANGE): ProgrammeState.DRAFT,
    (ProgrammeState.APPROVED, Step.CHANGE): ProgrammeState.DRAFT,
    (ProgrammeState.DRAFT, Step.WITHDRAW): ProgrammeState.WITHDRAWN,
    (ProgrammeState.SUBMITTED, Step.WITHDRAW): ProgrammeState.WITHDRAWN,
    (ProgrammeState.RETURNED, Step.WITHDRAW): ProgrammeState.WITHDRAWN,
    (ProgrammeState.APPROVED, Step.WITHDRAW): ProgrammeState.WITHDRAWN,
}


def after(state: ProgrammeState, step: Step) -> ProgrammeState | None:
    """The state that `step` leads to, or None where it is not permitted."""
    return PERMITTED.get((state, step))
