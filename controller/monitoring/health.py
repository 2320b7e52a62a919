"""What a device's words mean. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from controller.store.broadcasts import PublishedPlan
from controller.store.fleet import Seen
from devices.protocol.messages import DeviceState
from schedules.programme import AreaId


def is_news(before: Seen | None, state: DeviceState, seen_at: datetime) -> bool:
    """False for what was overtaken: a state already known, or the will of a session that has long been replaced."""
    if before is None:
        return True
    if state.session == before.session:
        # The will carries the number that was current when the session connected.
        return state.sequence > before.state.sequence or (before.online and not state.online)
    return state.online and seen_at >= before.seen_at


def holds_current_plans(
    state: DeviceState, published: Mapping[AreaId, PublishedPlan], path: Collection[AreaId]
) -> bool:
    """True when the device has, for each of its areas that has a plan, exactly the plan that was published last."""
    return all(area not in published or state.plans.get(area) == published[area].digest for area in path)


def may_find_rubbish(before: DeviceState | None, state: DeviceState) -> bool:
    """True when the device has refused something since `before`: perhaps in the place of what it was told."""
    known = {} if before is None else before.refused
    return any(count > known.get(reason, 0) for reason, count in state.refused.items())


def may_lack_plans(before: DeviceState | None, state: DeviceState) -> bool:
    """True when it is worth while to compare the plans that a device holds with those that were published."""
    if not state.clock_proven:
        return False
    return before is None or (before.session, before.plans) != (state.session, state.plans)
