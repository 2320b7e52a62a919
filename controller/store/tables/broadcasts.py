"""What shall sound and what became of it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
    text,
)

from controller.store.tables.columns import Moment, metadata

programmes = Table(
    "programmes",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("bulletin", String(40), ForeignKey("bulletins.id"), nullable=False),
    Column("areas", JSON, nullable=False),
    Column("recurrence", JSON, nullable=False),
    Column("volume", Integer, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("author", String(40), ForeignKey("accounts.id"), nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("decided_by", String(40), ForeignKey("accounts.id"), nullable=True),
    Column("decided_at", Moment, nullable=True),
    Column("reason", Text, nullable=False),
    Column("approved_digest", String(64), nullable=True, comment="SHA-256 of what was approved"),
    Column("manner", JSON, nullable=False, server_default="{}"),
)

plans = Table(
    "plans",
    metadata,
    Column("area", String(63), ForeignKey("areas.id"), primary_key=True),
    Column("serial", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("occurrences", JSON, nullable=False, comment="ids, in air order"),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("programme", String(40), ForeignKey("programmes.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("bulletin_class", String(20), nullable=False),
    Column("start", Moment, nullable=False, index=True),
    Column("seconds", Float, nullable=False),
    Column("last_end", Moment, nullable=True, comment="after this moment it is heard nowhere; empty: not known"),
    Column("planned_at", Moment, nullable=False),
    Column("checked_at", Moment, nullable=True, comment="when it was last looked who is not ready for it"),
    Column("touched", BigInteger, nullable=False, server_default="0", comment="greater after each change of its facts"),
    Column("counted", Boolean, nullable=False, server_default=false(), comment="its endings were counted"),
    Index(
        "ix_occurrences_not_counted",
        "start",
        sqlite_where=text("counted = 0"),
        postgresql_where=text("NOT counted"),
    ),
)

facts = Table(
    "facts",
    metadata,
    Column("occurrence", String(40), ForeignKey("occurrences.id", ondelete="CASCADE"), primary_key=True),
    Column("device", String(63), ForeignKey("devices.id"), primary_key=True),
    Column("planned_at", Moment, nullable=False),
    Column("ready_at", Moment, nullable=True, comment="empty again when it is no longer ready"),
    Column("not_ready", Text, nullable=False, comment="why it is not ready"),
    Column("receipt", String(40), ForeignKey("receipts.id"), nullable=True),
    Column("heard_at", Moment, nullable=True),
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("device", String(63), ForeignKey("devices.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("occurrence", String(40), nullable=False, index=True),
    Column("outcome", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("started_at", Moment, nullable=True),
    Column("ended_at", Moment, nullable=True),
    Column("seconds", Float, nullable=False),
    Column("planned_seconds", Float, nullable=False),
    Column("sounds", JSON, nullable=False),
    Column("voice", Text, nullable=False, server_default="", comment="who spoke: of the device or of its recordings"),
    Column("stored_at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False, comment="the device's signed words, as they came"),
    Index("ix_receipts_device_sequence", "device", "sequence"),
)

endings = Table(
    "endings",
    metadata,
    Column("occurrence", String(40), ForeignKey("occurrences.id", ondelete="CASCADE"), primary_key=True),
    Column("area", String(63), primary_key=True, comment="in which loudspeakers stand; empty: everywhere"),
    Column("outcome", String(20), primary_key=True, comment="empty: there is no receipt"),
    Column("reason", Text, primary_key=True),
    Column("devices", Integer, nullable=False),
    Column("heard", Integer, nullable=False),
    Column("longest", Float, nullable=False, comment="seconds that the one sounded which sounded most"),
)

uncounted = Table(
    "uncounted",
    metadata,
    Column("occurrence", String(40), ForeignKey("occurrences.id", ondelete="CASCADE"), primary_key=True),
    Column("area", String(63), primary_key=True, comment="where its endings are to be counted anew"),
)

area_months = Table(
    "area_months",
    metadata,
    Column("month", String(7), primary_key=True, comment="as in 2026-11, in the commune's time"),
    Column("area", String(63), primary_key=True),
    Column("programme", String(40), primary_key=True),
    Column("title", Text, primary_key=True),
    Column("bulletin_class", String(20), primary_key=True),
    Column("broadcasts", Integer, nullable=False),
    Column("aired", Integer, nullable=False),
    Column("planned_seconds", Float, nullable=False),
    Column("aired_seconds", Float, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("planned", "played", "cut", "missed", "silent", "heard")),
    Index("ix_area_months_month_programme", "month", "programme"),
)
