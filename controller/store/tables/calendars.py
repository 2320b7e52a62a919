"""What the commune's days allow, what becomes of single days of a programme, and where a broadcast is silenced."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Integer, String, Table, Text

from controller.store.tables.columns import Moment, metadata

calendar_entries = Table(
    "calendar_entries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("entry", JSON, nullable=False),
    Column("written_by", String(40), ForeignKey("accounts.id"), nullable=True, comment="empty: from the settings"),
    Column("written_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

programme_changes = Table(
    "programme_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("programme", String(40), ForeignKey("programmes.id"), nullable=False, index=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("what", JSON, nullable=False),
    Column("why", Text, nullable=False),
    Column("written_by", String(40), ForeignKey("accounts.id"), nullable=False),
    Column("written_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

silences = Table(
    "silences",
    metadata,
    Column("occurrence", String(40), ForeignKey("occurrences.id", ondelete="CASCADE"), primary_key=True),
    Column("area", String(63), ForeignKey("areas.id"), primary_key=True),
    Column("why", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("start", Moment, nullable=False),
    Column("end", Moment, nullable=False),
)

calendar_links = Table(
    "calendar_links",
    metadata,
    Column("token", String(64), primary_key=True, comment="SHA-256 of the token"),
    Column("area", String(63), ForeignKey("areas.id"), nullable=False),
    Column("made_by", String(40), ForeignKey("accounts.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
)
