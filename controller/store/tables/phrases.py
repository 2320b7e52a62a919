"""What devices always have at hand."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, false

from controller.store.tables.columns import Moment, metadata

phrases = Table(
    "phrases",
    metadata,
    Column("key", String(63), primary_key=True),
    Column("place", Integer, nullable=False, comment="devices fetch the smaller first"),
    Column("text", Text, nullable=False),
    Column("recording", String(64), ForeignKey("recordings.sha256"), nullable=False),
    Column("by_person", Boolean, nullable=False, server_default=false(), comment="a person recorded it"),
    Column("changed_at", Moment, nullable=False),
)
