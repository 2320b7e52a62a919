"""Coming in: password, second factor, and the wait that each failure makes longer."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from controller.errors import NotLoggedIn, TooOften
from controller.fleet.enrolment import digest
from controller.store import credentials, incidents, log_ins, people
from controller.store.audit import note
from controller.store.credentials import SecondFactor
from controller.store.database import Connection, Database
from controller.store.origin import origin
from controller.store.people import Account, AccountId
from controller.store.sealing import Unreadable, seal, unseal
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from controller.web.second_factor import matching_step, recovery_digest
from devices.clock import Clock

SESSION_LIFE = timedelta(hours=12)
HALF_WAY = timedelta(minutes=5)
"""So long the password counts while somebody looks for the phone."""
NAMED_BY = 8
"""So many characters of its digest tell a session from others in the audit."""
_TICKET = "log-in"
_MAX_USERNAME = 64


@dataclass(frozen=True, slots=True)
class Session:
    token: str
    account: Account
    expires_at: datetime


class SecondFactorWanted(NotLoggedIn):
    """The password was right. `ticket` says so for some minutes, and to this site only."""

    def __init__(self, ticket: str) -> None:
        super().__init__("second-factor", "Type the six digits that your phone shows, or a recovery code.")
        self.ticket = ticket


class LogIns:
    def __init__(self, database: Database, clock: Clock, hasher: PasswordHasher) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher

    def with_password(self, username: str, password: str, code: str = "") -> Session:
        """A new session. NotLoggedIn, after the same work, whether the name or the password is wrong;
        SecondFactorWanted where `code` is missing; TooOften where the next attempt must wait."""
        username = username.strip().lower()[:_MAX_USERNAME]
        self._check_wait(username)
        with self._database.read() as connection:
            found = people.by_username(connection, username)
        account, hashed = found if found and found[1] else (None, self._nobodys_password)
        if not self.is_right(hashed, password) or account is None or self._is_closed(account.id):
            self._failed(username)
            raise NotLoggedIn("bad-login", "The username or the password is not right.")
        return self._past_the_password(account, code)

    def with_ticket(self, ticket: str, code: str) -> Session:
        """The second half of a log-in. Raises as `with_password`."""
        now = self._clock.now()
        try:
            with self._database.read() as connection:
                said = json.loads(unseal(connection, ticket, _TICKET))
                account = people.find(connection, AccountId(said["account"]))
            late = datetime.fromisoformat(said["until"]) < now
        except (Unreadable, ValueError, KeyError, TypeError):
            account, late = None, True
        if account is None or late or self._is_closed(account.id):
            raise NotLoggedIn("too-late", "That took too long: log in once more.")
        self._check_wait(account.username)
        return self._past_the_password(account, code or "-")

    def open(self, account: Account) -> Session:
        """A session for somebody who has proven who it is."""
        now = self._clock.now()
        session = Session(secrets.token_urlsafe(32), account, now + SESSION_LIFE)
        with self._database.write() as connection:
            people.sweep_sessions(connection, now)
            people.open_session(connection, digest(session.token), account.id, session.expires_at)
            by = origin()
            by.account, by.name = account.id, account.name
            log_ins.succeeded(connection, account.username, by.address)
            note(connection, "sessions.opened", digest(session.token)[:NAMED_BY])
        return session

    def is_right(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (Argon2Error, InvalidHashError):
            return False

    def _past_the_password(self, account: Account, code: str) -> Session:
        with self._database.read() as connection:
            factor = credentials.second_factor(connection, account.id)
            until = (self._clock.now() + HALF_WAY).isoformat()
            ticket = seal(connection, json.dumps({"account": account.id, "until": until}), _TICKET)
        if factor is None:
            return self.open(account)
        if not code:
            raise SecondFactorWanted(ticket)
        with self._database.write() as connection:
            right = spend(connection, account.id, factor, code, self._clock.now())
        if not right:
            self._failed(account.username)
            raise NotLoggedIn("bad-code", "This code is not right, or was used before.")
        return self.open(account)

    def _check_wait(self, username: str) -> None:
        now = self._clock.now()
        with self._database.read() as connection:
            left = log_ins.wait(connection, username, origin().address, now)
        if left > timedelta():
            seconds = int(left.total_seconds()) + 1
            raise TooOften("too-often", "Too many attempts: try again in {seconds} seconds.", seconds=seconds)

    def _failed(self, username: str) -> None:
        now, address = self._clock.now(), origin().address
        with self._database.write() as connection:
            failures = log_ins.failed(connection, username, address, now)
            note(connection, "sessions.refused", username)
            if failures >= log_ins.WORTH_AN_INCIDENT:
                facts = {"account": username, "address": address, "failures": failures}
                guessing = Subject(SubjectKind.SITE, "log-in")
                trouble = Trouble(TroubleKind.LOG_IN_FAILURES, guessing, Severity.SERIOUS, facts=facts, events=1)
                incidents.report(connection, trouble, now)

    def _is_closed(self, account: AccountId) -> bool:
        with self._database.read() as connection:
            return people.is_closed(connection, account)

    @cached_property
    def _nobodys_password(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(16))


def spend(connection: Connection, account: AccountId, factor: SecondFactor, code: str, now: datetime) -> bool:
    """Whether a code holds; if so it never does again."""
    step = matching_step(factor.secret, code, now)
    if step is not None:
        return credentials.use_step(connection, account, step)
    used = recovery_digest(code)
    if used not in factor.recovery:
        return False
    left = tuple(one for one in factor.recovery if one != used)
    credentials.keep_second_factor(connection, account, SecondFactor(factor.secret, factor.step, left))
    return True
