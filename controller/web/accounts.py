"""People and their programs: who there is, what each may do, and by what each comes in."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from controller.errors import Invalid, NotFound, NotLoggedIn, NotNow
from controller.fleet.enrolment import digest
from controller.store import areas, credentials, notices, people
from controller.store.allowing import allow
from controller.store.credentials import ApiToken, SecondFactor
from controller.store.database import Connection, Database
from controller.store.people import Account, AccountId, Grant, Role
from controller.store.sealing import Unreadable, seal, unseal
from controller.web.log_in import LogIns, Session
from controller.web.second_factor import matching_step, new_recovery_codes, new_secret, recovery_digest
from devices.clock import Clock

MIN_PASSWORD = 10
MAX_USERNAME = 64
INVITATION_LIFE = timedelta(days=2)
LONGEST_TOKEN = timedelta(days=366)
MOST_TOKENS = 20
TOKEN_MARK = "loa_"
"""By which a program's token is told from a session, also by whoever finds it in a log."""


@dataclass(frozen=True, slots=True)
class Person:
    account: Account
    closed_at: datetime | None


class Accounts:
    """What people do for one another raises NotAllowed where the doer is no administrator of all that it touches."""

    def __init__(self, database: Database, clock: Clock, log_ins: LogIns, hash_of: Callable[[str], str]) -> None:
        self._database = database
        self._clock = clock
        self._log_ins = log_ins
        self._hash = hash_of

    def add(
        self,
        username: str,
        name: str,
        roles: frozenset[Role],
        limited: frozenset[Grant] = frozenset(),
        *,
        password: str = "",
        by: Account | None = None,
    ) -> Account:
        """A new person; without a password one who is yet to be invited. `by` None: the controller itself. Raises
        Invalid, NotAllowed or NotNow, and then nobody was added."""
        username = username.strip().lower()
        if not username or len(username) > MAX_USERNAME or not username.isprintable():
            raise Invalid("bad-username", "A username has 1 to {most} characters.", field="username", most=MAX_USERNAME)
        hashed = self._hashed(password) if password else ""
        account = Account(AccountId(f"a-{secrets.token_hex(6)}"), username, name.strip() or username, roles, limited)
        with self._database.write() as connection:
            _check_grants(connection, account, by)
            if people.by_username(connection, username) is not None:
                raise NotNow("username-taken", "There is already an account {username!r}.", username=username)
            people.add(connection, account, hashed, self._clock.now())
        return account

    def change(
        self,
        account: AccountId,
        by: Account,
        *,
        name: str | None = None,
        roles: frozenset[Role] | None = None,
        limited: frozenset[Grant] | None = None,
        closed: bool | None = None,
    ) -> Account:
        """What is None stays. Fewer roles, or an account that is closed, count at once, for its tokens too."""
        with self._database.write() as connection:
            before, closed_at = _standing(connection, account)
            _check_grants(connection, before, by)
            after = replace(
                before,
                name=before.name if name is None else name.strip() or before.username,
                roles=before.roles if roles is None else roles,
                limited=before.limited if limited is None else limited,
            )
            if account == by.id and (closed or after.held != before.held):
                raise NotNow("own-account", "Nobody takes away their own account or roles: ask another administrator.")
            _check_grants(connection, after, by)
            if closed is not None:
                closed_at = (closed_at or self._clock.now()) if closed else None
            people.change(connection, after, closed_at)
            if closed:
                people.close_sessions_of(connection, account)
                notices.remove_browsers(connection, account, self._clock.now())
        return after

    def invite(self, account: AccountId, by: Account | None = None) -> tuple[str, datetime]:
        """A code, and until when it lets that person choose a password; whoever has lost the phone starts anew too."""
        code, now = secrets.token_urlsafe(24), self._clock.now()
        with self._database.write() as connection:
            standing, _ = _standing(connection, account)
            _check_grants(connection, standing, by)
            credentials.invite(connection, digest(code), account, now, now + INVITATION_LIFE)
        return code, now + INVITATION_LIFE

    def accept(self, code: str, password: str) -> Session:
        """The person behind an invitation comes in with a new password; what was before is over."""
        hashed, now = self._hashed(password), self._clock.now()
        with self._database.write() as connection:
            account = credentials.invited(connection, digest(code), now)
            if account is None or not credentials.use_invitation(connection, digest(code), now):
                raise NotLoggedIn("bad-invitation", "This link was used before, or is too old: ask for another.")
            standing, closed_at = _standing(connection, account)
            if closed_at is not None:
                raise NotLoggedIn("bad-invitation", "This link was used before, or is too old: ask for another.")
            people.set_password(connection, account, hashed)
            people.close_sessions_of(connection, account)
            notices.remove_browsers(connection, account, now)
            credentials.keep_second_factor(connection, account, None)
        return self._log_ins.open(standing)

    def change_password(self, who: Account, old: str, new: str, session: str) -> None:
        """All other sessions of this person end. `session` is the digest of the one that stays."""
        self._check_password(who, old)
        hashed = self._hashed(new)
        with self._database.write() as connection:
            people.set_password(connection, who.id, hashed)
            people.close_sessions_of(connection, who.id, but=session)
            notices.remove_browsers(connection, who.id, self._clock.now())

    def make_token(self, who: Account, name: str, roles: frozenset[Role], days: int) -> tuple[ApiToken, str]:
        """A program's own way in, with at most these of the person's roles; the token is shown this once."""
        now = self._clock.now()
        if not timedelta(0) < timedelta(days=days) <= LONGEST_TOKEN:
            raise Invalid("bad-life", "A token holds for 1 to {most} days.", field="days", most=LONGEST_TOKEN.days)
        if not roles or not (roles <= who.held or Role.ADMINISTRATOR in who.held):
            raise Invalid("roles-not-held", "A token has some of your own roles.", field="roles")
        token = TOKEN_MARK + secrets.token_urlsafe(32)
        made = ApiToken(secrets.token_hex(6), who.id, name.strip(), roles, now, now + timedelta(days=days))
        with self._database.write() as connection:
            if len(credentials.tokens_of(connection, who.id)) >= MOST_TOKENS:
                raise NotNow("many-tokens", "You have {most} tokens: revoke one first.", most=MOST_TOKENS)
            credentials.add_token(connection, made, digest(token))
        return made, token

    def revoke_token(self, who: Account, token: str) -> None:
        with self._database.write() as connection:
            if not credentials.revoke_token(connection, who.id, token, self._clock.now()):
                raise NotFound("unknown-token", "You have no such token.")

    def begin_second_factor(self, who: Account) -> tuple[str, str]:
        """A new secret for the phone, and a ticket with which `finish_second_factor` knows it again."""
        secret = new_secret()
        with self._database.read() as connection:
            return secret, seal(connection, secret, _set_up(who))

    def finish_second_factor(self, who: Account, ticket: str, code: str) -> tuple[str, ...]:
        """From now on the phone is asked for, which has shown that it knows the secret. Returns recovery codes."""
        with self._database.write() as connection:
            try:
                secret = unseal(connection, ticket, _set_up(who))
            except Unreadable as wrong:
                raise Invalid("bad-ticket", "Begin once more.", field="code") from wrong
            step = matching_step(secret, code, self._clock.now()) if secret else None
            if step is None:
                raise Invalid("bad-code", "This code is not right, or was used before.", field="code")
            codes = new_recovery_codes()
            factor = SecondFactor(secret, step, tuple(map(recovery_digest, codes)))
            credentials.keep_second_factor(connection, who.id, factor)
        return codes

    def drop_second_factor(self, who: Account, password: str) -> None:
        self._check_password(who, password)
        with self._database.write() as connection:
            credentials.keep_second_factor(connection, who.id, None)

    def _check_password(self, who: Account, password: str) -> None:
        with self._database.read() as connection:
            found = people.by_username(connection, who.username)
        if found is None or not self._log_ins.is_right(found[1], password):
            raise Invalid("wrong-password", "The password is not right.", field="password")

    def _hashed(self, password: str) -> str:
        if len(password) < MIN_PASSWORD:
            raise Invalid(
                "short-password", "A password has at least {least} characters.", field="password", least=MIN_PASSWORD
            )
        return self._hash(password)


def _set_up(who: Account) -> str:
    return f"second-factor/{who.id}"


def _standing(connection: Connection, account: AccountId) -> tuple[Account, datetime | None]:
    found = people.find(connection, account)
    if found is None:
        raise NotFound("unknown-account", "There is no account {account!r}.", account=account)
    return found, people.closed_at(connection, account)


def _check_grants(connection: Connection, account: Account, by: Account | None) -> None:
    tree = areas.tree(connection)
    chosen = {grant.area for grant in account.limited}
    for area in chosen:
        if area not in tree:
            raise Invalid("unknown-area", "There is no area {area!r}.", field="limited", area=area)
    if not account.held:
        raise Invalid("no-role", "Everybody has at least one role.", field="roles")
    if by is not None:
        allow(connection, by, () if account.roles else chosen, Role.ADMINISTRATOR)
