"""Incidents keep their promises on SQLite and on PostgreSQL: one cause, one incident, and no change without a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.store import areas, incident_list, incidents
from controller.store.areas import Area, AreaKind
from controller.store.database import Connection, Database
from controller.store.incident_list import IncidentId, IncidentsAsked
from controller.store.incident_states import IncidentState, IncidentStep, after
from controller.store.people import AccountId
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from schedules.programme import AreaId

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
HOA = AccountId("a-1")
VILLAGE = AreaId("thon-1")


def horn(number: int) -> Subject:
    return Subject(SubjectKind.DEVICE, f"loa-{number}")


def offline(number: int) -> Trouble:
    return Trouble(TroubleKind.DEVICE_OFFLINE, horn(number), Severity.WARNING, "silent", VILLAGE, {"since": "09:00"})


DARK = Trouble(TroubleKind.DEVICE_OFFLINE, Subject(SubjectKind.AREA, VILLAGE), Severity.SERIOUS, area=VILLAGE)


class _Undone(Exception):
    """Takes back all that a test has written."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database of each kind that holds one village."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path_factory.mktemp('store') / 'loa.db'}")
    else:
        server = request.getfixturevalue("postgres")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE incidents")
        opened = Database(server.replace("/postgres", "/incidents"))
    with opened.write() as connection:
        areas.add(connection, Area(VILLAGE, None, AreaKind.VILLAGE, "Thôn 1"))
    yield opened
    opened.close()


@pytest.fixture
def rows(store: Database) -> Iterator[Connection]:
    with pytest.raises(_Undone), store.write() as connection:
        yield connection
        raise _Undone


def the_only(connection: Connection) -> incident_list.Incident:
    (found,) = incident_list.asked(connection, IncidentsAsked())
    return found


def steps(connection: Connection, incident: IncidentId) -> list[IncidentStep]:
    return [one.step for one in incident_list.story(connection, incident)]


def test_what_is_reported_again_and_again_is_one_incident(rows: Connection) -> None:
    opened = incidents.report(rows, offline(1), NOW)
    assert opened is not None
    assert incidents.report(rows, offline(1), LATER) is None
    found = the_only(rows)
    assert (found.id, found.opened_at, found.last_seen_at, found.count) == (opened, NOW, LATER, 1)
    assert (found.state, found.key, found.facts) == (IncidentState.OPEN, offline(1).key, {"since": "09:00"})
    assert steps(rows, opened) == [IncidentStep.OPEN]


def test_what_happens_again_is_counted_and_what_gets_worse_is_told(rows: Connection) -> None:
    refused = replace(offline(1), kind=TroubleKind.DEVICE_REFUSED, events=2)
    opened = incidents.report(rows, refused, NOW)
    assert opened is not None
    assert incidents.report(rows, replace(refused, events=3), NOW) == opened
    assert incidents.report(rows, replace(refused, events=0, severity=Severity.SERIOUS), NOW) == opened
    assert (the_only(rows).count, the_only(rows).severity) == (5, Severity.SERIOUS)
    assert steps(rows, opened) == [IncidentStep.OPEN, IncidentStep.RENEW]


def test_many_are_reported_as_each_would_be_alone(rows: Connection) -> None:
    incidents.report(rows, offline(1), NOW)
    opened = incidents.report_all(rows, [offline(1), offline(2), offline(3), offline(2)], NOW)
    assert len(opened) == 2
    assert {one.subject for one in incident_list.some(rows, opened)} == {horn(2), horn(3)}
    assert incident_list.count(rows, IncidentsAsked(open=True)) == 3


def test_what_comes_back_soon_is_the_same_incident_and_what_comes_back_late_is_another(rows: Connection) -> None:
    first = incidents.report(rows, offline(1), NOW)
    assert first is not None
    assert incidents.resolve(rows, TroubleKind.DEVICE_OFFLINE, horn(1), NOW) == first
    assert incidents.resolve(rows, TroubleKind.DEVICE_OFFLINE, horn(1), NOW) is None
    assert incidents.report(rows, offline(1), NOW + timedelta(minutes=29)) == first
    assert (the_only(rows).state, the_only(rows).count, the_only(rows).closed_at) == (IncidentState.OPEN, 2, None)
    incidents.resolve(rows, TroubleKind.DEVICE_OFFLINE, horn(1), LATER)
    second = incidents.report(rows, offline(1), LATER + incidents.SAME_AGAIN)
    assert second not in (None, first)


def test_what_a_person_closed_is_another_incident_when_it_is_found_again(rows: Connection) -> None:
    first = incidents.report(rows, offline(1), NOW)
    assert first is not None
    assert incidents.close(rows, [first], "đã thay cầu chì", HOA, NOW) == (first,)
    assert incidents.close(rows, [first], "again", HOA, LATER) == ()
    second = incidents.report(rows, offline(1), NOW)
    assert second not in (None, first)
    closed = incident_list.find(rows, first)
    assert closed is not None
    assert (closed.state, closed.closed_by, closed.closed_at) == (IncidentState.CLOSED, HOA, NOW)
    assert closed.note == incident_list.story(rows, first)[-1].note == "đã thay cầu chì"


