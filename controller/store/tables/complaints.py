"""What people without an account say of loudspeakers, until somebody looks at it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from controller.store.tables.columns import Moment, metadata

complaints = Table(
    "complaints",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("area", String(63), ForeignKey("areas.id"), nullable=False),
    Column("wrong", String(20), nullable=False),
    Column("place", Text, nullable=False),
    Column(
        "sender", String(64), nullable=False, index=True, comment="SHA-256 of day and address: counts, names nobody"
    ),
    Column("told_at", Moment, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("decided_by", String(40), ForeignKey("accounts.id"), nullable=True),
    Column("decided_at", Moment, nullable=True),
)
