"""Who changed what: rows that are only ever added, each with the digest of all before it."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from controller.store.tables.columns import Moment, metadata

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, … without a gap"),
    Column("at", Moment, nullable=False, index=True),
    Column("who", String(40), nullable=False, index=True, comment="account; empty: the controller itself"),
    Column("name", Text, nullable=False, comment="what that account was called then"),
    Column("session", String(20), nullable=False, comment="which session or token of it"),
    Column("address", Text, nullable=False, comment="where it came from"),
    Column("way", Text, nullable=False, comment="request or command"),
    Column("what", String(80), nullable=False),
    Column("about", Text, nullable=False),
    Column("before", Text, nullable=False, comment="JSON"),
    Column("after", Text, nullable=False, comment="JSON"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the row before and of this one"),
    Index("ix_audit_what_about", "what", "about"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("last", Integer, nullable=False, comment="id of the newest row"),
    Column("digest", String(64), nullable=False, comment="its digest"),
    Column("mark", String(64), nullable=False, comment="that both were written by this site"),
    Column("pruned_to", Integer, nullable=False, comment="rows up to this one may be deleted"),
)

audit_anchors = Table(
    "audit_anchors",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("row", Integer, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("sealed", Text, nullable=False, comment="all of it under the site's signature"),
    sqlite_autoincrement=True,
)
