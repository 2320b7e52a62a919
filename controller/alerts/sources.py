"""Where warnings may come from: who is let in with which key, and whose silence is a fault."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from controller.errors import Invalid, NotFound, NotLoggedIn, NotNow
from controller.store import alert_sources, incidents
from controller.store.alert_sources import OWN, Source, SourceKind
from controller.store.alerts import SourceId
from controller.store.database import Connection, Database
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from devices.clock import Clock
from devices.protocol.topics import OutsideKind, is_name

SHORTEST_POLL, LONGEST_POLL = 30.0, 120.0
TRIES, WATCHED_FOR = 5, timedelta(minutes=10)
"""So many messages with a wrong key within so long are told to people."""
MOST_COUNTED, TOLD_AGAIN = 1_000, timedelta(minutes=1)
"""Whoever tries a thousand keys a second costs no more than one entry a minute."""
_POSTING = Subject(SubjectKind.SITE, "alerts-incoming")


@dataclass(frozen=True, slots=True)
class Door:
    """The broker's accounts of sources and gauges: `let_in` by name and password, `shut_out` by name, both at once."""

    let_in: Callable[[OutsideKind, str, str], None] = lambda kind, name, password: None
    shut_out: Callable[[OutsideKind, str], None] = lambda kind, name: None


class Sources:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.door = Door()
        self._guard = threading.Lock()
        self._strangers: list[datetime] = []
        self._told = datetime.min.replace(tzinfo=UTC)

    def let_in_gauge(self, name: str) -> str:
        """A new password for the broker account `sensor.NAME`, shown this once."""
        secret = secrets.token_urlsafe(24)
        self.door.let_in(OutsideKind.SENSOR, name, secret)
        return secret

    def shut_out_gauge(self, name: str) -> None:
        self.door.shut_out(OutsideKind.SENSOR, name)

    def add(self, source: Source) -> str:
        """Lets a source in; returns its key, shown this once: for one that posts to us, or the password of the broker
        account `source.ID`. Raises Invalid or NotNow."""
        _check(source)
        key = secrets.token_urlsafe(32) if source.kind in (SourceKind.POST, SourceKind.MQTT) else ""
        with self._database.write() as connection:
            if alert_sources.exists(connection, source.id):
                raise NotNow("source-exists", "There is or was already a source {source!r}.", source=source.id)
            # Its patience begins now: it has not been silent for ever.
            added = replace(source, heard_at=self._clock.now() if source.heartbeat_seconds else None)
            alert_sources.add(connection, added, _digest(key) if source.kind is SourceKind.POST else None)
            if source.kind is SourceKind.MQTT:
                self.door.let_in(OutsideKind.SOURCE, source.id, key)
        return key

    def change(self, source: Source) -> None:
        """Settles anew what a source is called, where it is asked, whose signatures count, and how often it is to be
        heard. Raises NotFound or Invalid."""
        with self._database.write() as connection:
            known = _changeable(connection, source.id)
            changed = replace(source, kind=known.kind, heard_at=known.heard_at, silent=known.silent)
            _check(changed)
            if source.heartbeat_seconds and not known.heartbeat_seconds:
                changed = replace(changed, heard_at=self._clock.now())
            if not source.heartbeat_seconds:
                changed = replace(changed, silent=False)
                incidents.resolve(connection, *_silence(source.id), self._clock.now())
            alert_sources.change(connection, changed)

    def renew_key(self, source: SourceId) -> str:
        """A new key, shown this once; the old one opens nothing from now on. Raises NotFound or Invalid."""
        key = secrets.token_urlsafe(32)
        with self._database.write() as connection:
            kind = _changeable(connection, source).kind
            if kind is SourceKind.MQTT:
                self.door.let_in(OutsideKind.SOURCE, source, key)
            elif kind is SourceKind.POST:
                alert_sources.renew_key(connection, source, _digest(key))
            else:
                raise Invalid("no-key", "A feed has no key: we ask it.", field="kind")
        return key

    def remove(self, source: SourceId) -> None:
        """Nothing is taken in from it any more, and the broker lets it in no more. Raises NotFound or Invalid."""
        now = self._clock.now()
        with self._database.write() as connection:
            kind = _changeable(connection, source).kind
            alert_sources.remove(connection, source, now)
            incidents.resolve(connection, *_silence(source), now)
            if kind is SourceKind.MQTT:
                self.door.shut_out(OutsideKind.SOURCE, source)

    def who(self, key: str) -> Source:
        """The source that posts with this key. Raises NotLoggedIn, and tells people when that happens again and again:
        a source has a wrong key, and its warnings are lost, or somebody tries keys."""
        with self._database.read() as connection:
            found = alert_sources.by_key(connection, _digest(key)) if key else None
        if found is None:
            self._count_stranger()
            raise NotLoggedIn("bad-key", "No source has this key.")
        return found

    def _count_stranger(self) -> None:
        now = self._clock.now()
        with self._guard:
            lately = [one for one in self._strangers if now - one < WATCHED_FOR]
            self._strangers = [*lately[-MOST_COUNTED:], now]
            times = len(self._strangers)
            told = times >= TRIES and now - self._told >= TOLD_AGAIN
            self._told = now if told else self._told
        if told:
            facts = {"refused_here": times}
            trouble = Trouble(TroubleKind.HIJACK_TRY, _POSTING, Severity.SERIOUS, "bad-key", facts=facts, events=times)
            with self._database.write() as connection:
                incidents.report(connection, trouble, now)

    def watch(self) -> None:
        """Silence of a source is a fault, and its return the end of it. Asked every few seconds."""
        now = self._clock.now()
        with self._database.read() as connection:
            beating = [one for one in alert_sources.everything(connection) if one.heartbeat_seconds]
        changed = [one for one in beating if _is_silent(one, self._clock) is not one.silent]
        if not changed:
            return
        with self._database.write() as connection:
            for source in changed:
                silent, subject = not source.silent, Subject(SubjectKind.SOURCE, source.id)
                if not alert_sources.mark_silent(connection, source.id, silent):
                    continue
                if silent:
                    facts = {"since": source.heard_at.isoformat() if source.heard_at else ""}
                    trouble = Trouble(TroubleKind.SOURCE_SILENT, subject, Severity.SERIOUS, facts=facts)
                    incidents.report(connection, trouble, now)
                else:
                    incidents.resolve(connection, TroubleKind.SOURCE_SILENT, subject, now)


