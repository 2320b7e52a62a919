"""Messages on their way in and out, and those refused."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, Text

from controller.store.tables.columns import Moment, metadata

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("topic", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("retained", Boolean, nullable=False),
    Column("received_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("topic", Text, nullable=False, index=True),
    Column("payload", LargeBinary, nullable=False),
    Column("retain", Boolean, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("sent_at", Moment, nullable=True),
    sqlite_autoincrement=True,
)

refusals = Table(
    "refusals",
    metadata,
    Column("channel", String(40), primary_key=True),
    Column("reason", String(40), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("last_topic", Text, nullable=False),
    Column("last_words", Text, nullable=False),
)
