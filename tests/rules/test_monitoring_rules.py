"""The rules by which somebody looks out for trouble: when to look, what words mean, what has one cause."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.monitoring.checks import FIRST_LOOK, LAST_LOOK, look_is_due, looks, next_look
from controller.monitoring.grouping import Fallen, groups
from controller.monitoring.symptoms import new_complaints, new_refusals, not_ready
from controller.store.areas import Area, AreaKind, AreaTree
from controller.store.fleet import Seen
from controller.store.incident_list import IncidentId
from controller.store.troubles import Severity, TroubleKind
from controller.store.watching import Coming, Lacking, Whereabouts
from devices.protocol.messages import DeviceState, NotReady
from devices.protocol.topics import DeviceId
from schedules.plan import OccurrenceId
from schedules.programme import AreaId

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HORN = DeviceId("loa-1")
MINUTE = timedelta(minutes=1)
COMMUNE, SOUTH, NORTH, CLUSTER = (AreaId(name) for name in ("xa", "thon-1", "thon-2", "cum-1"))
TREE = AreaTree(
    [
        Area(COMMUNE, None, AreaKind.COMMUNE, "Xã"),
        Area(SOUTH, COMMUNE, AreaKind.VILLAGE, "Thôn 1"),
        Area(NORTH, COMMUNE, AreaKind.VILLAGE, "Thôn 2"),
        Area(CLUSTER, SOUTH, AreaKind.CLUSTER, "Cụm 1"),
    ]
)


def coming(known_for: timedelta, checked_at: datetime | None = None) -> Coming:
    """At nine thirty, planned so long before."""
    return Coming(OccurrenceId("o-1"), NOW, NOW + MINUTE, NOW - known_for, checked_at)


def test_it_is_looked_half_an_hour_and_five_minutes_before() -> None:
    assert looks(coming(timedelta(days=3))) == (NOW - FIRST_LOOK, NOW - LAST_LOOK)


@pytest.mark.parametrize("known_for, moments", [(20, [19, 5]), (5.5, [4.5]), (1, []), (0.5, [])])
def test_what_was_planned_late_is_looked_at_as_soon_as_it_can_be_there(known_for: float, moments: list[float]) -> None:
    assert [(NOW - moment) / MINUTE for moment in looks(coming(known_for * MINUTE))] == moments


@given(st.floats(0, 90), st.floats(0, 60))
def test_each_moment_to_look_is_used_once_however_late_one_comes(known_for: float, before: float) -> None:
    one, now = coming(known_for * MINUTE), NOW - before * MINUTE
    reached = [moment for moment in looks(one) if moment <= now]
    assert look_is_due(one, now) == bool(reached and now < NOW)
    looked = Coming(one.id, one.start, one.last_end, one.planned_at, now)
    assert not look_is_due(looked, now)
    assert next_look(one, now) == next(iter(moment for moment in looks(one) if moment > now), None)


def lacking(reason: str, *, minutes: int = 30, online: bool = True, seen: bool = True, number: int = 1) -> Lacking:
    where = Whereabouts(HORN, SOUTH, online, NOW - MINUTE if seen else None)
    return Lacking(where, OccurrenceId(f"o-{number}"), "Họp", NOW + minutes * MINUTE, reason)


@pytest.mark.parametrize(
    "found, kind, reason",
    [
        (lacking("audio-missing"), TroubleKind.NOT_READY, "audio-missing"),
        (lacking("audio-missing", online=False), TroubleKind.DEVICE_OFFLINE, "offline"),
        (lacking("plan-not-held", online=False, seen=False), TroubleKind.DEVICE_OFFLINE, "never-seen"),
        (lacking("offline"), TroubleKind.NOT_READY, "plan-not-held"),
        (lacking("clock-unproven"), TroubleKind.CLOCK_UNPROVEN, "clock-unproven"),
        (lacking("disk-full"), TroubleKind.DISK, "disk-full"),
        (lacking("quiet-hours"), TroubleKind.QUIET_HOURS_REFUSED, "quiet-hours"),
    ],
)
def test_each_reason_has_its_kind_of_trouble(found: Lacking, kind: TroubleKind, reason: str) -> None:
    ((trouble, _),) = not_ready([found], NOW).values()
    assert (trouble.kind, trouble.reason, trouble.subject.id, trouble.area) == (kind, reason, HORN, SOUTH)


def test_one_cause_is_one_trouble_however_many_broadcasts_it_threatens() -> None:
    both = [lacking("disk-full", minutes=4), lacking("disk-full", minutes=25, number=2)]
    ((trouble, threatened),) = not_ready([*both, lacking("mourning", minutes=4, number=3)][:2], NOW).values()
    assert threatened == tuple(both)
    assert trouble.severity is Severity.SERIOUS
    ((silent, _),) = not_ready([lacking("mourning", minutes=4)], NOW).values()
    assert silent.severity is Severity.NOTICE, "a silence that was asked for is no alarm"


def state(refused: dict[str, int] | None = None, **said: object) -> DeviceState:
    return DeviceState(device=HORN, session="s", sequence=1, at=NOW, online=True, refused=refused or {}, **said)  # type: ignore[arg-type]


def seen(before: DeviceState) -> Seen:
    return Seen(True, NOW, before)


@pytest.mark.parametrize(
    "before, now, events",
    [
        (None, {"quiet-hours": 7}, []),
        ({"quiet-hours": 7}, {"quiet-hours": 7}, []),
        ({"quiet-hours": 7}, {"quiet-hours": 9}, [2]),
        ({}, {"quiet-hours": 1, "malformed": 3}, [1, 3]),
        ({"quiet-hours": 7}, {"quiet-hours": 2}, [2]),
        ({"quiet-hours": 7}, {}, []),
    ],
)
def test_only_what_was_refused_since_is_a_trouble(
    before: dict[str, int] | None, now: dict[str, int], events: list[int]
) -> None:
    known = None if before is None else seen(state(before))
    assert [one.events for one in new_refusals(known, state(now), SOUTH)] == events


def test_what_a_device_complains_of_is_told_once() -> None:
    ill = state(clock_offset=-90.0, not_ready=(NotReady(OccurrenceId("o"), "disk-broken"),))
    assert {one.kind for one in new_complaints(seen(state()), ill, SOUTH)} == {TroubleKind.CLOCK_OFF, TroubleKind.DISK}
    assert {one.kind for one in new_complaints(None, ill, SOUTH)} == {TroubleKind.CLOCK_OFF, TroubleKind.DISK}
    assert new_complaints(seen(ill), ill, SOUTH) == []
    assert new_complaints(seen(ill), state(clock_offset=0.4), SOUTH) == []


def fallen(*areas: AreaId, apart: float = 1.0, beneath: AreaId | None = None) -> list[Fallen]:
    """One in each of these areas, so many seconds apart."""
    return [
        Fallen(IncidentId(number), area, NOW + timedelta(seconds=apart * number), beneath)
        for number, area in enumerate(areas, start=1)
    ]


@pytest.mark.parametrize(
    "down, standing, expected",
    [
        (fallen(SOUTH, SOUTH, SOUTH), {SOUTH: 4, NORTH: 4}, [(SOUTH, 3)]),
        (fallen(SOUTH, SOUTH), {SOUTH: 4, NORTH: 4}, []),
        (fallen(SOUTH), {SOUTH: 1, NORTH: 4}, []),
        (fallen(SOUTH, SOUTH, NORTH, NORTH), {SOUTH: 2, NORTH: 2}, [(COMMUNE, 4)]),
        (fallen(SOUTH, SOUTH, NORTH), {SOUTH: 2, NORTH: 8}, [(SOUTH, 2)]),
        (fallen(CLUSTER, CLUSTER), {CLUSTER: 2, SOUTH: 1, NORTH: 0}, [(CLUSTER, 2)]),
        (fallen(SOUTH, SOUTH, SOUTH, apart=45.0), {SOUTH: 3}, [(SOUTH, 2)]),
        (fallen(SOUTH, SOUTH, apart=61.0), {SOUTH: 2}, []),
        (fallen(SOUTH, SOUTH, SOUTH, beneath=SOUTH), {SOUTH: 3, NORTH: 9}, []),
        (fallen(SOUTH, SOUTH, NORTH, beneath=SOUTH), {SOUTH: 2, NORTH: 1}, [(COMMUNE, 3)]),
    ],
)
def test_most_of_an_area_within_a_minute_is_one_cause(
    down: Collection[Fallen], standing: dict[AreaId, int], expected: list[tuple[AreaId, int]]
) -> None:
    found = groups(down, TREE, standing, MINUTE)
    assert [(one.area, len(one.incidents)) for one in found] == expected


@given(st.lists(st.tuples(st.sampled_from([COMMUNE, SOUTH, NORTH, CLUSTER]), st.integers(0, 600)), max_size=12))
def test_nothing_has_two_causes_and_each_lies_inside_its_own(places: list[tuple[AreaId, int]]) -> None:
    down = [
        Fallen(IncidentId(number), area, NOW + timedelta(seconds=after)) for number, (area, after) in enumerate(places)
    ]
    found = groups(down, TREE, {SOUTH: 3, NORTH: 3, CLUSTER: 2}, MINUTE)
    named = [one for group in found for one in group.incidents]
    assert len(named) == len(set(named))
    where = {one.incident: one for one in down}
    for group in found:
        members = [where[one] for one in group.incidents]
        assert {one.area for one in members} <= TREE.within([group.area])
        assert max(one.began for one in members) - group.began <= MINUTE
