"""Addresses and secrets of channels lie sealed."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from controller.store.sealing import seal, unseal

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_CHANNELS = sa.table("channels", sa.column("id"), sa.column("address"), sa.column("secret"))


def upgrade() -> None:
    _rewrite(seal)


def downgrade() -> None:
    _rewrite(unseal)


def _rewrite(way: Callable[[sa.Connection, str, str], str]) -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(_CHANNELS)).all():
        written = {
            name: way(connection, getattr(row, name), f"channels/{row.id}/{name}") for name in ("address", "secret")
        }
        connection.execute(sa.update(_CHANNELS).where(_CHANNELS.c.id == row.id).values(written))
