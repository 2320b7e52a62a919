"""Sounds that nobody needs any more go from the disk; what may be heard again never does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from controller.broadcasting.desk import Draft, Script
from controller.broadcasting.old_sounds import DAILY, OldSounds
from controller.errors import NotNow
from controller.store import bulletins, old_sounds
from controller.store.states import Step
from controller.town.town import Town
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId, Sha256
from schedules.recurrence import Recurrence

MORNING = datetime(2026, 11, 23, 1, tzinfo=UTC)
THERE = (AreaId("thon-1"),)
KEPT = 10


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, MORNING, villages={THERE[0]: 1}, heartbeat=86_400.0, pace=timedelta(hours=12)) as town:
        town.run_for(timedelta(minutes=10))
        yield town


def once(town: Town, text: str, days: float) -> ProgrammeId:
    return town.broadcast(text, THERE, Recurrence.once(MORNING + timedelta(days=days)))


def sound_of(town: Town, programme: ProgrammeId) -> Sha256:
    with town.app.database.read() as connection:
        row = bulletins.find_programme(connection, programme)
        assert row
        bulletin = bulletins.find(connection, row.bulletin)
        assert bulletin
    return bulletin.recording


def there(town: Town, sound: Sha256) -> bool:
    """On the disk and in the rows alike."""
    with town.app.database.read() as connection:
        gone = old_sounds.is_deleted(connection, sound)
    found = town.app.services.library.path(sound) is not None
    assert found is not gone
    return found


def days_later(town: Town, days: float) -> None:
    keeping = OldSounds(town.app.database, town.app.services.library, town.clock, KEPT)
    town.run_for(timedelta(days=days))
    keeping.tend()
    keeping.tend()


@pytest.mark.long
def test_what_was_heard_once_is_gone_when_nobody_has_heard_it_for_so_long(town: Town) -> None:
    programme = once(town, "Mời bà con đi họp.", 1)
    sound = sound_of(town, programme)
    days_later(town, 1 + KEPT - 0.5)
    assert there(town, sound)
    (broadcast, _) = town.facts(programme)[0]
    assert broadcast.played == 1
    days_later(town, DAILY / timedelta(days=1))
    assert there(town, sound)  # a day may have been moved by a month
    days_later(town, 32)
    assert not there(town, sound)
    assert town.facts(programme)[0][0] == broadcast


@pytest.mark.long
def test_what_will_be_heard_again_stays_however_old_it_is(town: Town) -> None:
    at = (MORNING + timedelta(hours=9)).time()
    daily = town.broadcast("Chào buổi chiều.", THERE, Recurrence(at=at, first=MORNING.date()))
    late = once(town, "Mừng xuân.", 80)
    draft = town.app.services.desk.write(Draft("", BulletinClass.NORMAL, Script("Chưa duyệt.")), town.editor)
    waiting = town.app.services.desk.propose(
        draft.id, THERE, Recurrence.once(MORNING + timedelta(days=90)), 80, town.editor
    )
    days_later(town, 45)
    assert there(town, sound_of(town, daily))
    assert there(town, sound_of(town, late))
    assert there(town, sound_of(town, waiting.id))


def test_what_was_withdrawn_is_kept_a_while_and_then_gone_and_no_programme_may_take_it_up(town: Town) -> None:
    programme = once(town, "Hoãn họp.", 60)
    town.withdraw(programme)
    sound = sound_of(town, programme)
    days_later(town, KEPT - 1)
    assert there(town, sound)
    days_later(town, 3)
    assert not there(town, sound)
    us = town.app.services
    with us.database.read() as connection:
        row = bulletins.find_programme(connection, programme)
    assert row
    with pytest.raises(NotNow):
        us.desk.propose(row.bulletin, THERE, Recurrence.once(MORNING + timedelta(days=50)), 80, town.editor)


@pytest.mark.long
def test_the_same_words_written_anew_bring_their_sound_back(town: Town) -> None:
    programme = once(town, "Tiêm phòng cho trẻ em.", 60)
    town.withdraw(programme)
    days_later(town, KEPT + 3)
    sound = sound_of(town, programme)
    assert not there(town, sound)
    again = once(town, "Tiêm phòng cho trẻ em.", 20)
    assert there(town, sound_of(town, again))
    town.run_until(MORNING + timedelta(days=20, hours=1))
    (broadcast, _) = town.facts(again)[0]
    assert broadcast.played == 1


@pytest.mark.long
def test_a_step_that_is_not_yet_approved_counts_as_wanted(town: Town) -> None:
    us = town.app.services
    written = us.desk.write(Draft("", BulletinClass.NORMAL, Script("Chờ duyệt.")), town.editor)
    row = us.desk.propose(written.id, THERE, Recurrence.once(MORNING + timedelta(days=2)), 80, town.editor)
    us.approval.take(row.id, Step.SUBMIT, town.editor)
    days_later(town, 60)
    assert there(town, written.recording)
