"""Who is calling, and whether they may: passwords, sessions, roles, and the guard against forged requests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from argon2 import PasswordHasher as PasswordHasher
from fastapi import Path, Request

from controller.errors import NotAllowed, NotFound, NotLoggedIn
from controller.fleet.enrolment import digest
from controller.store import areas, credentials, notices, people
from controller.store.allowing import allow
from controller.store.audit import note
from controller.store.concerns import CONCERNS
from controller.store.database import Database
from controller.store.origin import origin
from controller.store.people import Account, Grant, Role
from controller.web.accounts import TOKEN_MARK, Accounts
from controller.web.log_in import NAMED_BY, LogIns, Session
from devices.clock import Clock
from schedules.programme import AreaId

COOKIE = "loa_session"
Number = Annotated[int, Path(ge=0, le=2**31 - 1)]
"""In an address: no larger than the database can count."""
STRONG = PasswordHasher()
"""argon2id as RFC 9106 advises where memory is scarce: slow on purpose."""
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""For a town, where nobody guesses passwords and thousands of days pass in a minute."""
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Access:
    """Who is calling, and what that person may do. `log_ins` let people in, `accounts` is who they are."""

    def __init__(self, database: Database, clock: Clock, hasher: PasswordHasher) -> None:
        self._database = database
        self._clock = clock
        self.log_ins = LogIns(database, clock, hasher)
        self.accounts = Accounts(database, clock, self.log_ins, hasher.hash)

    def add_account(
        self,
        username: str,
        name: str,
        password: str,
        roles: frozenset[Role],
        limited: frozenset[Grant] = frozenset(),
    ) -> Account:
        """As `accounts.add`, with a password, by the controller itself."""
        return self.accounts.add(username, name, roles, limited, password=password)

    def log_in(self, username: str, password: str) -> Session:
        return self.log_ins.with_password(username, password)

    def log_out(self, token: str, browser: str = "") -> None:
        """`browser` is the channel of the browser, if it has one: it is told nothing any more."""
        with self._database.write() as connection:
            if browser:
                notices.remove_browser(connection, browser, self._clock.now())
            people.close_session(connection, digest(token))
            note(connection, "sessions.closed", digest(token)[:NAMED_BY])

    def caller(self, request: Request) -> Account | None:
        """Who sends this request, by bearer token or by cookie; a forged cookie request is NotAllowed."""
        token = bearer(request)
        if token is None and (token := request.cookies.get(COOKIE)) is not None:
            refuse_forgery(request)
        if token is None:
            return None
        found = self._program(token) if token.startswith(TOKEN_MARK) else self._person(token)
        if found is not None:
            by = origin()
            by.account, by.name, by.session = found.id, found.name, digest(token)[:NAMED_BY]
        return found

    def _person(self, token: str) -> Account | None:
        with self._database.read() as connection:
            return people.session(connection, digest(token), self._clock.now())

    def _program(self, token: str) -> Account | None:
        now = self._clock.now()
        with self._database.read() as connection:
            found = credentials.bearer_of(connection, digest(token), now)
        if found is None:
            return None
        account, kept = found
        if credentials.is_worth_noting(kept, now):
            with self._database.write() as connection:
                credentials.used(connection, kept, now)
        return account.as_at_most(kept.roles)

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


def session_only(request: Request) -> None:
    """A dependency: what concerns a person's own ways in is not for programs that hold a token."""
    if (bearer(request) or "").startswith(TOKEN_MARK):
        raise NotAllowed("needs-session", "A program's token may not do this: log in yourself.")


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
