"""The power may fail between any two steps: nothing is heard twice, and what had begun ends in exactly one receipt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from devices.agent.journal import Journal
from devices.agent.speaker import Sounding, Track
from devices.clock import Clock
from devices.link.port import Inbound
from devices.simulator.speaker import PretendSpeaker
from schedules.plan import OccurrenceId
from schedules.priority import BulletinClass


class PowerCut(BaseException):
    """Not an Exception: nothing in the agent may survive it."""


class Fuse:
    """Blows at the chosen step. `steps` counts all that were taken."""

    def __init__(self, blows_at: int) -> None:
        self.steps = 0
        self._blows_at = blows_at

    def step(self) -> None:
        self.steps += 1
        if self.steps == self._blows_at:
            raise PowerCut

    @property
    def blown(self) -> bool:
        return self.steps >= self._blows_at


class FusedJournal(Journal):
    """The power fails as a transaction begins, before it is on the disk, or just after."""

    def __init__(self, path: Path, fuse: Fuse) -> None:
        super().__init__(path, durable=False)
        self.fuse = fuse

    def _write(self, statement: str, values: tuple[object, ...]) -> int:
        if not self._under_way:
            self.fuse.step()
        return super()._write(statement, values)

    def _commit(self) -> None:
        self.fuse.step()
        super()._commit()
        self.fuse.step()


class FusedSpeaker(PretendSpeaker):
    def __init__(self, clock: Clock, fuse: Fuse) -> None:
        super().__init__(clock)
        self.fuse = fuse

    def prepare(self, track: Track) -> None:
        self.fuse.step()
        super().prepare(track)

    def begin(self, occurrence: OccurrenceId, at: datetime, position: float) -> None:
        self.fuse.step()
        super().begin(occurrence, at, position)
        self.fuse.step()

    def stop(self) -> Sounding | None:
        stopped = super().stop()
        if stopped is not None:
            self.fuse.step()
        return stopped


def a_day_of_notices(station: Any, an_occurrence: Any) -> Callable[[], None]:
    """Two notices and an alarm that interrupts one, a newer plan, and a controller that stores receipts."""
    noon = station.clock.now()
    songs = an_occurrence("songs", noon + timedelta(minutes=10), 300.0)
    alarm = an_occurrence("alarm", noon + timedelta(minutes=11), 60.0, bulletin_class=BulletinClass.EMERGENCY)
    news = an_occurrence("news", noon + timedelta(minutes=30), 20.0)
    story = [
        (0, station.send_config),
        (1, lambda: station.send_plan(1, songs, alarm, news)),
        (11.5, station.store_receipts),
        (18, station.store_receipts),
        (20, lambda: station.send_plan(2, songs, alarm, news)),
        (29, station.store_receipts),
        (40, station.store_receipts),
        (50, station.store_receipts),
    ]

    def tell() -> None:
        while story:
            minute, happens = story[0]
            station.run_until(noon + timedelta(minutes=minute))
            story.pop(0)
            happens()
        station.run_until(noon + timedelta(minutes=60))

    return tell


def live_through(station: Any, an_occurrence: Any, folder: Path, cut_at: int, darkness: float) -> Fuse:
    """The whole story with the power failing at step `cut_at`."""
    fuse = Fuse(cut_at)
    tell = a_day_of_notices(station, an_occurrence)
    try:
        station.boot(journal=FusedJournal(folder / "journal.sqlite", fuse), speaker=FusedSpeaker(station.clock, fuse))
        tell()
    except PowerCut:
        station.restart(after=darkness)
        tell()
    return fuse


@pytest.mark.parametrize(("darkness", "stride"), [(1.0, 1), (200.0, 5)])
@pytest.mark.long
def test_at_whatever_step_the_power_fails(new_station: Any, an_occurrence: Any, darkness: float, stride: int) -> None:
    cut_at, fuse = 1, Fuse(0)
    while fuse.blown:
        station = new_station()
        fuse = live_through(station, an_occurrence, station.folder, cut_at, darkness)
        where = f"the power failed at step {cut_at}"
        begun = Counter(stretch.track.occurrence for stretch in station.heard if stretch.position == 0.0)
        assert set(begun.values()) <= {1}, where
        assert sum(stretch.seconds for stretch in station.heard if stretch.track.occurrence == "songs") <= 300.0, where
        receipts = Counter(receipt.occurrence for receipt in station.receipts)
        assert receipts == {"songs": 1, "alarm": 1, "news": 1}, where
        assert [one.sequence for one in station.receipts] == [1, 2, 3], where
        whole = {one.occurrence for one in station.receipts if one.outcome.value == "played"}
        assert whole <= set(station.names_heard), where
        assert all(one.reason for one in station.receipts if one.outcome.value != "played"), where
        assert set(station.outcomes.values()) <= {"played", "played joined-late", "interrupted power", "missed was-off"}
        assert station.state.waiting_receipts == 0, where
        cut_at += stride
    assert cut_at > 60, "the story has become short"
    assert station.outcomes == {"alarm": "played", "songs": "played", "news": "played"}


def an_emergency_over_the_songs(station: Any, an_occurrence: Any, an_emergency: Any) -> Callable[[], None]:
    """An urgent order interrupts the songs, is renewed while it sounds, and is taken back long after."""
    noon = station.clock.now()
    songs = an_occurrence("songs", noon + timedelta(minutes=1), 300.0)
    flood = an_emergency("flood", noon + timedelta(minutes=2), 60.0)
    story = [
        (0, station.send_config),
        (0.5, lambda: station.send_plan(1, songs)),
        (2, lambda: station.send_urgent(1, flood)),
        (2.4, lambda: station.send_urgent(2, flood)),
        (12, lambda: station.send_urgent(3)),
        (14, station.store_receipts),
        (16, station.store_receipts),
    ]

    def tell() -> None:
        while story:
            minute, happens = story[0]
            station.run_until(noon + timedelta(minutes=minute))
            story.pop(0)
            happens()
        station.run_until(noon + timedelta(minutes=20))

    return tell


def test_at_whatever_step_the_power_fails_an_emergency_is_heard_to_its_end(
    new_station: Any, an_occurrence: Any, an_emergency: Any
) -> None:
    cut_at, fuse = 1, Fuse(0)
    while fuse.blown:
        station = new_station()
        fuse = Fuse(cut_at)
        tell = an_emergency_over_the_songs(station, an_occurrence, an_emergency)
        try:
            station.boot(
                journal=FusedJournal(station.folder / "journal.sqlite", fuse),
                speaker=FusedSpeaker(station.clock, fuse),
            )
            tell()
        except PowerCut:
            station.restart(after=1.0)
            tell()
        where = f"the power failed at step {cut_at}"
        heard = [(one.track.occurrence, one.seconds) for one in station.heard]
        siren, words = heard.index(("flood~siren", 8.0)), heard.index(("flood", 60.0))
        assert siren < words, where
        receipts = Counter(receipt.occurrence for receipt in station.receipts)
        assert receipts == {"songs": 1, "flood": 1}, where
        assert station.outcomes["flood"] in ("played", "played again-after-power"), where
        assert station.state.urgent == {"thon-3": 3}, where
        cut_at += 5
    assert cut_at > 40, "the story has become short"


def test_a_message_is_acknowledged_only_when_it_is_on_the_disk(station: Any) -> None:
    fuse = Fuse(2)
    station.cut_power()
    station.boot(journal=FusedJournal(station.folder / "journal.sqlite", fuse))
    with pytest.raises(PowerCut):
        station.agent.receive(Inbound(station.plan_topic(), b"x", False))
    station.agent.abandon()
    with station.journal().together():
        assert station.journal().inbox() == []