def test_a_person_acknowledges_and_mutes_a_cause_with_all_beneath_it(rows: Connection) -> None:
    children = incidents.report_all(rows, [offline(1), offline(2)], NOW)
    cause = incidents.report(rows, DARK, NOW)
    assert cause is not None
    assert incidents.put_beneath(rows, cause, children, NOW) == children
    assert incidents.put_beneath(rows, cause, [*children, cause], NOW) == ()
    assert incidents.acknowledge(rows, [cause], HOA, NOW) == (*children, cause)
    assert incidents.acknowledge(rows, [cause], HOA, NOW) == ()
    incidents.mute(rows, [cause], LATER, HOA, NOW)
    everything = incident_list.asked(rows, IncidentsAsked(open=True))
    assert {(one.state, one.acknowledged_by) for one in everything} == {(IncidentState.ACKNOWLEDGED, HOA)}
    assert all(one.is_muted(NOW) and not one.is_muted(LATER) for one in everything)
    assert incident_list.count(rows, IncidentsAsked(open=True, unmuted_at=NOW)) == 0
    assert incident_list.count(rows, IncidentsAsked(open=True, unmuted_at=LATER)) == 3
    assert [one.id for one in incident_list.asked(rows, IncidentsAsked(open=True, roots=True))] == [cause]


def test_when_a_cause_ends_what_lasts_stands_alone_again(rows: Connection) -> None:
    children = incidents.report_all(rows, [offline(1), offline(2)], NOW)
    cause = incidents.report(rows, DARK, NOW)
    assert cause is not None
    incidents.put_beneath(rows, cause, children, NOW)
    incidents.resolve(rows, TroubleKind.DEVICE_OFFLINE, horn(1), LATER)
    incidents.resolve(rows, DARK.kind, DARK.subject, LATER)
    ended, lasting = incident_list.some(rows, children)
    assert (ended.state, ended.cause) == (IncidentState.RESOLVED, cause)
    assert (lasting.state, lasting.cause) == (IncidentState.OPEN, None)
    assert steps(rows, lasting.id)[-1] is IncidentStep.RELEASE


def test_a_list_is_asked_for_by_what_one_wants_of_it_and_in_parts(rows: Connection) -> None:
    incidents.report_all(rows, [offline(number) for number in range(5)], NOW)
    incidents.report(rows, DARK, LATER)
    incidents.resolve(rows, TroubleKind.DEVICE_OFFLINE, horn(0), LATER)
    everything = IncidentsAsked()
    first = incident_list.page(rows, everything, 0, 4)
    rest = incident_list.page(rows, everything, 4, 4)
    assert [one.severity for one in first] == [Severity.SERIOUS, *[Severity.WARNING] * 3]
    assert [one.state for one in rest] == [IncidentState.OPEN, IncidentState.RESOLVED]
    for wanted, how_many in [
        (IncidentsAsked(open=False), 1),
        (IncidentsAsked(least=Severity.SERIOUS), 1),
        (IncidentsAsked(subject=horn(3)), 1),
        (IncidentsAsked(subject_kind=SubjectKind.DEVICE), 5),
        (IncidentsAsked(kinds=[TroubleKind.DISK]), 0),
        (IncidentsAsked(areas=[VILLAGE]), 6),
        (IncidentsAsked(areas=[]), 0),
    ]:
        assert incident_list.count(rows, wanted) == how_many, wanted


def test_each_change_is_told_by_one_who_took_it_and_by_nobody_twice(rows: Connection) -> None:
    incidents.report_all(rows, [offline(1), offline(2)], NOW)
    waiting = incidents.untold(rows, 10)
    assert [one.step for one in waiting] == [IncidentStep.OPEN] * 2
    assert incidents.told(rows, [waiting[0].id], NOW) == {waiting[0].id}
    assert incidents.told(rows, [one.id for one in waiting], NOW) == {waiting[1].id}
    assert incidents.untold(rows, 10) == ()


DEED = st.tuples(
    st.sampled_from(["report", "worse", "resolve", "acknowledge", "mute", "close", "group"]),
    st.integers(1, 3),
    st.integers(0, 45),
)


def do(connection: Connection, deed: str, number: int, now: datetime) -> None:
    every = [one.id for one in incident_list.asked(connection, IncidentsAsked(subject=horn(number)))]
    match deed:
        case "report":
            incidents.report(connection, offline(number), now)
        case "worse":
            incidents.report(connection, replace(offline(number), severity=Severity.SERIOUS, events=1), now)
        case "resolve":
            incidents.resolve(connection, TroubleKind.DEVICE_OFFLINE, horn(number), now)
        case "acknowledge":
            incidents.acknowledge(connection, every, HOA, now)
        case "mute":
            incidents.mute(connection, every, now + timedelta(hours=1), HOA, now)
        case "close":
            incidents.close(connection, every, "over", HOA, now)
        case "group" if number > 1:
            causes = incident_list.asked(connection, IncidentsAsked(open=True, subject=horn(1)))
            for cause in causes:
                incidents.put_beneath(connection, cause.id, every, now)


@given(st.lists(DEED, max_size=25))
def test_whatever_happens_in_whatever_order_rows_and_steps_tell_the_same_story(
    store: Database, deeds: list[tuple[str, int, int]]
) -> None:
    with pytest.raises(_Undone), store.write() as connection:
        now = NOW
        for deed, number, minutes in deeds:
            now += timedelta(minutes=minutes)
            do(connection, deed, number, now)
        everything = incident_list.asked(connection, IncidentsAsked())
        still_open = [one for one in everything if not one.state.over]
        assert len({one.key for one in still_open}) == len(still_open)
        assert all((one.closed_at is not None) == one.state.over for one in everything)
        assert all(one.cause != one.id for one in everything)
        for one in everything:
            told = incident_list.story(connection, one.id)
            state = IncidentState.OPEN
            for step in told[1:]:
                following = after(state, step.step)
                assert following is not None, f"{step.step} is not permitted when {state}"
                state = following
            assert (told[0].step, state) == (IncidentStep.OPEN, one.state)
        raise _Undone
