"""Where warnings are taken in. Whatever is done here, what stands afterwards is carried out at once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from controller.alerts.areas.commune import Commune
from controller.alerts.cap.genuine import Genuine
from controller.alerts.cap.xml import MOST_BYTES
from controller.alerts.conduct import Conduct
from controller.alerts.errors import TooLarge, Unreadable
from controller.alerts.policy.decision import Received, Verdict
from controller.alerts.reception import Arrived, receive_whole
from controller.alerts.trusted import trust_for
from controller.errors import NotFound
from controller.happenings import Happening, Happenings, Kind
from controller.store import alert_sources, alerts, incidents
from controller.store.alert_sources import Source
from controller.store.alert_states import AlertState
from controller.store.alerts import AlertId, Arrival, Decided, SourceId
from controller.store.database import Connection, Database
from controller.store.people import Account
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from devices.clock import Clock
from schedules.programme import AreaId

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one message that came in. `again`: exactly these bytes were here before."""

    alert: AlertId
    again: bool


class Office:
    """Safe to use from several threads."""

    def __init__(self, database: Database, conduct: Conduct, clock: Clock, happenings: Happenings) -> None:
        self._database = database
        self._conduct = conduct
        self._clock = clock
        self._happenings = happenings
        self._nudge: Callable[[], None] = lambda: None
        self._lock = threading.RLock()

    def on_told(self, nudge: Callable[[], None]) -> None:
        """`nudge` is called whenever there is something new for the loudspeakers."""
        self._nudge = nudge

    def take_in(
        self, source: SourceId, data: bytes, author: Account | None = None, chosen: tuple[AreaId, ...] = ()
    ) -> tuple[Taken, ...]:
        """Keeps every alert in `data`, verified now and never again, and acts on what stands afterwards. An `author`
        has written it here for the `chosen` areas.

        Raises Unreadable, after what came was kept; NotFound for an unknown source.
        """
        now = self._clock.now()
        with self._database.read() as connection:
            known = alert_sources.find(connection, source)
            if known is None:
                raise NotFound("unknown-source", "There is no source {source!r}.", source=source)
            trust = trust_for(connection, known)
            ground = self.commune(connection).ground
        try:
            found = list(receive_whole(data, ground, trust, now))
        except Unreadable as trouble:
            self._keep_unreadable(known, data, trouble, now)
            raise
        with self.acting() as connection:
            alert_sources.heard(connection, source, now)
            return tuple(self._keep(connection, known, one, (author, chosen), now) for one in found)

    @contextmanager
    def acting(self) -> Iterator[Connection]:
        """One transaction in which something is done on which decisions depend; what stands after it is carried out
        in the same one."""
        with self._lock, self._database.write() as connection:
            yield connection
            outcome = self._conduct.tend(connection)
        if outcome.told:
            self._nudge()
        if outcome.told or outcome.news:
            told: dict[str, object] = {"told": len(outcome.told)}
            self._happenings.tell(Happening(Kind.ALERT, self._clock.now(), "", told))

    def ask(self, question: Callable[[Connection], _Answer]) -> _Answer:
        """What the rows say."""
        with self._database.read() as connection:
            return question(connection)

    def write(self, change: Callable[[Connection], object]) -> None:
        """Makes a change on which no decision depends."""
        with self._database.write() as connection:
            change(connection)

    def settle(self, change: Callable[[Connection], object]) -> None:
        """Makes a change on which decisions depend."""
        with self.acting() as connection:
            change(connection)

    def tend(self) -> None:
        """Carries out what stands now; asked every few seconds."""
        with self.acting():
            pass

    def commune(self, connection: Connection) -> Commune:
        with self._lock:
            return self._conduct.archive.commune(connection)

    def _keep(
        self,
        connection: Connection,
        source: Source,
        arrived: Arrived,
        written: tuple[Account | None, tuple[AreaId, ...]],
        now: datetime,
    ) -> Taken:
        author, chosen = written
        received = arrived.received
        digest = hashlib.sha256(arrived.document).hexdigest()
        genuine = received.signature.genuine
        for row in alerts.same(connection, digest):
            if row.genuine == genuine.value:
                alerts.came_again(connection, row.id, now)
                return Taken(row.id, again=True)
        arrival = replace(_arrival(source, arrived, digest, now), author=author.id if author else None, chosen=chosen)
        decided = _before_decision(received)
        alert = alerts.add(connection, arrival, decided, AlertState.SILENT)
        alerts.tell(connection, alert, now, "received", f"{source.id}: {received.signature.reason}")
        subject = Subject(SubjectKind.SOURCE, source.id)
        if genuine is Genuine.FAILED:
            facts = {"alert": alert, "reason": received.signature.reason, "identifier": received.alert.identifier[:200]}
            trouble = Trouble(TroubleKind.SIGNATURE_FAILED, subject, Severity.CRITICAL, facts=facts, events=1)
            incidents.report(connection, trouble, now)
        elif genuine is Genuine.VERIFIED:
            incidents.resolve(connection, TroubleKind.SIGNATURE_FAILED, subject, now)
        if author is not None:
            alerts.tell(connection, alert, now, "written", who=author.id)
        return Taken(alert, again=False)

    def _keep_unreadable(self, source: Source, data: bytes, trouble: Unreadable, now: datetime) -> None:
        """What cannot be read is kept as it came, but for its length, and counts as a sign of life."""
        kept = data[:MOST_BYTES] if not isinstance(trouble, TooLarge) else data[:1000]
        digest = hashlib.sha256(kept).hexdigest()
        with self._database.write() as connection:
            alert_sources.heard(connection, source.id, now)
            same = alerts.same(connection, digest)
            if same:
                alerts.came_again(connection, same[0].id, now)
                return
            arrival = Arrival(
                source.id, digest, kept, None, Genuine.UNVERIFIED.value, "", None, None, None, now, "", "", None
            )
            decided = Decided("", Verdict.IGNORE.value, trouble.code, str(trouble))
            alert = alerts.add(connection, arrival, decided, AlertState.SILENT)
            alerts.tell(connection, alert, now, "unreadable", str(trouble))


def _arrival(source: Source, arrived: Arrived, digest: str, now: datetime) -> Arrival:
    alert, signature, envelope = arrived.received.alert, arrived.received.signature, arrived.received.envelope
    return Arrival(
        source.id,
        digest,
        arrived.document,
        arrived.signed,
        signature.genuine.value,
        signature.reason,
        signature.source,
        envelope.status if envelope else None,
        envelope.expires if envelope else None,
        now,
        alert.sender,
        alert.identifier,
        alert.sent,
    )


def _before_decision(received: Received) -> Decided:
    """Until the next question, which is asked in the same transaction. What failed is never asked about again."""
    title = next((info.headline or info.event for info in received.alert.infos), "") or received.alert.identifier
    if received.signature.genuine is Genuine.FAILED:
        return Decided(title[:120], Verdict.IGNORE.value, "signature-failed", received.signature.reason)
    return Decided(title[:120], Verdict.IGNORE.value, "undecided", "")
