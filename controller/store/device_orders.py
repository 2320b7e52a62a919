"""What people ask of one loudspeaker by hand, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType

from sqlalchemy import Connection, select

from controller.store.people import AccountId
from controller.store.tables import accounts, device_orders, device_states, receipts
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome

DeviceOrderId = NewType("DeviceOrderId", str)


class OrderKind(Enum):
    TONE = "tone"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class DeviceOrder:
    """`id` is the name of the broadcast where it is a tone; `session` the run of the agent that it was given to."""

    id: DeviceOrderId
    device: DeviceId
    kind: OrderKind
    session: str
    by: AccountId
    at: datetime


@dataclass(frozen=True, slots=True)
class Followed:
    """An order and what is known of it: what the receipt of a tone says, or whether another run has begun since."""

    order: DeviceOrder
    name: str
    outcome: Outcome | None
    reason: str
    ended_at: datetime | None
    began_anew: bool


def add(connection: Connection, order: DeviceOrder) -> None:
    connection.execute(
        device_orders.insert().values(
            id=order.id,
            device=order.device,
            kind=order.kind.value,
            session=order.session,
            by=order.by,
            at=order.at,
        )
    )


def latest(connection: Connection, device: DeviceId, most: int) -> tuple[Followed, ...]:
    """Newest first."""
    asked = (
        select(device_orders, accounts.c.name, receipts.c.outcome, receipts.c.reason, receipts.c.ended_at)
        .add_columns(device_states.c.session.label("session_now"))
        .join(accounts, accounts.c.id == device_orders.c.by)
        .outerjoin(receipts, receipts.c.occurrence == device_orders.c.id)
        .outerjoin(device_states, device_states.c.device == device_orders.c.device)
        .where(device_orders.c.device == device)
        .order_by(device_orders.c.at.desc(), device_orders.c.id)
        .limit(most)
    )
    return tuple(
        Followed(
            DeviceOrder(
                DeviceOrderId(row.id),
                DeviceId(row.device),
                OrderKind(row.kind),
                row.session,
                AccountId(row.by),
                row.at,
            ),
            row.name,
            None if row.outcome is None else Outcome(row.outcome),
            row.reason or "",
            row.ended_at,
            row.session_now != row.session,
        )
        for row in connection.execute(asked)
    )
