"""Whether somebody may come in at a broker that asks us."""

from __future__ import annotations

import hashlib
import hmac
import threading
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from controller.errors import NotLoggedIn, TooOften
from controller.fleet.broker.emqx_files import attributes
from controller.store import broker_accounts, incidents
from controller.store.database import Database
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from devices.clock import Clock

TRIES, WATCHED_FOR = 10, timedelta(minutes=10)
"""So many wrong passwords or keys within so long are told to people; more wrong keys are not looked at."""
TOLD_AGAIN = timedelta(minutes=1)
"""Whoever tries a thousand passwords a second costs no more than one entry a minute."""
_BROKER = Subject(SubjectKind.SITE, "broker")


class Admission:
    """Passwords are never guessed, they are too long; what is limited is the work and the noise of trying. Nobody who
    tries can make a device wait that knows its password."""

    def __init__(self, database: Database, clock: Clock, key: SecretStr | None) -> None:
        """Without `key` no broker asks."""
        self._database = database
        self._clock = clock
        self._key = key.get_secret_value().encode() if key is not None else b""
        self._guard = threading.Lock()
        self._strangers: list[datetime] = []
        self._told = datetime.min.replace(tzinfo=UTC)

    def check_key(self, key: str) -> None:
        """Raises NotLoggedIn for whoever is not our broker, and TooOften when that happens again and again."""
        if self._key and hmac.compare_digest(self._key, key.encode()):
            return
        if self._count_stranger() > TRIES:
            raise TooOften("too-many-keys", "Too many wrong keys: try again in some minutes.")
        raise NotLoggedIn("bad-broker-key", "No broker has this key.")

    def admit(self, username: str, password: str, client_id: str) -> dict[str, str] | None:
        """What the broker is to know of the account; None when it may not come in under this client id, or at all."""
        digest = hashlib.sha256(password.encode()).hexdigest()
        with self._database.read() as connection:
            account = broker_accounts.find(connection, username)
            taken = broker_accounts.is_somebodys(connection, client_id)
        if account is None or not hmac.compare_digest(account.password, digest):
            self._count_stranger()
            return None
        if account.client_id != client_id and (account.client_id is not None or taken):
            return None
        return attributes(username)

    def _count_stranger(self) -> int:
        now = self._clock.now()
        with self._guard:
            lately = [one for one in self._strangers if now - one < WATCHED_FOR]
            self._strangers = [*lately[-TRIES:], now]
            times = len(self._strangers)
            told = times >= TRIES and now - self._told >= TOLD_AGAIN
            self._told = now if told else self._told
        if told:
            trouble = Trouble(TroubleKind.HIJACK_TRY, _BROKER, Severity.SERIOUS, "bad-broker-login", events=times)
            with self._database.write() as connection:
                incidents.report(connection, trouble, now)
        return times
