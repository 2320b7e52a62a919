"""The rows of uptime: sums agree with stretches, and a year of many cameras is asked for without reading stretches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import event

from controller.monitoring.cameras.groupings import proposals
from controller.monitoring.cameras.report import Grouping, lines, some_lines
from controller.monitoring.cameras.tally import tallies
from controller.store import areas, cameras, uptime
from controller.store.areas import Area, AreaKind
from controller.store.camera_states import Condition
from controller.store.cameras import Camera
from controller.store.database import Database
from controller.store.nodes import NodeId
from controller.store.uptime import Month, Turn
from devices.protocol.messages.cameras import CameraId, CameraSource
from schedules.programme import AreaId

START = datetime(2025, 12, 1, 3, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST, LAST = Month("2025-12"), Month("2026-11")


def watched(database: Database, how_many: int) -> list[CameraId]:
    with database.write() as connection:
        areas.add(connection, Area(AreaId("xa"), None, AreaKind.COMMUNE, "Xã"))
        for number in range(how_many):
            camera = Camera(CameraId(f"c-{number}"), "", AreaId("xa"), CameraSource.RTSP, f"rtsp://10.0.0.1/{number}")
            cameras.add(connection, camera, START)
    return [CameraId(f"c-{number}") for number in range(how_many)]


def a_year(database: Database, these: list[CameraId], seed: int = 1) -> datetime:
    """Some hundred turns of each camera; the moment at which the year is over."""
    chance = Random(seed)
    for camera in these:
        at, turns = START, []
        while at < START + 360 * DAY:
            turns.append(Turn(camera, chance.choice(list(Condition)), at))
            at += timedelta(milliseconds=chance.randrange(1, 10 * 86_400_000))
        with database.write() as connection:
            uptime.turn(connection, turns)
    return START + 364 * DAY


def test_sums_are_what_the_stretches_say_and_can_be_made_anew(database: Database) -> None:
    found = watched(database, 5)
    a_year(database, found)
    with database.write() as connection:
        kept = uptime.by_camera_and_month(connection, FIRST, LAST)
        stretches = [one for one in uptime.stretches(connection, START) if one.end is not None]
        uptime.add_up_again(connection)
        again = uptime.by_camera_and_month(connection, FIRST, LAST)
        whole = uptime.by_camera(connection, FIRST, LAST)
    assert kept == again
    for camera in found:
        own = [one for one in stretches if one.camera == camera]
        for month, tally in tallies(own, own[-1].end or START).items():
            sums = kept[camera, month]
            assert sums.falls == tally.falls
            for kind in Condition:
                assert abs(sums.spent.get(kind, timedelta()) - tally.time(kind)) < timedelta(seconds=1)
        assert whole[camera].falls == sum(sums.falls for (one, _), sums in kept.items() if one == camera)


def test_stretches_of_a_camera_neither_overlap_nor_leave_gaps(database: Database) -> None:
    (camera,) = watched(database, 1)
    a_year(database, [camera])
    with database.write() as connection:
        uptime.turn(connection, [Turn(camera, Condition.DOWN, START)])  # long past: it holds from what lasts on
        found = uptime.stretches(connection, START, camera)
    assert all(one.end == two.start for one, two in pairwise(found))
    assert [one.end for one in found].count(None) == 1
    assert all(one.end is None or one.start < one.end for one in found)


def test_a_year_is_asked_for_in_as_many_questions_however_many_cameras_there_are(database: Database) -> None:
    asked: list[str] = []
    few = watched(database, 3)
    now = a_year(database, few)
    event.listen(database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    with database.read() as connection:
        found = lines(connection, Grouping.CAMERA, FIRST, LAST, now)
    assert len(found) == 3
    assert len([one for one in asked if one.lstrip().startswith("SELECT")]) <= 8
    closed = [one for one in asked if "camera_spans" in one and "IS NULL" not in one]
    assert not closed, "sums are kept, so that nobody reads a year of stretches"


@pytest.mark.parametrize(
    "grouping, names", [(Grouping.AREA, ["xa"]), (Grouping.NODE, []), (Grouping.CAMERA, ["c-0", "c-1"])]
)
def test_lines_are_of_cameras_areas_and_nodes(database: Database, grouping: Grouping, names: list[str]) -> None:
    now = a_year(database, watched(database, 2))
    with database.read() as connection:
        found = lines(connection, grouping, FIRST, LAST, now)
        by_month = lines(connection, Grouping.MONTH, FIRST, LAST, now)
    assert [one.id for one in found] == names
    assert by_month[0].id == FIRST
    total = sum((one.tally.time(*Condition) for one in by_month), timedelta())
    assert abs(total - 2 * (now - START)) < timedelta(seconds=5)


def test_a_page_of_cameras_says_of_each_what_the_whole_list_says(database: Database) -> None:
    these = watched(database, 5)
    now = START + 40 * DAY
    with database.write() as connection:
        turns = [(Condition.UP, 0), (Condition.DOWN, 20), (Condition.UP, 21)]
        for number, camera in enumerate(these[:4]):
            uptime.turn(connection, [Turn(camera, kind, START + (day + number) * DAY) for kind, day in turns])
    with database.read() as connection:
        everyone = cameras.listed(connection)
        for first, last in ((FIRST, LAST), (FIRST, FIRST), (Month("2026-01"), LAST)):
            whole = lines(connection, Grouping.CAMERA, first, last, now)
            pages = [
                some_lines(connection, Grouping.CAMERA, (first, last), now, everyone, skip, 2) for skip in (0, 2, 4)
            ]
            assert {total for _, total in pages} == {5}
            paged = [line for found, _ in pages for line in found]
            assert [one for one in paged if one.tally.time(*Condition)] == whole
            monthly = lines(connection, Grouping.CAMERA, first, last, now, monthly=True)
            for one in whole:
                parts = [part.tally for part in monthly if part.id == one.id]
                assert sum((part.time(*Condition) for part in parts), timedelta()) == one.tally.time(*Condition)
                assert sum(part.falls for part in parts) == one.tally.falls


def test_what_fell_together_again_and_again_is_proposed_and_never_what_is_known() -> None:
    group = [CameraId(f"c-{number}") for number in range(4)]
    falls = [
        (camera, START + day * DAY + number * timedelta(seconds=9))
        for day in range(4)
        for number, camera in enumerate(group)
    ]
    lone = [(CameraId("khac"), START + (day + 0.5) * DAY) for day in range(9)]
    both = sorted(falls + lone, key=lambda one: one[1])
    (proposed,) = proposals(both, {})
    assert (list(proposed.cameras), proposed.together) == (group, 4)
    assert proposals(both, dict.fromkeys(group, NodeId("sw-1"))) == ()
    assert proposals(falls[:8], {}) == (), "twice may be chance"
    often_alone = [
        (camera, START + (20 + day) * DAY + place * MINUTE * 30)
        for day in range(9)
        for place, camera in enumerate(group)
    ]
    assert proposals(falls + often_alone, {}) == ()
