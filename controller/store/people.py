"""Accounts and their sessions. Passwords are kept as argon2id, tokens as SHA-256: neither can be read back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import NewType

from sqlalchemy import Connection, Row, delete, func, select, update

from controller.store.areas import AreaTree
from controller.store.tables import accounts, sessions
from schedules.programme import AreaId

AccountId = NewType("AccountId", str)
_IN = "@"
"""As rows keep a role in a part of the tree: editor@thon-3."""


class Role(Enum):
    ADMINISTRATOR = "administrator"
    EDITOR = "editor"
    APPROVER = "approver"
    OPERATOR = "operator"
    """Keeps the day going: all stop, single days, incidents."""
    TECHNICIAN = "technician"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in an area and all inside it."""

    role: Role
    area: AreaId


@dataclass(frozen=True, slots=True)
class Account:
    """`roles` are held everywhere; `limited` ones in parts of the tree only; `here` are those of them that count where
    this account was asked `at` last."""

    id: AccountId
    username: str
    name: str
    roles: frozenset[Role]
    limited: frozenset[Grant] = frozenset()
    here: frozenset[Role] = frozenset()

    def is_any(self, *roles: Role) -> bool:
        """Whether one of `roles` is held everywhere, or where this account was asked `at`."""
        return bool((self.roles | self.here) & {Role.ADMINISTRATOR, *roles})

    def holds(self, *roles: Role) -> bool:
        """Whether one of `roles`, or any role where none is named, is held anywhere."""
        return bool(self.held & {Role.ADMINISTRATOR, *roles} if roles else self.held)

    @property
    def held(self) -> frozenset[Role]:
        """All roles, wherever they are held."""
        return self.roles | {grant.role for grant in self.limited}

    def as_at_most(self, roles: frozenset[Role]) -> Account:
        """This person with no more than these roles, each where it is held: a program's token."""
        everywhere = roles if Role.ADMINISTRATOR in self.roles else self.roles & roles
        everything = {one.area for one in self.limited if one.role is Role.ADMINISTRATOR}
        limited = {one for one in self.limited if one.role in roles}
        limited |= {Grant(role, area) for role in roles for area in everything}
        return replace(self, roles=everywhere, limited=frozenset(limited))

    def at(self, tree: AreaTree, chosen: Collection[AreaId]) -> Account:
        """This person as seen from the chosen areas: with the roles that are held in each of them."""
        where = [frozenset(tree.path(area) if area in tree else ()) for area in chosen]
        reach = {role: {one.area for one in self.limited if one.role is role} for role in self.held}
        here = {role for role, held in reach.items() if where and all(held & path for path in where)}
        return replace(self, here=frozenset(here))

    def sees(self, tree: AreaTree, chosen: Collection[AreaId]) -> bool:
        """Whether something in the chosen areas is, at least in part, where this person holds a role."""
        if self.roles:
            return True
        mine = {one.area for one in self.limited}
        return any(
            area in tree and (not mine.isdisjoint(tree.path(area)) or any(area in tree.path(own) for own in mine))
            for area in chosen
        )

    def inside(self, tree: AreaTree) -> frozenset[AreaId] | None:
        """All areas in which this person holds a role; None: everywhere."""
        return None if self.roles else tree.within({one.area for one in self.limited if one.area in tree})


def account_of(row: Row[tuple[object, ...]]) -> Account:
    """The account that a row keeps."""
    everywhere, limited = set(), set()
    for said in row.roles:
        name, _, area = said.partition(_IN)
        if area:
            limited.add(Grant(Role(name), AreaId(area)))
        else:
            everywhere.add(Role(name))
    return Account(AccountId(row.id), row.username, row.name, frozenset(everywhere), frozenset(limited))


def _roles(account: Account) -> list[str]:
    limited = [f"{grant.role.value}{_IN}{grant.area}" for grant in account.limited]
    return sorted([*(role.value for role in account.roles), *limited])


