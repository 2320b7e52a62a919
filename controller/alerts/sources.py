"""Where warnings may come from: who is let in with which key, and whose silence is a fault."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from controller.errors import Invalid, NotFound, NotLoggedIn, NotNow
from controller.store import alert_sources, incidents
from controller.store.alert_sources import OWN, Source, SourceKind
from controller.store.alerts import SourceId
from controller.store.database import Database
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from devices.clock import Clock
from devices.protocol.topics import OutsideKind, is_name

SHORTEST_POLL, LONGEST_POLL = 30.0, 120.0


LetIn = Callable[[OutsideKind, str, str], None]
"""Makes the broker know a source or a gauge by its password."""


class Sources:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.let_in: LetIn = lambda kind, name, secret: None

    def let_in_gauge(self, name: str) -> str:
        """A new password for the broker account `sensor.NAME`, shown this once."""
        secret = secrets.token_urlsafe(24)
        self.let_in(OutsideKind.SENSOR, name, secret)
        return secret

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
                self.let_in(OutsideKind.SOURCE, source.id, key)
        return key

    def remove(self, source: SourceId) -> None:
        """Nothing is taken in from it any more. Raises NotFound or Invalid."""
        if source in OWN.values():
            raise Invalid("own-source", "This source belongs to every commune.", field="source")
        now = self._clock.now()
        with self._database.write() as connection:
            if alert_sources.find(connection, source) is None:
                raise NotFound("unknown-source", "There is no source {source!r}.", source=source)
            alert_sources.remove(connection, source, now)
            incidents.resolve(connection, TroubleKind.SOURCE_SILENT, Subject(SubjectKind.SOURCE, source), now)

    def who(self, key: str) -> Source:
        """The source that posts with this key. Raises NotLoggedIn."""
        with self._database.read() as connection:
            found = alert_sources.by_key(connection, _digest(key)) if key else None
        if found is None:
            raise NotLoggedIn("bad-key", "No source has this key.")
        return found

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
