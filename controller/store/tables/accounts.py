"""People and their sessions."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, String, Table, Text

from controller.store.tables.columns import Moment, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("username", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password", Text, nullable=False, comment="argon2id"),
    Column("roles", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", String(64), primary_key=True, comment="SHA-256 of the token"),
    Column("account", String(40), ForeignKey("accounts.id"), nullable=False),
    Column("expires_at", Moment, nullable=False),
)