def add(connection: Connection, account: Account, password: str, now: datetime) -> None:
    """`password` is already its argon2id form."""
    connection.execute(
        accounts.insert().values(
            id=account.id,
            username=account.username,
            name=account.name,
            password=password,
            roles=_roles(account),
            created_at=now,
        )
    )


def find(connection: Connection, account: AccountId) -> Account | None:
    row = connection.execute(select(accounts).where(accounts.c.id == account)).one_or_none()
    return None if row is None else account_of(row)


def count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(accounts)) or 0


def can_anybody_come_in(connection: Connection) -> bool:
    """Whether some person has chosen a password, or is known to the OIDC provider."""
    able = accounts.c.password.startswith("$argon2") | accounts.c.oidc_subject.is_not(None)
    return connection.scalar(select(accounts.c.id).where(able, accounts.c.closed_at.is_(None)).limit(1)) is not None


def by_username(connection: Connection, username: str) -> tuple[Account, str] | None:
    """The account and its argon2id password."""
    row = connection.execute(select(accounts).where(accounts.c.username == username)).one_or_none()
    return None if row is None else (account_of(row), row.password)


def closed_at(connection: Connection, account: AccountId) -> datetime | None:
    return connection.scalar(select(accounts.c.closed_at).where(accounts.c.id == account))


def is_closed(connection: Connection, account: AccountId) -> bool:
    return closed_at(connection, account) is not None


def by_oidc(connection: Connection, subject: str) -> Account | None:
    asked = select(accounts).where(accounts.c.oidc_subject == subject, accounts.c.closed_at.is_(None))
    row = connection.execute(asked).one_or_none()
    return None if row is None else account_of(row)


def is_tied(connection: Connection, account: AccountId) -> bool:
    """Whether the account belongs to a subject of the OIDC provider."""
    return connection.scalar(select(accounts.c.oidc_subject).where(accounts.c.id == account)) is not None


def everyone(connection: Connection) -> tuple[tuple[Account, datetime | None], ...]:
    """All accounts by name, each with when it was closed."""
    rows = connection.execute(select(accounts).order_by(accounts.c.name, accounts.c.id))
    return tuple((account_of(row), row.closed_at) for row in rows)


def change(connection: Connection, account: Account, closed_at: datetime | None) -> None:
    """Name, roles and standing are these from now on."""
    said = {"name": account.name, "roles": _roles(account), "closed_at": closed_at}
    connection.execute(update(accounts).where(accounts.c.id == account.id).values(said))


def set_password(connection: Connection, account: AccountId, password: str) -> None:
    """`password` is already its argon2id form."""
    connection.execute(update(accounts).where(accounts.c.id == account).values(password=password))


def tie_to_oidc(connection: Connection, account: AccountId, subject: str | None) -> None:
    connection.execute(update(accounts).where(accounts.c.id == account).values(oidc_subject=subject))


def close_sessions_of(connection: Connection, account: AccountId, but: str = "") -> None:
    """All of them, `but` the one with this digest."""
    connection.execute(delete(sessions).where(sessions.c.account == account, sessions.c.token != but))


def names(connection: Connection) -> dict[AccountId, str]:
    return {AccountId(row.id): row.name for row in connection.execute(select(accounts.c.id, accounts.c.name))}


def open_session(connection: Connection, token: str, account: AccountId, expires_at: datetime) -> None:
    connection.execute(sessions.insert().values(token=token, account=account, expires_at=expires_at))


def session(connection: Connection, token: str, now: datetime) -> Account | None:
    found = select(accounts).join(sessions, sessions.c.account == accounts.c.id)
    mine = (sessions.c.token == token) & (sessions.c.expires_at > now) & accounts.c.closed_at.is_(None)
    row = connection.execute(found.where(mine)).one_or_none()
    return None if row is None else account_of(row)


def close_session(connection: Connection, token: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token == token))


def sweep_sessions(connection: Connection, now: datetime) -> None:
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
