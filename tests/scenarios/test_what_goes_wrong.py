"""What goes wrong in the commune becomes an incident before it becomes a silence: days in the town."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from controller.store import incident_list
from controller.store.incident_list import Incident, IncidentsAsked
from controller.store.incident_states import IncidentState, IncidentStep
from controller.store.troubles import Severity, SubjectKind, TroubleKind
from controller.town import CONTROLLER, Town
from devices.protocol.topics import DeviceChannel
from schedules.programme import AreaId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE

FIVE = datetime(2026, 11, 23, 17, 0, tzinfo=COMMUNE_ZONE)
START = FIVE - timedelta(minutes=50)
TODAY = Recurrence.once(FIVE)
VILLAGE = AreaId("thon-2")
NOTICE = "Kính mời bà con ra nhà văn hóa họp bàn việc làm đường, đúng bảy giờ tối nay."


def before_air(minutes: float) -> datetime:
    return FIVE - timedelta(minutes=minutes)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, START, villages={VILLAGE: 3, AreaId("thon-3"): 3}) as built:
        built.run_for(timedelta(minutes=2))
        yield built


def of(town: Town, **asked: object) -> tuple[Incident, ...]:
    with town.app.database.read() as connection:
        return incident_list.asked(connection, IncidentsAsked(**asked))  # type: ignore[arg-type]


def steps(town: Town, incident: Incident) -> list[IncidentStep]:
    with town.app.database.read() as connection:
        return [one.step for one in incident_list.story(connection, incident.id)]


def test_nothing_is_wrong_when_all_is_well(town: Town) -> None:
    town.broadcast(NOTICE, (VILLAGE,), TODAY)
    town.run_until(FIVE + timedelta(hours=1))
    assert of(town) == ()


def test_who_is_away_half_an_hour_before_air_time_is_an_incident_until_it_is_back(town: Town) -> None:
    town.broadcast(NOTICE, (VILLAGE,), TODAY)
    horn, *_ = town.horns.values()
    town.run_until(before_air(31))
    town.cut_line(horn.device)
    town.run_until(before_air(30) - timedelta(seconds=1))
    assert of(town) == ()
    town.run_until(before_air(29))
    (incident,) = of(town)
    assert (incident.kind, incident.subject.id) == (TroubleKind.DEVICE_OFFLINE, horn.device)
    assert (incident.state, incident.severity, incident.reason) == (IncidentState.OPEN, Severity.WARNING, "offline")
    assert [one["title"] for one in incident.facts["occurrences"]] == [NOTICE]
    town.run_until(before_air(10))
    town.mend_line(horn.device)
    town.run_until(before_air(9))
    assert [one.state for one in of(town)] == [IncidentState.RESOLVED]
    town.run_until(before_air(1))
    (incident,) = of(town)
    assert steps(town, incident) == [IncidentStep.OPEN, IncidentStep.RESOLVE]


def test_five_minutes_before_air_time_it_is_looked_again_and_it_is_serious(town: Town) -> None:
    town.broadcast(NOTICE, (VILLAGE,), TODAY)
    horn, *_ = town.horns.values()
    town.run_until(before_air(20))
    town.cut_line(horn.device)
    town.run_until(before_air(11))
    assert of(town) == ()
    town.run_until(before_air(4))
    (incident,) = of(town)
    assert incident.severity is Severity.SERIOUS


def test_after_air_time_the_incident_stays_until_it_can_say_what_became_of_the_broadcast(town: Town) -> None:
    town.broadcast(NOTICE, (VILLAGE,), TODAY)
    horn, *_ = town.horns.values()
    town.run_until(before_air(31))
    town.cut_line(horn.device)
    town.run_until(FIVE + timedelta(minutes=20))
    (incident,) = of(town, open=True)
    assert "outcome" not in incident.facts["occurrences"][0]
    town.mend_line(horn.device)
    town.run_for(timedelta(minutes=2))
    (incident,) = of(town)
    assert incident.state is IncidentState.RESOLVED
    assert incident.facts["occurrences"][0]["outcome"] == "played", "it had the plan on its disk"


@pytest.mark.long
def test_a_controller_that_was_down_when_it_was_time_to_look_looks_when_it_is_back(town: Town) -> None:
    town.broadcast(NOTICE, (VILLAGE,), TODAY)
    horn, *_ = town.horns.values()
    town.run_until(before_air(40))
    town.cut_line(horn.device)
    town.run_until(before_air(31))
    town.kill_controller()
    town.run_until(before_air(20))
    town.boot_controller()
    town.run_until(before_air(18))
    (incident,) = of(town)
    assert (incident.kind, incident.subject.id) == (TroubleKind.DEVICE_OFFLINE, horn.device)
    for _ in range(3):
        town.kill_controller()
        town.boot_controller()
        town.run_for(timedelta(minutes=2))
    (again,) = of(town)
    assert (again.id, again.count, steps(town, again)) == (incident.id, 1, [IncidentStep.OPEN])


def test_a_village_without_power_is_one_incident(tmp_path: Path) -> None:
    with Town(tmp_path, START, villages={VILLAGE: 20, AreaId("thon-3"): 3}) as town:
        town.run_for(timedelta(minutes=2))
        village = [horn for horn in town.horns.values() if VILLAGE in horn.device]
        for number, horn in enumerate(village):
            town.run_for(timedelta(seconds=number))
            horn.cut_power()
        town.run_for(timedelta(minutes=20))
        (root,) = of(town, open=True, roots=True)
        assert (root.subject.kind, root.subject.id) == (SubjectKind.AREA, VILLAGE)
        assert (root.kind, root.facts["devices"]) == (TroubleKind.DEVICE_OFFLINE, 20)
        assert {one.cause for one in of(town, open=True) if one.id != root.id} == {root.id}
        for horn in village[:-1]:
            horn.boot()
        town.run_for(timedelta(minutes=5))
        assert len(of(town, open=True, roots=True)) == 1, "the last one is given its time"
        town.run_for(timedelta(minutes=45))
        (left,) = of(town, open=True)
        assert (left.subject.id, left.cause) == (village[-1].device, None)


@pytest.mark.long
def test_an_order_for_the_night_is_one_incident_before_and_after(tmp_path: Path) -> None:
    night = datetime(2026, 11, 24, 3, 15, tzinfo=COMMUNE_ZONE)
    with Town(tmp_path, night - timedelta(minutes=40), villages={VILLAGE: 3}) as town:
        town.broadcast(NOTICE, (VILLAGE,), Recurrence.once(night))
        for moment in (night - timedelta(minutes=10), night + timedelta(minutes=10)):
            town.run_until(moment)
            (root,) = of(town, open=True, roots=True)
            assert (root.kind, root.subject.id) == (TroubleKind.QUIET_HOURS_REFUSED, VILLAGE)
            beneath = of(town, open=True, subject_kind=SubjectKind.DEVICE)
            assert {one.cause for one in beneath} == {root.id}
        assert [one.facts["refused"] for one in beneath] == ["quiet-hours"] * 3
        assert [horn.sounded for horn in town.horns.values()] == [[]] * 3


def test_whoever_speaks_in_the_name_of_a_loudspeaker_is_noticed(town: Town) -> None:
    horn, *_ = town.horns.values()
    topic = town.app.topics.device(horn.device, DeviceChannel.STATE)
    intruder = town.broker.link("intruder", lambda inbound: None)
    intruder.start()
    town.run_for(timedelta(minutes=1))
    for _ in range(5):
        intruder.publish(topic, b"nobody signed this")
    town.run_for(timedelta(minutes=1))
    (incident,) = of(town, open=True)
    assert (incident.kind, incident.count) == (TroubleKind.HIJACK_TRY, 5)


def test_a_clock_that_is_far_off_is_an_incident_until_it_is_right(town: Town) -> None:
    horn, *_ = town.horns.values()
    horn.step_clock(-1800)
    town.run_for(timedelta(minutes=15))
    (incident,) = of(town, open=True)
    assert (incident.kind, incident.facts["seconds"]) == (TroubleKind.CLOCK_OFF, -1800)
    horn.step_clock(1800)
    town.run_for(timedelta(minutes=15))
    assert of(town, open=True) == ()


def test_who_is_away_for_long_is_an_incident_even_when_nothing_shall_sound(town: Town) -> None:
    horn, *_ = town.horns.values()
    horn.cut_power()
    town.run_for(timedelta(minutes=9))
    assert of(town) == ()
    town.run_for(timedelta(minutes=2))
    (incident,) = of(town, open=True)
    assert (incident.kind, incident.reason) == (TroubleKind.DEVICE_OFFLINE, "offline")


def test_when_we_ourselves_are_off_the_line_no_loudspeaker_is_blamed(town: Town) -> None:
    town.broker.cut(CONTROLLER)
    town.run_for(timedelta(hours=2))
    (incident,) = of(town)
    assert (incident.kind, incident.subject.kind) == (TroubleKind.BROKER_LOST, SubjectKind.SITE)
    town.broker.restore(CONTROLLER)
    town.run_for(timedelta(minutes=5))
    assert [one.state for one in of(town)] == [IncidentState.RESOLVED]
