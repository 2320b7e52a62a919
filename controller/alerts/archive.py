"""From rows back to messages: read again from their bytes, with the verdict that was found at reception."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from controller.alerts.areas.commune import Commune, read_commune
from controller.alerts.areas.ground import Ground
from controller.alerts.areas.match import Hit, Match
from controller.alerts.cap.genuine import Genuine, Signature, SourceName
from controller.alerts.cap.message import Alert, Envelope
from controller.alerts.cap.reading import read_alert
from controller.alerts.cap.xml import parse
from controller.alerts.policy.book import Book, book_of
from controller.alerts.policy.decision import Key, Received
from controller.alerts.reception import matches
from controller.store import alerts
from controller.store.alert_states import AlertState
from controller.store.alerts import AlertId, AlertRow
from controller.store.areas import AreaTree
from controller.store.database import Connection
from schedules.programme import AreaId

MEMORY = timedelta(days=7)
"""How long a message has a say after it came or ended: a Cancel may arrive before its Alert, but not for ever."""
_MOST_READ = 5_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """Every message that has a say. `rows` names for each key the row that stands for it, `copies` all others."""

    book: Book
    rows: dict[Key, AlertRow] = field(default_factory=dict)
    copies: tuple[AlertRow, ...] = ()

    @property
    def confirmed(self) -> frozenset[Key]:
        """What people have released."""
        released = (AlertState.RELEASED, AlertState.SPOKEN)
        return frozenset(key for key, row in self.rows.items() if row.releases and row.state in released)

    @property
    def vouched(self) -> frozenset[Key]:
        """What people of this commune stand for as an emergency: written here and released, or released by two."""
        confirmed = {key: self.rows[key] for key in self.confirmed}
        return frozenset(key for key, row in confirmed.items() if row.author or len(set(row.releases)) > 1)

    @property
    def withdrawn(self) -> frozenset[Key]:
        """What people have taken back, before it was said or afterwards."""
        return frozenset(
            key for key, row in self.rows.items() if row.state is AlertState.REJECTED or row.decided.code == "withdrawn"
        )


class Archive:
    """Used by one thread at a time. What was read once is kept in memory."""

    def __init__(self) -> None:
        self._alerts: dict[AlertId, Alert] = {}
        self._received: dict[tuple[AlertId, tuple[AreaId, ...]], Received] = {}
        self._commune: Commune | None = None

    def commune(self, connection: Connection) -> Commune:
        self._commune = read_commune(connection, self._commune)
        return self._commune

    def remember(self, connection: Connection, now: datetime) -> Remembered:
        """Every message that still has a say, matched with the commune as it is now."""
        before, commune = self._commune, self.commune(connection)
        if commune is not before:
            self._received.clear()
        found = [
            (row, self._received_of(connection, row, commune))
            for row in alerts.live(connection, now - MEMORY)
            if Genuine(row.genuine) is not Genuine.FAILED
        ]
        rows: dict[Key, AlertRow] = {}
        copies: list[AlertRow] = []
        for row, received in sorted(found, key=lambda one: (not one[1].is_verified, one[0].id)):
            if received.key in rows:
                copies.append(row)
            else:
                rows[received.key] = row
        return Remembered(book_of(received for _, received in found), rows, tuple(copies))

    def alert(self, connection: Connection, alert: AlertId) -> Alert:
        """What the message says: of a verified one only what was signed."""
        if alert not in self._alerts:
            if len(self._alerts) >= _MOST_READ:
                self._alerts.clear()
                self._received.clear()
            document, signed = alerts.documents(connection, alert)
            self._alerts[alert] = read_alert(parse(document if signed is None else signed))
        return self._alerts[alert]

    def _received_of(self, connection: Connection, row: AlertRow, commune: Commune) -> Received:
        known = (row.id, row.chosen)
        if known not in self._received:
            self._received[known] = received_of(row, self.alert(connection, row.id), commune)
        return self._received[known]


def received_of(row: AlertRow, alert: Alert, commune: Commune) -> Received:
    """The message as it was received, for the commune as it is now."""
    authority = None if row.authority is None else SourceName(row.authority)
    envelope = None if row.envelope_status is None else Envelope(row.envelope_status, row.envelope_expires)
    signature = Signature(Genuine(row.genuine), row.genuine_reason, authority)
    found = matches(alert, commune.ground, row.received_at)
    received = Received(alert, signature, row.received_at, found, envelope)
    return with_chosen(received, row.chosen, commune) if row.chosen else received


def with_chosen(received: Received, chosen: tuple[AreaId, ...], commune: Commune) -> Received:
    """The same message, for the areas that a person chose instead of those that no machine could read."""
    match = Match(tuple(_hits(chosen, commune.tree, commune.ground)), readable=True)
    return replace(received, matches=(match,) * len(received.alert.infos))


def _hits(chosen: tuple[AreaId, ...], tree: AreaTree, ground: Ground) -> list[Hit]:
    inside = tree.within([area for area in chosen if area in tree])
    return [Hit(place, "chosen by a person") for place in ground.places if place.area in inside]
