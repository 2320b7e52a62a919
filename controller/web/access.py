"""Who is calling, and whether they may: passwords, sessions, roles, and the guard against forged requests."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit

from argon2 import PasswordHasher as PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from fastapi import Request

from controller.errors import Invalid, NotAllowed, NotFound, NotLoggedIn, NotNow
from controller.fleet.enrolment import digest
from controller.store import areas, people
from controller.store.allowing import allow
from controller.store.audit import note
from controller.store.concerns import CONCERNS
from controller.store.database import Database
from controller.store.origin import origin
from controller.store.people import Account, AccountId, Grant, Role
from devices.clock import Clock
from schedules.programme import AreaId

COOKIE = "loa_session"
STRONG = PasswordHasher()
"""argon2id as RFC 9106 advises where memory is scarce: slow on purpose."""
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""For a town, where nobody guesses passwords and thousands of days pass in a minute."""
SESSION_LIFE = timedelta(hours=12)
MIN_PASSWORD = 10
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_USERNAME = 64
_NAMED_BY = 8
"""So many characters of its digest tell a session from others in the audit."""


@dataclass(frozen=True, slots=True)
class Session:
    token: str
    account: Account
    expires_at: datetime


class Access:
    def __init__(self, database: Database, clock: Clock, hasher: PasswordHasher) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher

    def add_account(
        self,
        username: str,
        name: str,
        password: str,
        roles: frozenset[Role],
        limited: frozenset[Grant] = frozenset(),
    ) -> Account:
        """A new person. Invalid or NotNow says what is wrong, and then nobody was added."""
        username = username.strip().lower()
        if not username or len(username) > _MAX_USERNAME:
            raise Invalid(
                "bad-username", "A username has 1 to {most} characters.", field="username", most=_MAX_USERNAME
            )
        if len(password) < MIN_PASSWORD:
            raise Invalid(
                "short-password", "A password has at least {least} characters.", field="password", least=MIN_PASSWORD
            )
        account = Account(AccountId(f"a-{secrets.token_hex(6)}"), username, name.strip() or username, roles, limited)
        with self._database.write() as connection:
            tree = areas.tree(connection)
            for grant in limited:
                if grant.area not in tree:
                    raise Invalid("unknown-area", "There is no area {area!r}.", field="limited", area=grant.area)
            if people.by_username(connection, username) is not None:
                raise NotNow("username-taken", "There is already an account {username!r}.", username=username)
            people.add(connection, account, self._hasher.hash(password), self._clock.now())
        return account

    def log_in(self, username: str, password: str) -> Session:
        """A new session; NotLoggedIn, after the same work, whether the name or the password is wrong."""
        with self._database.read() as connection:
            found = people.by_username(connection, username.strip().lower())
        account, hashed = found if found else (None, self._nobodys_password)
        try:
            self._hasher.verify(hashed, password)
        except (Argon2Error, InvalidHashError):
            account = None
        if account is None:
            with self._database.write() as connection:
                note(connection, "sessions.refused", username.strip().lower()[:_MAX_USERNAME])
            raise NotLoggedIn("bad-login", "The username or the password is not right.")
        now = self._clock.now()
        session = Session(secrets.token_urlsafe(32), account, now + SESSION_LIFE)
        with self._database.write() as connection:
            people.sweep_sessions(connection, now)
            people.open_session(connection, digest(session.token), account.id, session.expires_at)
            origin().account, origin().name = account.id, account.name
            note(connection, "sessions.opened", digest(session.token)[:_NAMED_BY])
        return session

    @cached_property
    def _nobodys_password(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(16))

    def log_out(self, token: str) -> None:
        with self._database.write() as connection:
            people.close_session(connection, digest(token))
            note(connection, "sessions.closed", digest(token)[:_NAMED_BY])

    def caller(self, request: Request) -> Account | None:
        """Who sends this request, by bearer token or by cookie; a forged cookie request is NotAllowed."""
        token = bearer(request)
        if token is None and (token := request.cookies.get(COOKIE)) is not None:
            refuse_forgery(request)
        if token is None:
            return None
        with self._database.read() as connection:
            found = people.session(connection, digest(token), self._clock.now())
        if found is not None:
            by = origin()
            by.account, by.name, by.session = found.id, found.name, digest(token)[:_NAMED_BY]
        return found

    def allow(self, who: Account, chosen: Collection[AreaId], *roles: Role) -> None:
        """Raises NotAllowed where `who` holds none of `roles` in each of the chosen areas."""
        with self._database.read() as connection:
            allow(connection, who, chosen, *roles)

    def seen_from(self, account: Account, named: Mapping[str, object]) -> Account:
        """The account with the roles that it holds where all that is `named` in an address is; NotFound where it may
        not know of that."""
        with self._database.read() as connection:
            tree = areas.tree(connection)
            for name, value in named.items():
                concern = CONCERNS[name](connection, str(value)) if name in CONCERNS else None
                if concern is None:
                    continue
                if not concern.is_seen_by(account, tree):
                    raise NotFound("not-found", "There is nothing at this address.")
                account = account.at(tree, concern.areas)
        return account


def bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def refuse_forgery(request: Request) -> None:
    """Another site may make a browser send our cookie, but not lie about where the request comes from."""
    if request.method in _SAFE_METHODS:
        return
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    foreign = (
        urlsplit(origin).netloc != request.headers.get("host") if origin else site not in (None, "same-origin", "none")
    )
    if foreign:
        raise NotAllowed("cross-site", "This request comes from another website and was refused.")


@dataclass(frozen=True, slots=True)
class Permission:
    """What a route asks for; `somewhere`: it looks itself whether the role is held where it matters."""

    roles: tuple[Role, ...]
    somewhere: bool


def need(*roles: Role, somewhere: bool = False) -> Callable[[Request], Account]:
    """A dependency: the caller, who must be logged in and hold one of `roles` (or any, where none is named) where the
    thing in the address is, or everywhere where there is none. A thing of areas in which the caller holds no role is
    not found."""

    def caller(request: Request) -> Account:
        us = request.app.state.services
        account: Account | None = us.access.caller(request)
        if account is None:
            raise NotLoggedIn("not-logged-in", "Please log in first.")
        if account.limited:
            account = us.access.seen_from(account, request.path_params)
        if roles and not (account.holds(*roles) if somewhere else account.is_any(*roles)):
            raise NotAllowed("not-allowed", "Your account may not do this.")
        return account

    caller.permission = Permission(roles, somewhere)  # type: ignore[attr-defined]
    return caller
