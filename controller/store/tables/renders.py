"""Texts that wait for a voice."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table, Text

from controller.store.tables.columns import Moment, metadata

renders = Table(
    "renders",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("script", Text, nullable=False, comment="what is said and how, as JSON"),
    Column("form", Text, nullable=False, comment="what is to be saved once it can be heard, as JSON; empty: nothing"),
    Column("title", Text, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("share", Float, nullable=False, comment="how much of it is done, 0 to 1"),
    Column("author", String(40), ForeignKey("accounts.id"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=True),
    Column("leased_until", Moment, nullable=True, comment="until then whoever works on it is believed to be alive"),
    Column("recording", String(64), ForeignKey("recordings.sha256"), nullable=True),
    Column("programme", String(40), ForeignKey("programmes.id"), nullable=True, comment="what was saved"),
    Column("problem", Text, nullable=False, comment="why it failed: an English sentence"),
    Column("problem_code", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0", comment="how often it was given to a voice"),
)
