"""What is wrong, and every change of it."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, text

from controller.store.tables.columns import Moment, metadata

incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, comment="kind, subject and occurrence in one word"),
    Column("kind", String(40), nullable=False),
    Column("subject_kind", String(20), nullable=False),
    Column("subject", Text, nullable=False),
    Column("area", String(63), ForeignKey("areas.id"), nullable=True, index=True, comment="where it is"),
    Column("occurrence", String(40), nullable=True, index=True),
    Column("severity", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("cause", Integer, ForeignKey("incidents.id"), nullable=True, index=True, comment="what it lies beneath"),
    Column("count", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("last_seen_at", Moment, nullable=False),
    Column("acknowledged_at", Moment, nullable=True),
    Column("acknowledged_by", String(40), nullable=False),
    Column("muted_until", Moment, nullable=True),
    Column("closed_at", Moment, nullable=True),
    Column("closed_by", String(40), nullable=False, comment="empty: by itself"),
    Column("note", Text, nullable=False),
    Index(
        "uq_incidents_open",
        "key",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index("ix_incidents_key_closed_at", "key", "closed_at"),
    Index("ix_incidents_closed_at_opened_at", "closed_at", "opened_at"),
    sqlite_autoincrement=True,
)

incident_steps = Table(
    "incident_steps",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("incident", Integer, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("step", String(20), nullable=False),
    Column("by", String(40), nullable=False, comment="account; empty: by itself"),
    Column("note", Text, nullable=False),
    Column("told_at", Moment, nullable=True, comment="when people were told of it"),
    Index(
        "ix_incident_steps_untold",
        "id",
        sqlite_where=text("told_at IS NULL"),
        postgresql_where=text("told_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)
