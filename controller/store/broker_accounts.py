"""Accounts on a broker that asks the controller who may come in. Passwords are kept as SHA-256: long random words."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from controller.store.tables import broker_accounts


@dataclass(frozen=True, slots=True)
class BrokerAccount:
    """With `client_id` it may connect under that id only. `password` is the SHA-256 of it."""

    username: str
    client_id: str | None
    password: str


def keep(connection: Connection, account: BrokerAccount) -> None:
    """An account of that name is replaced."""
    drop(connection, account.username)
    connection.execute(
        broker_accounts.insert().values(
            username=account.username, client_id=account.client_id, password=account.password
        )
    )


def drop(connection: Connection, username: str) -> None:
    connection.execute(delete(broker_accounts).where(broker_accounts.c.username == username))


def find(connection: Connection, username: str) -> BrokerAccount | None:
    asked = select(broker_accounts).where(broker_accounts.c.username == username)
    row = connection.execute(asked).first()
    return None if row is None else BrokerAccount(row.username, row.client_id, row.password)


def is_somebodys(connection: Connection, client_id: str) -> bool:
    """Whether an account may connect under this client id and no other."""
    asked = select(broker_accounts.c.username).where(broker_accounts.c.client_id == client_id)
    return connection.execute(asked).first() is not None
