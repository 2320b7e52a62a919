"""Reports of cameras, through the real intake: one cause is one incident, and time is counted honestly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from controller.monitoring.cameras.lookout import find_causes
from controller.store import camera_pictures, camera_watch, incidents, maintenance, people
from controller.store.camera_states import Condition
from controller.store.channels import What
from controller.store.database import Database
from controller.store.maintenance import Maintenance, MaintenanceId
from controller.store.nodes import NodeKind
from controller.store.people import Account, AccountId, Role
from controller.store.tables import notices as notice_rows
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from devices.protocol.messages.cameras import CameraId, CameraPictures, CameraReason
from schedules.programme import Sha256
from schedules.timespan import Timespan
from tests.desk.camera_sentry import MINUTE, SECOND, Sentry

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def sentry(tmp_path: Path) -> Iterator[Sentry]:
    opened = Database(f"sqlite:///{tmp_path / 'loa.db'}")
    yield Sentry(opened, START)
    opened.close()


def told(sentry: Sentry) -> list[What]:
    """Of what people were told, oldest first."""
    with sentry.database.read() as connection:
        return [What(row.what) for row in connection.execute(notice_rows.select().order_by(notice_rows.c.id))]


@pytest.mark.long
def test_two_dead_switches_are_two_incidents_however_many_cameras_hang_on_them(sentry: Sentry) -> None:
    switches: dict[str, list[CameraId]] = {}
    for switch in ("sw-1", "sw-2", "sw-3"):
        sentry.hang(switch, NodeKind.SWITCH)
        switches[switch] = [sentry.watch(f"{switch}-{number}", switch) for number in range(15)]
    dead = switches["sw-1"] + switches["sw-2"]
    sentry.befall(dead, CameraReason.NO_ANSWER, 5 * MINUTE, 9 * MINUTE)
    sentry.run_until(8 * MINUTE)
    roots = sentry.incidents(open=True, roots=True)
    assert {(one.kind, one.subject.id) for one in roots} == {(TroubleKind.NODE_DOWN, sw) for sw in ("sw-1", "sw-2")}
    beneath = sentry.incidents(open=True, subject_kind=SubjectKind.CAMERA)
    assert {CameraId(one.subject.id) for one in beneath} == set(dead)
    assert {one.kind for one in beneath} == {TroubleKind.CAMERA_REACH}
    assert told(sentry) == [What.INCIDENT] * 2
    sentry.run_until(15 * MINUTE)
    assert sentry.incidents(open=True) == []
    assert told(sentry) == [What.INCIDENT] * 2 + [What.RECOVERED] * 2
    for camera in dead:
        down = sentry.spent(camera)[Condition.DOWN]
        assert abs(down - 4 * MINUTE) <= MINUTE, camera
    assert all(Condition.DOWN not in sentry.spent(camera) for camera in switches["sw-3"])


def test_a_camera_is_called_down_within_a_minute_of_its_first_miss(sentry: Sentry) -> None:
    camera = sentry.watch("cho-xa")
    sentry.befall([camera], CameraReason.NO_ANSWER, 5 * MINUTE, 60 * MINUTE)
    sentry.run_until(5 * MINUTE + 59 * SECOND)
    sentry.run_until(7 * MINUTE)
    (one,) = sentry.incidents(open=True)
    since = datetime.fromisoformat(str(one.facts["since"]))
    assert one.opened_at - since <= MINUTE
    assert START + 5 * MINUTE <= since <= START + 6 * MINUTE


def test_those_that_stay_away_after_their_switch_is_back_stand_alone(sentry: Sentry) -> None:
    sentry.hang("sw-1", NodeKind.SWITCH)
    found = [sentry.watch(f"c-{number}", "sw-1") for number in range(6)]
    sentry.befall(found[:5], CameraReason.NO_ANSWER, 5 * MINUTE, 9 * MINUTE)
    sentry.befall(found[5:], CameraReason.NO_ANSWER, 5 * MINUTE, 60 * MINUTE)
    sentry.run_until(8 * MINUTE)
    (node,) = sentry.incidents(open=True, roots=True)
    assert node.kind is TroubleKind.NODE_DOWN
    sentry.run_until(14 * MINUTE)
    (alone,) = sentry.incidents(open=True)
    assert (alone.subject.id, alone.cause) == ("c-5", None)
    assert told(sentry) == [What.INCIDENT, What.RECOVERED, What.INCIDENT]


@pytest.mark.long
def test_a_camera_that_comes_and_goes_is_one_incident_and_two_messages(sentry: Sentry) -> None:
    camera = sentry.watch("cho-xa")

    def restless(now: datetime) -> CameraReason:
        after = now - START
        bad = 5 * MINUTE <= after < 15 * MINUTE and int(after / (20 * SECOND)) % 2 == 0
        return CameraReason.REFUSED if bad else CameraReason.NONE

    sentry.cameras[camera].truth = lambda now: CameraReason.NO_ANSWER if restless(now).value else CameraReason.NONE
    sentry.run_until(45 * MINUTE)
    (one,) = sentry.incidents()
    assert (one.subject.id, one.reason, one.state.over) == (camera, "unstable", True)
    assert told(sentry) == [What.INCIDENT, What.RECOVERED]


def test_what_nobody_watched_is_unknown_and_not_the_cameras_fault(sentry: Sentry) -> None:
    found = [sentry.watch(f"c-{number}") for number in range(6)]
    sentry.run_until(10 * MINUTE)
    sentry.stop()
    sentry.run_until(20 * MINUTE)
    assert sentry.incidents(subject_kind=SubjectKind.CAMERA) == []
    sentry.resume()
    sentry.run_until(30 * MINUTE)
    assert sentry.incidents(subject_kind=SubjectKind.CAMERA) == []
    assert sentry.incidents(kinds=[TroubleKind.NODE_DOWN]) == []
    for camera in found:
        spent = sentry.spent(camera)
        assert Condition.DOWN not in spent
        assert abs(spent[Condition.UNKNOWN] - 10 * MINUTE) <= MINUTE


def test_a_wrong_password_is_a_state_of_its_own_and_hides_what_lies_behind(sentry: Sentry) -> None:
    camera = sentry.watch("cho-xa")
    sentry.befall([camera], CameraReason.LOGIN_WRONG, 5 * MINUTE, 9 * MINUTE)
    sentry.run_until(8 * MINUTE)
    (one,) = sentry.incidents()
    assert (one.kind, one.reason) == (TroubleKind.CAMERA_SERVICE, "login-wrong")
    sentry.run_until(12 * MINUTE)
    assert sentry.incidents(open=True) == []
    spent = sentry.spent(camera)
    assert Condition.DOWN not in spent
    assert abs(spent[Condition.DEGRADED] - 4 * MINUTE) <= MINUTE


def test_a_picture_that_its_device_has_looked_at_twice_is_believed_to_be_bad_at_the_third_look(sentry: Sentry) -> None:
    camera = sentry.watch("cho-xa")
    sentry.befall([camera], CameraReason.FINDING, 5 * MINUTE, 9 * MINUTE)
    sentry.run_until(8 * MINUTE)
    (one,) = sentry.incidents()
    assert (one.kind, one.reason) == (TroubleKind.CAMERA_PICTURE, "finding")
    assert one.opened_at - datetime.fromisoformat(str(one.facts["since"])) <= 25 * SECOND
    assert sentry.cameras[camera].axes["picture"].probes >= 2
    sentry.run_until(11 * MINUTE)
    assert sentry.incidents(open=True) == []


@pytest.mark.long
def test_announced_absence_alarms_nobody_and_is_counted_for_itself(sentry: Sentry) -> None:
    sentry.hang("sw-1", NodeKind.SWITCH)
    found = [sentry.watch(f"c-{number}", "sw-1") for number in range(4)]
    by = Account(AccountId("a-1"), "ky", "Kỹ", frozenset({Role.TECHNICIAN}))
    span = Timespan(START + 5 * MINUTE, START + 15 * MINUTE)
    with sentry.database.write() as connection:
        people.add(connection, by, "", START)
        planned = Maintenance(MaintenanceId(0), Subject(SubjectKind.NODE, "sw-1"), span, "thay tủ", by.id)
        maintenance.add(connection, planned, START)
    sentry.befall(found, CameraReason.NO_ANSWER, 6 * MINUTE, 14 * MINUTE)
    sentry.run_until(20 * MINUTE)
    assert sentry.incidents() == []
    for camera in found:
        assert sentry.spent(camera)[Condition.MAINTENANCE] == 10 * MINUTE
        assert Condition.DOWN not in sentry.spent(camera)


@pytest.mark.long
def test_what_lasts_beyond_its_announcement_is_an_incident(sentry: Sentry) -> None:
    camera = sentry.watch("cho-xa")
    by = Account(AccountId("a-1"), "ky", "Kỹ", frozenset({Role.TECHNICIAN}))
    span = Timespan(START + 5 * MINUTE, START + 15 * MINUTE)
    with sentry.database.write() as connection:
        people.add(connection, by, "", START)
        about = Subject(SubjectKind.CAMERA, camera)
        maintenance.add(connection, Maintenance(MaintenanceId(0), about, span, "", by.id), START)
    sentry.befall([camera], CameraReason.NO_ANSWER, 6 * MINUTE, 60 * MINUTE)
    sentry.run_until(17 * MINUTE)
    (one,) = sentry.incidents(open=True)
    assert one.opened_at - span.end <= MINUTE + 30 * SECOND
    assert sentry.spent(camera)[Condition.DOWN] == 2 * MINUTE


@pytest.mark.long
def test_a_loudspeaker_that_went_with_the_cameras_is_part_of_the_same_incident(sentry: Sentry) -> None:
    sentry.hang("dien-1", NodeKind.POWER)
    found = [sentry.watch(f"c-{number}", "dien-1") for number in range(4)]
    horn = sentry.add_horn("loa-1", "dien-1")
    sentry.befall(found, CameraReason.NO_ANSWER, 5 * MINUTE, 40 * MINUTE)
    sentry.horn_silent_from(horn, 5 * MINUTE)
    sentry.run_until(20 * MINUTE)
    (root,) = sentry.incidents(open=True, roots=True)
    assert (root.kind, root.subject.id, root.facts["devices"]) == (TroubleKind.NODE_DOWN, "dien-1", 1)
    beneath = sentry.incidents(open=True, kinds=[TroubleKind.DEVICE_OFFLINE])
    assert [(one.subject.id, one.cause) for one in beneath] == [("loa-1", root.id)]


def test_what_comes_back_with_its_switch_never_stands_alone_whoever_looks_first(sentry: Sentry) -> None:
    sentry.hang("sw-1", NodeKind.SWITCH)
    found = [sentry.watch(f"c-{number}", "sw-1") for number in range(6)]
    horn = sentry.add_horn("loa-1", "sw-1")
    sentry.befall(found, CameraReason.NO_ANSWER, 5 * MINUTE, 18 * MINUTE)
    sentry.horn_silent_from(horn, 5 * MINUTE)
    sentry.run_until(18 * MINUTE)
    sentry.horn_heard_from(horn, 18 * MINUTE)
    for second in range(150):
        sentry.run_until(18 * MINUTE + second * SECOND)
        with sentry.database.write() as connection:
            find_causes(connection, sentry.clock.now())
    assert sentry.incidents(open=True) == []
    assert [one.kind for one in sentry.incidents(roots=True)] == [TroubleKind.NODE_DOWN]


def test_a_device_may_forget_what_is_kept_and_tells_it_twice_without_harm(sentry: Sentry) -> None:
    camera = sentry.watch("cho-xa")
    sentry.run_until(2 * MINUTE)
    sentry.tell([camera], sentry.clock.now(), whole=True)
    with sentry.database.read() as connection:
        before = camera_watch.states(connection)[camera]
    sentry.tell([camera], sentry.clock.now(), whole=False)
    with sentry.database.read() as connection:
        after = camera_watch.states(connection)[camera]
    assert after.axes == before.axes
    assert sentry.intake.answers > 0


def test_the_same_black_picture_is_evidence_of_each_time_that_it_was_black(sentry: Sentry) -> None:
    camera = sentry.watch("cho-xa")
    told = CameraPictures(event=Sha256("b" * 64), taken_at=START)
    trouble = Trouble(TroubleKind.CAMERA_PICTURE, Subject(SubjectKind.CAMERA, camera), Severity.WARNING, "black")
    found = []
    for day in range(3):
        now = START + timedelta(days=day)
        with sentry.database.write() as connection:
            for _ in range(3):
                camera_pictures.note(connection, camera, told, now)
                incident = incidents.report(connection, trouble, now) or found[-1]
                camera_pictures.bind(connection, camera, incident)
                found.append(incident)
            incidents.resolve(connection, trouble.kind, trouble.subject, now)
    assert len(set(found)) == 3
    with sentry.database.read() as connection:
        assert [len(camera_pictures.evidence(connection, one)) for one in sorted(set(found))] == [1, 1, 1]
