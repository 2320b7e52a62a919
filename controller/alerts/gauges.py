"""From readings of a rain or water gauge to a proposal that people decide over. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from schedules.programme import AreaId


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From `value` on, held long enough, the level of risk that is proposed."""

    value: float
    level: Annotated[int, msgspec.Meta(ge=1, le=5)]


class Gauge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`hysteresis` is by how much a reading must fall below a threshold before that counts as left; `hold_seconds` how
    long it must have been reached without a break. A gauge whose readings come less often than every `gap_seconds`
    proves no such length."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    hazard: str
    unit: Annotated[str, msgspec.Meta(max_length=20)]
    thresholds: Annotated[tuple[Threshold, ...], msgspec.Meta(min_length=1, max_length=5)]
    areas: Annotated[tuple[AreaId, ...], msgspec.Meta(min_length=1, max_length=200)]
    hysteresis: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    hold_seconds: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 300.0
    gap_seconds: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 1_800.0


@dataclass(frozen=True, slots=True)
class GaugeState:
    """`since` says from when on each level has been reached; `reached` is the greatest that was held long enough."""

    since: dict[int, datetime] = field(default_factory=dict)
    reached: int = 0
    at: datetime | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    level: int
    value: float
    at: datetime


def read(gauge: Gauge, state: GaugeState, value: float, at: datetime) -> tuple[GaugeState, Proposal | None]:
    """What a reading changes. One that is older than the last changes nothing; only a rise proposes something."""
    if state.at is not None and at <= state.at:
        return state, None
    broken = state.at is not None and at - state.at > timedelta(seconds=gauge.gap_seconds)
    since = {}
    for threshold in gauge.thresholds:
        before = None if broken else state.since.get(threshold.level)
        limit = threshold.value - (gauge.hysteresis if threshold.level in state.since else 0.0)
        if value >= limit:
            since[threshold.level] = before or at
    held = timedelta(seconds=gauge.hold_seconds)
    kept = state.reached if state.reached in since else 0
    reached = max((level for level, begun in since.items() if at - begun >= held), default=0)
    after = GaugeState(since, max(reached, kept), at, value)
    return after, Proposal(after.reached, value, at) if after.reached > state.reached else None
