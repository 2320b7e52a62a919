"""What stands, carried out: every message decided over again, the rows brought up to date, every node told.

Asking twice changes nothing. It happens in the caller's transaction, one at a time, whichever controller asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from controller.alerts import urgent
from controller.alerts.announcing import Circle, ReadAloud, follow, heard, in_slot, read_out
from controller.alerts.archive import MEMORY, Archive, Remembered
from controller.alerts.areas.commune import Commune
from controller.alerts.exercises import open_name, read_exercise
from controller.alerts.noting import note
from controller.alerts.policy.decision import Circumstances, WaitsFor
from controller.alerts.policy.sounds import orders, same_words
from controller.alerts.standing_orders import StandingOrders, read_orders
from controller.alerts.urgent import Told
from controller.orders import Orders
from controller.store import alert_settings, alerts, announcements
from controller.store.alerts import Concerned
from controller.store.announcements import SpokenKind, Standing, ToldNode
from controller.store.database import Connection
from devices.clock import Clock
from devices.protocol.messages import AreaExercise, AreaUrgent
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

LONGEST_SENTENCE = timedelta(minutes=10)
"""What had begun before its expiry may take so long to end."""
HOLDS = timedelta(days=1)
"""How long a node is reminded that nothing is urgent any more."""
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`told`: nodes that were told something new. `news`: whether anything at all has changed."""

    told: tuple[AreaId, ...] = ()
    news: bool = False


