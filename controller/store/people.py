"""Accounts and their sessions. Passwords are kept as argon2id, tokens as SHA-256: neither can be read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType

from sqlalchemy import Connection, Row, delete, func, select

from controller.store.tables import accounts, sessions

AccountId = NewType("AccountId", str)


class Role(Enum):
    ADMINISTRATOR = "administrator"
    EDITOR = "editor"
    APPROVER = "approver"
    TECHNICIAN = "technician"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Account:
    id: AccountId
    username: str
    name: str
    roles: frozenset[Role]

    def is_any(self, *roles: Role) -> bool:
        return bool(self.roles & {Role.ADMINISTRATOR, *roles})


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(AccountId(row.id), row.username, row.name, frozenset(Role(role) for role in row.roles))


def add(connection: Connection, account: Account, password: str, now: datetime) -> None:
    """`password` is already its argon2id form."""
    connection.execute(
        accounts.insert().values(
            id=account.id,
            username=account.username,
            name=account.name,
            password=password,
            roles=sorted(role.value for role in account.roles),
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
