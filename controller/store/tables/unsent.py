"""Forms of bulletins as they stand while they are typed."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text

from controller.store.tables.columns import Moment, metadata

unsent = Table(
    "unsent",
    metadata,
    Column("author", String(40), ForeignKey("accounts.id"), primary_key=True),
    Column("once", String(32), primary_key=True),
    Column("form", Text, nullable=False, comment="as JSON; empty: it was sent or thrown away"),
    Column("title", Text, nullable=False),
    Column("kept_at", Moment, nullable=False),
)
