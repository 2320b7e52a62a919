"""What the villages hear of official warnings: the real controller, real agents, and what goes wrong in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from controller.alerts.cap.message import Kind, Status
from controller.alerts.exercises import open_exercise
from controller.alerts.own_alerts import PHRASES, OwnAlert, template_of
from controller.alerts.wording import FIXED
from controller.all_stop import Silencer, send
from controller.fleet.keys import site_key
from controller.speech.phrases import CATALOGUE
from controller.store.people import Account, AccountId, Role
from controller.store.tables import receipts
from controller.town import Town
from controller.town.warnings import WarningService, around, believe, east_of
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE

NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=COMMUNE_ZONE)
VILLAGES = {AreaId("thon-1"): 2, AreaId("thon-2"): 1}
MINUTE = timedelta(minutes=1)
ONE, TWO, THREE = DeviceId("loa-thon-1-1"), DeviceId("loa-thon-1-2"), DeviceId("loa-thon-2-1")
APPROVER = Account(AccountId("a-2"), "duyet", "Người duyệt", frozenset({Role.APPROVER}))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, NIGHT, villages=VILLAGES) as built:
        built.run_for(MINUTE)
        yield built


@pytest.fixture
def service(town: Town) -> WarningService:
    us = town.app.services
    return believe(us.warnings.office, us.database, town.clock, VILLAGES)


def heard(town: Town, device: DeviceId, since: datetime) -> float:
    """Seconds that came out of a loudspeaker from then on."""
    return sum(one.seconds for one in town.horns[device].sounded if one.heard_at and one.heard_at >= since)


def sirens(town: Town, device: DeviceId) -> int:
    return sum("siren" in one.track.occurrence for one in town.horns[device].sounded)


def test_at_night_a_verified_warning_sounds_at_once_where_it_reaches_and_nowhere_else(
    town: Town, service: WarningService
) -> None:
    begun = town.clock.now()
    service.issue(service.write("A1"))
    town.run_for(2 * MINUTE)
    for device in (ONE, TWO):
        first = town.horns[device].sounded[0]
        assert first.heard_at is not None
        assert first.heard_at - begun < timedelta(seconds=1)
        assert heard(town, device, begun) > 20
    assert town.horns[THREE].sounded == []


@pytest.mark.long
def test_one_loudspeaker_of_two_sounds_when_the_warning_reaches_only_that_one(
    town: Town, service: WarningService
) -> None:
    service.issue(service.write("A1", areas=(east_of(1),)))
    town.run_for(2 * MINUTE)
    assert sirens(town, ONE) == 1
    assert town.horns[TWO].sounded == []


@pytest.mark.long
def test_it_goes_on_every_half_hour_without_the_controller_and_ends_at_its_expiry(
    town: Town, service: WarningService
) -> None:
    service.issue(service.write("A1", lasts=timedelta(hours=2)))
    town.run_for(MINUTE)
    town.kill_controller()
    town.run_for(timedelta(hours=4))
    assert sirens(town, ONE) == 4


@pytest.mark.long
def test_a_cancel_silences_what_sounds_and_says_that_it_is_over(town: Town, service: WarningService) -> None:
    service.issue(service.write("A1"))
    town.run_for(timedelta(seconds=5))
    over = town.clock.now()
    service.issue(service.write("C1", kind=Kind.CANCEL, of=("A1",)))
    town.run_for(timedelta(hours=2))
    first, *rest = town.horns[ONE].sounded
    assert first.seconds == pytest.approx(5, abs=0.5)
    assert sum(one.seconds for one in rest) > 5
    assert all(one.at < over + MINUTE for one in rest)


@pytest.mark.long
def test_who_was_off_the_line_learns_the_cancel_before_it_could_sound(town: Town, service: WarningService) -> None:
    town.horns[ONE].cut_power()
    service.issue(service.write("A1"))
    town.run_for(MINUTE)
    service.issue(service.write("C1", kind=Kind.CANCEL, of=("A1",)))
    town.run_for(timedelta(hours=1))
    town.horns[ONE].boot()
    town.run_for(timedelta(hours=1))
    assert town.horns[ONE].sounded == []


@pytest.mark.long
def test_a_dropped_village_hears_the_ending_and_the_other_is_not_woken_by_a_second_siren(
    town: Town, service: WarningService
) -> None:
    service.issue(service.write("A1", areas=(around(1, 2),)))
    town.run_for(2 * MINUTE)
    dropped = town.clock.now()
    service.issue(service.write("U1", kind=Kind.UPDATE, of=("A1",), areas=(around(2),)))
    town.run_for(5 * MINUTE)
    assert heard(town, ONE, dropped) > 3
    assert heard(town, THREE, dropped) == 0
    assert sirens(town, THREE) == 1


def test_a_correction_follows_within_seconds(town: Town, service: WarningService) -> None:
    alert = service.issue(service.write("A1"))
    town.run_for(timedelta(seconds=4))
    wrong = town.clock.now()
    town.app.services.warnings.decisions.correct(alert, APPROVER, "gửi nhầm")
    town.run_for(2 * MINUTE)
    siren, *rest = town.horns[ONE].sounded
    assert siren.seconds < 5
    assert rest[0].heard_at is not None
    assert rest[0].heard_at - wrong <= timedelta(seconds=5)


@pytest.mark.long
def test_an_exercise_keeps_quiet_hours_and_is_not_told_as_urgent(town: Town, service: WarningService) -> None:
    us = town.app.services
    until = town.clock.now() + timedelta(hours=6)
    us.warnings.office.settle(lambda it: open_exercise(it, "Diễn tập lũ", until, APPROVER, town.clock.now()))
    service.issue(service.write("E1", status=Status.EXERCISE, note="Diễn tập lũ"))
    town.run_for(timedelta(hours=2))
    assert town.horns[ONE].sounded == []
    town.run_until(NIGHT + timedelta(hours=4))
    assert heard(town, ONE, NIGHT) > 0
    assert town.horns[THREE].sounded == []


@pytest.mark.long
def test_all_stop_with_the_key_alone_holds_although_the_controller_was_down(
    town: Town, service: WarningService
) -> None:
    service.issue(service.write("A1", areas=(around(1, 2),)))
    town.run_for(timedelta(seconds=3))
    town.kill_controller()
    key = site_key(town.folder / "controller")
    silencer = Silencer(town.app.topics, key, town.clock)
    link = town.broker.link("loa.stop", silencer.hear)
    link.subscribe(*town.app.topics.to_every_area())
    link.start()
    town.run_for(timedelta(seconds=1))
    stopped = town.clock.now()
    send(link, silencer, tuple(silencer.serials), timedelta(minutes=10))
    town.run_for(timedelta(seconds=1))
    link.stop()
    town.boot_controller()
    town.run_for(timedelta(hours=2))
    for device in (ONE, TWO, THREE):
        assert heard(town, device, stopped + timedelta(seconds=1)) == 0
    again = town.app.services
    WarningService(again.warnings.office, again.database, town.clock, service.known).issue(service.write("A2"))
    now = town.clock.now()
    town.run_for(2 * MINUTE)
    assert heard(town, ONE, now) > 10


@pytest.mark.long
def test_the_morning_news_is_heard_after_a_night_of_warnings(town: Town, service: WarningService) -> None:
    when = NIGHT + timedelta(hours=4)
    programme = town.broadcast("Bản tin sáng của xã.", (AreaId("xa"),), Recurrence.once(when))
    service.issue(service.write("A1", lasts=timedelta(hours=1)))
    town.run_until(when + 10 * MINUTE)
    ((broadcast, _),) = town.facts(programme)
    assert broadcast.played == 3


@pytest.mark.long
def test_an_unchanged_warning_of_the_commune_sounds_from_what_the_loudspeakers_have_at_hand(tmp_path: Path) -> None:
    with Town(tmp_path, NIGHT, villages={AreaId("thon-1"): 1}, phrases=(*FIXED, *PHRASES, *CATALOGUE)) as town:
        town.run_for(10 * MINUTE)
        audio = town.horns[ONE].folder / "audio"
        before = {file.name for file in audio.iterdir()}
        warnings = town.app.services.warnings
        flood = template_of("flood")
        own = OwnAlert("flood", 4, flood.headline, flood.instructions[4], (AreaId("thon-1"),), timedelta(hours=2))
        warnings.decisions.release(warnings.own.submit(own, town.editor), town.approver)
        town.run_for(5 * MINUTE)
        with town.app.database.read() as connection:
            (sounded,) = connection.scalars(select(receipts.c.sounds))
        assert len(sounded) > 10
        assert set(sounded) <= before
        assert {file.name for file in audio.iterdir()} == before