class Conduct:
    def __init__(self, orders: Orders, read_aloud: ReadAloud, clock: Clock) -> None:
        self._orders = orders
        self._read_aloud = read_aloud
        self._clock = clock
        self.archive = Archive()

    def tend(self, connection: Connection) -> Outcome:
        """Makes every place sound exactly what stands now."""
        now = self._clock.now()
        alert_settings.lock(connection, now)
        if _all_is_quiet(connection, now):
            return Outcome()
        remembered = self.archive.remember(connection, now)
        settled = read_orders(connection)
        given = self._circumstances(connection, remembered, settled, now)
        standing = announcements.standing(connection, now - LONGEST_SENTENCE)
        standings = remembered.book.read_together(given)
        messages = {key: received.alert for key, received in remembered.book.messages.items()}
        circle = Circle(
            connection,
            remembered.rows,
            standings,
            messages,
            given.table,
            _exercise_name(connection),
            given.withdrawn,
            self._read_aloud,
            now,
            announcements.slots(connection),
            next_slot(settled.slots, now),
        )
        keys = {row.id: key for key, row in remembered.rows.items()}
        ended = read_out(standing, keys, standings.ended.keys() | given.withdrawn, now)
        asked = orders(remembered.book, (*heard(standing, keys), *ended), given)
        commune = self.archive.commune(connection)
        news = note(circle, remembered)
        news |= follow(circle, asked, standing, _places(commune)) > 0
        news |= _slots(circle, settled, commune)
        news |= _sweep(connection, standing, now)
        return Outcome(self._publish(connection, commune, now), news)

    def _circumstances(
        self, connection: Connection, remembered: Remembered, settled: StandingOrders, now: datetime
    ) -> Circumstances:
        return Circumstances(
            now,
            settled.table,
            open_name(connection, now),
            remembered.confirmed,
            remembered.vouched,
            remembered.withdrawn,
        )

    def _publish(self, connection: Connection, commune: Commune, now: datetime) -> tuple[AreaId, ...]:
        standing = announcements.standing(connection, now - LONGEST_SENTENCE)
        stops = announcements.last_stops(connection)
        wanted = urgent.commands(standing, commune.tree, commune.standing, stops, now)
        before = announcements.told(connection)
        real = self._tell(connection, wanted.real, before, now, drill=False)
        return real + self._tell(connection, wanted.drill, before, now, drill=True)

    def _tell(
        self,
        connection: Connection,
        wanted: Mapping[AreaId, Told],
        before: Mapping[tuple[AreaId, bool], ToldNode],
        now: datetime,
        *,
        drill: bool,
    ) -> tuple[AreaId, ...]:
        """Tells who is to hear something before telling who is to fall silent: what goes on under a wider or narrower
        node must not stop in between."""
        known = {node: told for (node, drilled), told in before.items() if drilled is drill}
        changed = []
        for node in (*wanted, *sorted(known.keys() - wanted.keys())):
            new, old = wanted.get(node, Told()), known.get(node)
            if old is not None and old.digest == new.digest:
                continue
            serial = max((now - _EPOCH) // _MILLISECOND, old.serial + 1 if old else 0)
            ends = max(one for one in (new.ends_at, old and old.ends_at, now + HOLDS) if one)
            self._send(connection, node, serial, new, ends, now, drill=drill)
            announcements.tell(connection, ToldNode(node, drill, serial, new.digest, now, ends))
            changed.append(node)
        return tuple(changed)

    def _send(
        self,
        connection: Connection,
        node: AreaId,
        serial: int,
        told: Told,
        until: datetime,
        now: datetime,
        *,
        drill: bool,
    ) -> None:
        if drill:
            name = _exercise_name(connection) or "?"
            self._orders.exercise(
                connection,
                AreaExercise(area=node, serial=serial, issued_at=now, until=until, name=name, sounds=told.sounds),
            )
            return
        self._orders.urgent(
            connection,
            AreaUrgent(
                area=node,
                serial=serial,
                issued_at=now,
                until=until,
                sounds=told.sounds,
                stopped_at=told.stopped_at,
                silent_until=told.silent_until,
            ),
        )


def _all_is_quiet(connection: Connection, now: datetime) -> bool:
    """Nothing has a say, nothing stands, and every node knows it: so it is nearly always."""
    if alerts.live(connection, now - MEMORY) or announcements.standing(connection, now - LONGEST_SENTENCE):
        return False
    if any(stop.silent_until > now for stop in announcements.last_stops(connection).values()):
        return False
    silence = Told().digest
    return all(told.digest == silence for told in announcements.told(connection).values())


def next_slot(slots: Iterable[time], after: datetime) -> datetime:
    """The first of these hours, in the commune's time, that comes after that moment."""
    local = after.astimezone(COMMUNE_ZONE)
    days = (local.date(), local.date() + timedelta(days=1))
    found = (datetime.combine(day, slot, COMMUNE_ZONE) for day in days for slot in slots)
    return min(one for one in found if one > after)


def _slots(circle: Circle, settled: StandingOrders, commune: Commune) -> bool:
    """Every part that waits for the next slot has its place in it, and what waits no longer has none."""
    news = False
    wanted: set[str] = set()
    there = _places(commune)
    for key, judgement in circle.standings.judged.items():
        for part in judgement.parts:
            if part.waits_for is not WaitsFor.SLOT or not part.hits or key not in circle.rows:
                continue
            row = circle.rows[key]
            wanted.add(f"{row.id} {same_words(part)}")
            known = announcements.of_alert(circle.connection, row.id)
            slot = next_slot(settled.slots, max(circle.now, part.begins or circle.now))
            if (part.ends and slot >= part.ends) or any(one.kind is SpokenKind.SLOT for one in known):
                continue
            made = in_slot(circle, row, part, slot)
            announcements.begin(circle.connection, made, [there[hit.place.key] for hit in part.hits])
            news = True
    for one in announcements.standing(circle.connection, circle.now):
        said = one.announcement
        if said.kind is SpokenKind.SLOT and f"{said.alert} {said.words}" not in wanted and not one.over:
            ran_out = said.begins_at <= circle.now
            announcements.over(circle.connection, said.id, [one.place.place], circle.now, ran_out=ran_out)
            news = True
    return news


def _sweep(connection: Connection, standing: Iterable[Standing], now: datetime) -> bool:
    """Endings and corrections are over when nobody is told of them any more."""
    news = False
    for one in standing:
        last_words = one.announcement.kind in (SpokenKind.ENDING, SpokenKind.CORRECTION)
        if last_words and not one.over and one.announcement.ends_at <= now:
            announcements.over(connection, one.announcement.id, [one.place.place], now, ran_out=True)
            news = True
    return news


def _exercise_name(connection: Connection) -> str:
    exercise = read_exercise(connection)
    return exercise.name if exercise else ""


def _places(commune: Commune) -> dict[str, Concerned]:
    return {place.key: Concerned(place.key, place.area, place.loudspeaker, "") for place in commune.ground.places}
