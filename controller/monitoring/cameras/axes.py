"""One axis of one camera: what single results, good and bad, make us believe of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from controller.store.camera_states import AxisState, AxisStep, after

MISSES_TO_FALL = 3
GOODS_TO_RISE = 2
REMEMBERED = 21
"""So many results say whether it flaps: Naemon's rule."""
FLAPS_FROM = 0.30
FLAPS_UNTIL = 0.20
"""Shares of changes, newer ones weighing more."""
_OLDEST, _NEWEST = 0.8, 1.2


@dataclass(frozen=True, slots=True)
class Told:
    """`probes` results in a row, all good or all bad, from `since` to `checked_at`. `good` is None where it could not
    be asked, which is nobody's fault but ours."""

    good: bool | None
    reason: str
    since: datetime
    checked_at: datetime
    probes: int = 1


@dataclass(frozen=True, slots=True)
class Belief:
    """`believed` is what enough results in a row have shown, since `believed_since`: an outage begins with its first
    miss and ends with the first good result, whenever either is believed.

    `run` results in a row from `since` on led to `state`; `results` are the last ones, newest last, as `+` and `-`;
    `reason` is that of the last that was not good.
    """

    state: AxisState = AxisState.UNKNOWN
    since: datetime | None = None
    checked_at: datetime | None = None
    run: int = 0
    believed: AxisState = AxisState.UNKNOWN
    believed_since: datetime | None = None
    results: str = ""
    reason: str = ""
    flaps: bool = False

    @property
    def gone_since(self) -> datetime | None:
        """The first miss, believed or not; None when it is not missed."""
        if self.believed is AxisState.DOWN:
            return self.believed_since
        return self.since if self.state is AxisState.FAILING else None


def heard(before: Belief, told: Told) -> Belief:
    """What is believed after a device has told of its probes: all of a run at once, or as it grew; old news is none."""
    if before.checked_at is not None and told.checked_at < before.checked_at:
        return before
    if told.good is None:
        return replace(lose(before, told.since), checked_at=told.checked_at, reason=told.reason)
    same = before.run > 0 and before.since == told.since
    now = before if same else replace(before, run=0)
    for _ in range(min(told.probes - now.run, REMEMBERED)):
        now = _judge(now, told.good, told.since)
    reason = before.reason if told.good else told.reason
    return replace(now, run=max(now.run, told.probes), checked_at=told.checked_at, reason=reason)


def _judge(before: Belief, good: bool, since: datetime) -> Belief:
    """After one more result of the run that began at `since`."""
    state = after(before.state, _step(before, good))
    results = (before.results + ("+" if good else "-"))[-REMEMBERED:]
    flaps = share_of_changes(results) >= (FLAPS_UNTIL if before.flaps else FLAPS_FROM)
    now = replace(before, state=state, since=since, run=before.run + 1, results=results, flaps=flaps)
    if state not in (AxisState.UP, AxisState.DOWN) or state is before.believed:
        return now
    return replace(now, believed=state, believed_since=since)


def lose(before: Belief, since: datetime) -> Belief:
    """It is measured no longer, since then; what was never measured stays as it is."""
    if before.state is AxisState.UNKNOWN:
        return before
    lost = after(before.state, AxisStep.LOSE)
    return replace(before, state=lost, since=since, believed=lost, believed_since=since, run=0)


def share_of_changes(results: str) -> float:
    """How unsteady it is, from 0 to 1: the changes among the last results, the newest weighing half as much again as
    the oldest. What was not measured yet did not change."""
    earlier = REMEMBERED - len(results)
    steps = REMEMBERED - 1
    weights = (
        _OLDEST + (_NEWEST - _OLDEST) * (earlier + place - 1) / (steps - 1)
        for place in range(1, len(results))
        if results[place] != results[place - 1]
    )
    return sum(weights) / steps


def _step(before: Belief, good: bool) -> AxisStep:
    if good:
        rises = before.state is AxisState.RETURNING and before.run + 1 >= GOODS_TO_RISE
        return AxisStep.RISE if rises else AxisStep.GOOD
    falls = before.state is AxisState.FAILING and before.run + 1 >= MISSES_TO_FALL
    return AxisStep.FALL if falls else AxisStep.MISS
