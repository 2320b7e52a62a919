"""A story: one town, a list of events, and what the bystander saw of it."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from controller.store.reckoning import planned_ids, receipt_counts, reckoning
from controller.town.events import Event, Weather
from controller.town.ledger import Evidence
from controller.town.mishaps import Mishaps
from controller.town.people import People
from controller.town.records import Life, Records, Standing
from controller.town.town import Town
from devices.link.faults import RandomFaults
from devices.simulator.clock import PowerFailed
from schedules.occurrence import occurrence_id
from schedules.programme import AreaId, ProgrammeId
from schedules.timespan import COMMUNE_ZONE, Timespan

BEGINS = datetime(2026, 11, 2, tzinfo=COMMUNE_ZONE)
SETTLED_IN = timedelta(minutes=5)
LOOK_AHEAD = timedelta(seconds=10)
"""The bystander looks at every loudspeaker so long before something is to begin."""
CALM = timedelta(hours=4)
"""After the last day everything works again for so long, and nothing is to sound: time for the receipts."""
_VILLAGE = 8


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a story happens. The same setting with the same events is the same story."""

    seed: int
    days: int
    speakers: int
    weather: Weather = Weather.HEAVY
    heartbeat: float = 6 * 3600.0
    pace: timedelta = timedelta(minutes=30)
    glance: timedelta = timedelta(minutes=2)

    @property
    def villages(self) -> dict[AreaId, int]:
        whole, rest = divmod(self.speakers, _VILLAGE)
        sizes = [_VILLAGE] * whole + [rest] * (rest > 0)
        return {AreaId(f"thon-{number}"): size for number, size in enumerate(sizes, start=1)}

    @property
    def span(self) -> Timespan:
        return Timespan.of(BEGINS, timedelta(days=self.days))

    def faults(self) -> RandomFaults | None:
        """What the network does to single messages."""
        random = Random(f"network {self.seed}")
        if self.weather is Weather.HEAVY:
            return RandomFaults(random, delay=(0.0, 8.0), slow=0.01, duplicate=0.02, overtake=0.02, lose=0.0005)
        if self.weather is Weather.LIGHT:
            return RandomFaults(random, delay=(0.0, 1.0), slow=0.01, duplicate=0.01, overtake=0.01, lose=0.0002)
        return None


class Story:
    """Lets `events` happen in a new town in `folder`. What was spoken is kept in `spoken`, for the next story too."""

    def __init__(self, setting: Setting, events: Sequence[Event], folder: Path, spoken: Path) -> None:
        self.setting = setting
        self.town = Town(
            folder,
            BEGINS,
            villages=setting.villages,
            heartbeat=setting.heartbeat,
            pace=setting.pace,
            glance=setting.glance,
            faults=setting.faults(),
            spoken=spoken,
        )
        self.records = Records({device: Life() for device in self.town.horns})
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._numbers = itertools.count()
        self._mishaps = Mishaps(self.town, self.records, self.at)
        self._people = People(self.town, setting.span, self._will_begin)
        for event in events:
            self.at(BEGINS + event.when, lambda event=event: self._happen(event))  # type: ignore[misc]

    def tell(self) -> None:
        """From the first day to the end of the calm after the last."""
        ends = self.setting.span.end
        self.at(BEGINS + SETTLED_IN, self._people.write_what_every_day_has)
        while self._agenda and self._agenda[0][0] < ends:
            moment, _, happens = heapq.heappop(self._agenda)
            self._advance(moment)
            self._guarded(happens)
        self._agenda.clear()
        self._advance(ends)
        self._mishaps.mend_everything()
        self._advance(ends + CALM)

    def evidence(self) -> Evidence:
        """All that can be known when the story is over; the controller and the agents end here."""
        with self.town.app.database.read() as connection:
            rows = tuple(reckoning(connection, self.setting.span))
            approved = self.records.approved | planned_ids(connection)
            kept = receipt_counts(connection)
        self.town.close()
        receipts = {}
        for device, horn in self.town.horns.items():
            count, occurrences = kept.get(device, (0, 0))
            receipts[device] = (count, occurrences, horn.written_receipts())
        heard = {device: tuple(horn.sounded) for device, horn in self.town.horns.items()}
        return Evidence(rows, heard, approved, receipts, self.records, self.setting.span.end)

    def at(self, moment: datetime, happens: Callable[[], object]) -> None:
        """Let something happen later in the story."""
        heapq.heappush(self._agenda, (moment, next(self._numbers), happens))

    def _happen(self, event: Event) -> None:
        if event.kind.by_people:
            if self.town.controller_runs:
                self._people.do(event)
        else:
            self._mishaps.befall(event)

    def _advance(self, moment: datetime) -> None:
        while self.town.clock.now() < moment:
            self._guarded(lambda: self.town.run_until(moment))

    def _guarded(self, happens: Callable[[], object]) -> None:
        try:
            happens()
        except PowerFailed as failed:
            self._mishaps.blown(failed.fuse)

    def _will_begin(self, programme: ProgrammeId, start: datetime) -> None:
        self.records.approved.add(occurrence_id(programme, start))
        self.at(max(start - LOOK_AHEAD, self.town.clock.now()), lambda: self._look(start))

    def _look(self, start: datetime) -> None:
        """Writes down how every loudspeaker stands, for all that it means to begin by `start`."""
        now = self.town.clock.now()
        for horn in self.town.horns.values():
            expects = horn.expects(start)
            standings = self.records.lives[horn.device].standings
            for occurrence in expects:
                standings.setdefault(occurrence, Standing(now, horn.knows_the_time, expects[occurrence]))
