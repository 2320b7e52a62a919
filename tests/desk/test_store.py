"""The store keeps its promises on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from controller.store import (
    announced,
    areas,
    broadcasts,
    bulletins,
    fleet,
    people,
    post,
    recordings,
    refusals,
    told_by_devices,
    unsent,
    waiting,
)
from controller.store.alerts import AlertId
from controller.store.areas import Area, AreaKind
from controller.store.bulletins import Bulletin, BulletinId, ProgrammeRow
from controller.store.database import Database
from controller.store.fleet import Device, Invitation, Seen
from controller.store.people import Account, AccountId, Grant, Role
from controller.store.recordings import Recording
from controller.store.refusals import Refusal
from controller.store.states import ProgrammeState
from controller.store.tables import metadata
from controller.store.unsent import Unsent
from devices.protocol.messages import DeviceState, Receipt, ReceiptId
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.plan import Occurrence, occurrences
from schedules.priority import BulletinClass
from schedules.programme import AreaId, Programme, ProgrammeId, Sha256
from schedules.recurrence import Recurrence
from schedules.timespan import Timespan

NOW = datetime(2026, 11, 22, 9, 30, 15, 250_000, tzinfo=UTC)
HORN, OTHER_HORN = DeviceId("loa-1"), DeviceId("loa-2")
RECORDING = Recording(Sha256("ab" * 32), 8.5, 30_000, "audio/ogg", "espeak-ng vi", (0, 50, 100))
EDITOR = Account(AccountId("a-1"), "hoa", "Hoa", frozenset({Role.EDITOR}))
BULLETIN = Bulletin(
    BulletinId("b-1"), "Họp", "Họp 8h", "họp tám giờ", BulletinClass.NORMAL, "north", RECORDING.sha256, EDITOR.id, NOW
)
ROW = ProgrammeRow(
    ProgrammeId("p-1"),
    BULLETIN.id,
    (AreaId("thon-1"),),
    Recurrence.once(NOW + timedelta(hours=1)),
    80,
    ProgrammeState.DRAFT,
    EDITOR.id,
    NOW,
)


@pytest.fixture
def village(database: Database) -> Database:
    """A commune with one village, two loudspeakers, an editor and a programme."""
    with database.write() as connection:
        areas.add(connection, Area(AreaId("xa"), None, AreaKind.COMMUNE, "Xã"))
        areas.add(connection, Area(AreaId("thon-1"), AreaId("xa"), AreaKind.VILLAGE, "Thôn 1"))
        for device in (HORN, OTHER_HORN):
            fleet.add(connection, Device(device, AreaId("thon-1"), "Loa", "key", 1), f"token of {device}", NOW)
        people.add(connection, EDITOR, "argon2", NOW)
        recordings.keep(connection, RECORDING, NOW)
        bulletins.add(connection, BULLETIN)
        bulletins.add_programme(connection, ROW)
    return database


def _occurrence() -> Occurrence:
    rule = Programme(ROW.id, "Họp", ROW.areas, (RECORDING.sound,), ROW.recurrence, NOW)
    return occurrences(rule, Timespan.of(NOW, timedelta(days=1)))[0]


def test_the_migrations_build_exactly_the_tables_that_the_code_knows(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_the_same_database_again_changes_nothing(village: Database) -> None:
    again = Database(village.engine.url.render_as_string(hide_password=False))
    with again.read() as connection:
        assert [area.name for area in areas.tree(connection)] == ["Xã", "Thôn 1"]
    again.close()


def test_a_time_comes_back_as_the_same_moment_with_its_zone(village: Database) -> None:
    with village.read() as connection:
        found = bulletins.find(connection, BULLETIN.id)
    assert found == BULLETIN
    assert found is not None
    assert found.written_at.tzinfo is UTC


def test_a_transaction_that_fails_leaves_nothing_behind(village: Database) -> None:
    with pytest.raises(IntegrityError), village.write() as connection:
        bulletins.add(connection, replace(BULLETIN, id=BulletinId("b-2")))
        bulletins.add(connection, BULLETIN)
    with village.read() as connection:
        assert bulletins.find(connection, BulletinId("b-2")) is None


def test_a_programme_is_moved_once_by_whoever_comes_first(village: Database) -> None:
    with village.write() as connection:
        assert bulletins.move(connection, ROW, replace(ROW, state=ProgrammeState.SUBMITTED))
        assert not bulletins.move(connection, ROW, replace(ROW, state=ProgrammeState.WITHDRAWN))
        found = bulletins.find_programme(connection, ROW.id)
    assert found == replace(ROW, state=ProgrammeState.SUBMITTED)


def test_an_enrolment_code_is_good_once_and_not_for_ever(village: Database) -> None:
    invitation = Invitation(DeviceId("loa-3"), AreaId("thon-1"), "Loa 3")
    with village.write() as connection:
        fleet.invite(connection, "code", invitation, NOW + timedelta(hours=1))
        fleet.invite(connection, "old", invitation, NOW - timedelta(seconds=1))
        assert fleet.use_code(connection, "old", NOW) is None
        assert fleet.use_code(connection, "code", NOW) == invitation
        assert fleet.use_code(connection, "code", NOW) is None


def test_a_letter_stays_in_the_outbox_until_the_broker_has_it(village: Database) -> None:
    with village.write() as connection:
        post.send(connection, "a", b"1", NOW)
        post.send(connection, "b", b"old", NOW, retain=True)
        post.send(connection, "b", b"new", NOW, retain=True)
        waiting = post.unsent(connection, 10)
        assert [(letter.topic, letter.payload) for letter in waiting] == [("a", b"1"), ("b", b"new")]
        assert post.unsent(connection, 10, besides={waiting[0].id}) == waiting[1:]
        post.sent(connection, [letter.id for letter in waiting], NOW)
        assert post.unsent(connection, 10) == ()
        post.resend_retained(connection)
        assert [letter.payload for letter in post.unsent(connection, 10)] == [b"new"]


def test_no_number_of_a_letter_is_ever_used_again(village: Database) -> None:
    with village.write() as connection:
        post.send(connection, "a", b"1", NOW)
        first = post.unsent(connection, 1)[0].id
        post.sent(connection, [first], NOW)
        post.send(connection, "a", b"2", NOW)
        assert post.unsent(connection, 1)[0].id > first


def test_what_was_refused_is_counted_by_channel_and_reason(village: Database) -> None:
    refusal = Refusal("state", "malformed", 1, NOW, "a/topic", "words")
    with village.write() as connection:
        refusals.count_one(connection, refusal)
        refusals.count_one(connection, replace(refusal, last_words="later words"))
        refusals.count_one(connection, replace(refusal, reason="expired"))
        assert refusals.total(connection) == 3
        assert replace(refusal, count=2, last_words="later words") in refusals.everything(connection)


def test_the_four_facts_are_kept_apart(village: Database) -> None:
    occurrence = _occurrence()
    planned = {occurrence.id: (occurrence, frozenset({HORN, OTHER_HORN}))}
    with village.write() as connection:
        broadcasts.keep_planned(connection, planned, NOW)
        broadcasts.keep_planned(connection, planned, NOW)
        told_by_devices.mark_ready(connection, HORN, {}, NOW)
        told_by_devices.mark_ready(connection, OTHER_HORN, {occurrence.id: "audio-missing"}, NOW)
        found = broadcasts.broadcast(connection, occurrence.id)
        facts = {one.device: one for one in broadcasts.device_facts(connection, occurrence.id)}
    assert found is not None
    assert (found.planned, found.ready, found.played, found.heard) == (2, 1, 0, 0)
    assert facts[HORN].ready_at == NOW
    assert facts[OTHER_HORN].ready_at is None
    assert facts[OTHER_HORN].not_ready == "audio-missing"


def test_a_receipt_counts_once_however_often_it_comes(village: Database) -> None:
    occurrence = _occurrence()
    receipt = Receipt(
        id=ReceiptId("r-1"),
        device=HORN,
        sequence=1,
        occurrence=occurrence.id,
        programme=occurrence.programme,
        outcome=Outcome.PLAYED,
        started_at=occurrence.start,
        seconds=8.5,
    )
    with village.write() as connection:
        broadcasts.keep_planned(connection, {occurrence.id: (occurrence, frozenset({HORN, OTHER_HORN}))}, NOW)
        assert told_by_devices.keep_receipt(connection, receipt, b"sealed", NOW)
        assert not told_by_devices.keep_receipt(connection, receipt, b"sealed", NOW)
        found = broadcasts.broadcast(connection, occurrence.id)
    assert found is not None
    assert (found.planned, found.played, found.failed) == (2, 1, 0)


def test_what_has_begun_is_history_and_what_is_to_come_follows_the_plan(village: Database) -> None:
    occurrence = _occurrence()
    with village.write() as connection:
        broadcasts.keep_planned(connection, {occurrence.id: (occurrence, frozenset({HORN}))}, NOW)
        broadcasts.keep_planned(connection, {}, occurrence.start)
        assert broadcasts.broadcast(connection, occurrence.id) is not None
        broadcasts.keep_planned(connection, {}, NOW)
        assert broadcasts.broadcast(connection, occurrence.id) is None


def test_readiness_is_not_rewritten_after_air_time(village: Database) -> None:
    occurrence = _occurrence()
    with village.write() as connection:
        broadcasts.keep_planned(connection, {occurrence.id: (occurrence, frozenset({HORN}))}, NOW)
        told_by_devices.mark_ready(connection, HORN, {}, NOW)
        told_by_devices.mark_not_ready(connection, HORN, told_by_devices.OFFLINE, occurrence.start)
        found = broadcasts.broadcast(connection, occurrence.id)
        assert found is not None
        assert found.ready == 1
        told_by_devices.mark_not_ready(connection, HORN, told_by_devices.OFFLINE, NOW)
        found = broadcasts.broadcast(connection, occurrence.id)
        assert found is not None
        assert found.ready == 0


def test_a_device_that_says_nothing_is_found_out(village: Database) -> None:
    state = DeviceState(device=HORN, session="s", sequence=1, at=NOW, online=True)
    with village.write() as connection:
        fleet.keep_states(connection, [Seen(False, NOW, state)], new=True)
        fleet.keep_states(connection, [Seen(True, NOW, state)], new=False)
        assert fleet.lose_silent(connection, NOW) == ()
        assert fleet.lose_silent(connection, NOW + timedelta(seconds=1)) == (HORN,)
        assert fleet.lose_silent(connection, NOW + timedelta(seconds=1)) == ()
        seen = fleet.last_seen(connection, HORN)
    assert seen is not None
    assert not seen.online
    assert seen.state == state


def test_a_session_ends(village: Database) -> None:
    with village.write() as connection:
        people.open_session(connection, "token", EDITOR.id, NOW + timedelta(hours=1))
        assert people.session(connection, "token", NOW) == EDITOR
        assert people.session(connection, "token", NOW + timedelta(hours=1)) is None
        people.close_session(connection, "token")
        assert people.session(connection, "token", NOW) is None


def test_numbers_are_of_what_one_may_know_of(village: Database) -> None:
    def limited_to(area: str) -> Account:
        return Account(AccountId("a-2"), "an", "An", frozenset(), frozenset({Grant(Role.APPROVER, AreaId(area))}))

    with village.write() as connection:
        areas.add(connection, Area(AreaId("thon-2"), AreaId("xa"), AreaKind.VILLAGE, "Thôn 2"))
        for n in (2, 3):
            bulletins.add_programme(connection, replace(ROW, id=ProgrammeId(f"p-{n}"), state=ProgrammeState.SUBMITTED))
        tree = areas.tree(connection)
        for who, submitted in (
            (EDITOR, 2),
            (limited_to("xa"), 2),
            (limited_to("thon-1"), 2),
            (limited_to("thon-2"), 0),
        ):
            counted = waiting.programmes_by_state(connection, who, tree)
            assert counted.get(ProgrammeState.SUBMITTED, 0) == waiting.for_approval(connection, who, tree) == submitted
            assert waiting.alerts_asking(connection, who, tree) == 0
        assert announced.parts(connection, [], [HORN]) == announced.parts(connection, [AlertId(1)], []) == ()


def test_a_form_that_was_sent_is_not_kept_again(village: Database) -> None:
    form = Unsent("0" * 32, "{}", "Họp", NOW)
    with village.write() as connection:
        assert unsent.keep(connection, EDITOR.id, form)
        assert unsent.keep(connection, EDITOR.id, replace(form, title="Họp thôn"))
        assert [one.title for one in unsent.of(connection, EDITOR.id)] == ["Họp thôn"]
        unsent.forget(connection, EDITOR.id, form.once, NOW)
        assert not unsent.keep(connection, EDITOR.id, form)
        assert unsent.of(connection, EDITOR.id) == ()
        other = replace(form, once="1" * 32, kept_at=NOW + unsent.KEPT + timedelta(days=1))
        assert unsent.keep(connection, EDITOR.id, other), "and what is old is cleared away"
