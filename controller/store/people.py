"""Accounts and their sessions. Passwords are kept as argon2id, tokens as SHA-256: neither can be read back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import NewType

from sqlalchemy import Connection, Row, delete, func, select

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


def _account(row: Row[tuple[object, ...]]) -> Account:
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
    return None if row is None else _account(row)


def count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(accounts)) or 0


def by_username(connection: Connection, username: str) -> tuple[Account, str] | None:
    """The account and its argon2id password."""
    row = connection.execute(select(accounts).where(accounts.c.username == username)).one_or_none()
    return None if row is None else (_account(row), row.password)


def names(connection: Connection) -> dict[AccountId, str]:
    return {AccountId(row.id): row.name for row in connection.execute(select(accounts.c.id, accounts.c.name))}


def open_session(connection: Connection, token: str, account: AccountId, expires_at: datetime) -> None:
    connection.execute(sessions.insert().values(token=token, account=account, expires_at=expires_at))


def session(connection: Connection, token: str, now: datetime) -> Account | None:
    found = select(accounts).join(sessions, sessions.c.account == accounts.c.id)
    row = connection.execute(found.where(sessions.c.token == token, sessions.c.expires_at > now)).one_or_none()
    return None if row is None else _account(row)


def close_session(connection: Connection, token: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token == token))


def sweep_sessions(connection: Connection, now: datetime) -> None:
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