def _is_silent(source: Source, clock: Clock) -> bool:
    patience = timedelta(seconds=source.heartbeat_seconds or 0)
    return source.heard_at is None or clock.now() - source.heard_at > patience


def _changeable(connection: Connection, source: SourceId) -> Source:
    """Raises NotFound or Invalid."""
    if source in OWN.values():
        raise Invalid("own-source", "This source belongs to every commune.", field="source")
    found = alert_sources.find(connection, source)
    if found is None:
        raise NotFound("unknown-source", "There is no source {source!r}.", source=source)
    return found


def _silence(source: SourceId) -> tuple[TroubleKind, Subject]:
    return TroubleKind.SOURCE_SILENT, Subject(SubjectKind.SOURCE, source)


def _digest(key: str) -> str:
    """How keys are kept: long random words need no salt."""
    return hashlib.sha256(key.encode()).hexdigest()


def _check(source: Source) -> None:
    if not is_name(source.id):
        raise Invalid("bad-id", "An id is 1 to 63 of a-z, 0-9 and '-'.", field="id")
    if source.kind not in (SourceKind.POST, SourceKind.FEED, SourceKind.MQTT):
        raise Invalid("own-source", "This source belongs to every commune.", field="kind")
    if source.kind is not SourceKind.FEED:
        return
    address = urlsplit(source.url)
    if address.scheme not in ("http", "https") or not address.hostname or address.username:
        raise Invalid("bad-url", "A feed has an address that begins with https:// or http://.", field="url")
    if not SHORTEST_POLL <= source.poll_seconds <= LONGEST_POLL:
        raise Invalid("bad-poll", "A feed is asked every 30 to 120 seconds.", field="poll_seconds")
