"""From probe to probe: how each axis of a camera stands, since when, and whether that is worth a word. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from devices.agent.cameras.picture.verdict import Finding
from devices.agent.cameras.seen import NO_FIGURES, NOT_ASKED, Found, Rung, Seen, found
from devices.protocol.messages import (
    Axis,
    CameraFigures,
    CameraId,
    CameraIdentity,
    CameraPictures,
    CameraReason,
    CameraReport,
    PictureFinding,
    Standing,
)

CONFIRMED = 3
"""So many probes in a row make what they say certain; each of them is told."""
NO_PICTURES = CameraPictures()


@dataclass(frozen=True, slots=True)
class CameraState:
    """What is known of one camera after some probes."""

    at: datetime
    axes: Mapping[Rung, Axis]
    figures: CameraFigures = NO_FIGURES
    findings: tuple[PictureFinding, ...] = ()
    identity: CameraIdentity | None = None
    learnt: float = 0.0
    pictures: CameraPictures = field(default=NO_PICTURES)

    @classmethod
    def unseen(cls, at: datetime, reason: CameraReason = CameraReason.NOT_ASKED) -> CameraState:
        """Before the first probe, or where there can be none."""
        why = found(reason)
        return cls(at, {rung: _axis(why, at, 0) for rung in Rung})

    @property
    def unconfirmed(self) -> frozenset[Rung]:
        """The axes that went bad, or came back, and that too few probes have said so of."""
        return frozenset(
            rung
            for rung, axis in self.axes.items()
            if 0 < axis.probes < CONFIRMED and axis.reason is not CameraReason.NOT_ASKED
        )

    def standing(self, rung: Rung) -> Standing:
        return self.axes[rung].standing


def after(state: CameraState, seen: Seen) -> tuple[CameraState, bool]:
    """What is known after one more probe, and whether the controller should hear of it now."""
    axes, news = dict(state.axes), False
    for rung, what in seen.rungs.items():
        before = axes[rung]
        same = (before.standing, before.reason) == (what.standing, what.reason) and before.probes > 0
        probes = before.probes + 1 if same else 1
        axes[rung] = _axis(what, seen.at, probes, before.since if same else seen.at)
        news |= probes <= CONFIRMED and (what != NOT_ASKED or not same)
    findings, learnt = state.findings, state.learnt
    if seen.verdict is not None:
        findings = tuple(_finding(one) for one in seen.verdict.findings)
        learnt = seen.verdict.learnt
        news |= {one.kind for one in findings} != {one.kind for one in state.findings}
    news |= seen.identity is not None and seen.identity != state.identity
    return (
        replace(
            state,
            at=seen.at,
            axes=axes,
            figures=_together(state.figures, seen.figures),
            findings=findings,
            identity=seen.identity or state.identity,
            learnt=learnt,
        ),
        news,
    )


def report(camera: CameraId, state: CameraState) -> CameraReport:
    """As the controller is told."""
    return CameraReport(
        camera=camera,
        at=state.at,
        reach=state.axes[Rung.REACH],
        service=state.axes[Rung.SERVICE],
        stream=state.axes[Rung.STREAM],
        picture=state.axes[Rung.PICTURE],
        figures=state.figures,
        findings=state.findings,
        identity=state.identity,
        learnt=round(100 * min(max(state.learnt, 0.0), 1.0)),
        pictures=state.pictures,
    )


def _axis(what: Found, at: datetime, probes: int, since: datetime | None = None) -> Axis:
    return Axis(standing=what.standing, reason=what.reason, since=since or at, checked_at=at, probes=probes)


def _finding(one: Finding) -> PictureFinding:
    low, high = one.learnt or (None, None)
    return PictureFinding(
        kind=one.kind.value,
        confidence=min(max(one.confidence, 0.0), 1.0),
        measure=one.measure,
        value=one.value,
        limit=one.limit,
        usual_low=low,
        usual_high=high,
    )


def _together(before: CameraFigures, now: CameraFigures) -> CameraFigures:
    """The new figures, and of the upper rungs the last ones where a cheap probe took none."""
    known = {name: value for name in now.__struct_fields__ if (value := getattr(now, name)) not in (None, "")}
    return msgspec.structs.replace(before, **known)
