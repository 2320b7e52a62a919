"""The tables. Times are kept in UTC; lists and small records that are only read whole are JSON."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A time with a zone, whatever the database makes of zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


areas = Table(
    "areas",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("parent", String(63), ForeignKey("areas.id"), nullable=True),
    Column("kind", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("area", String(63), ForeignKey("areas.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("audio_token", String(64), nullable=False, unique=True, comment="SHA-256 of the token"),
    Column("config_serial", Integer, nullable=False),
    Column("enrolled_at", Moment, nullable=False),
)

device_states = Table(
    "device_states",
    metadata,
    Column("device", String(63), ForeignKey("devices.id"), primary_key=True),
    Column("online", Boolean, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("session", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("message", JSON, nullable=False),
)

enrolment_codes = Table(
    "enrolment_codes",
    metadata,
    Column("code", String(64), primary_key=True, comment="SHA-256 of the code"),
    Column("device", String(63), nullable=False),
    Column("area", String(63), ForeignKey("areas.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=True),
)

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

recordings = Table(
    "recordings",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("voice", Text, nullable=False),
    Column("waveform", JSON, nullable=False),
    Column("lufs", Float, nullable=True),
    Column("peak_dbtp", Float, nullable=True),
    Column("silences", JSON, nullable=False, server_default="[]"),
    Column("warnings", JSON, nullable=False, server_default="[]"),
    Column("kept_at", Moment, nullable=False),
)

lexicon = Table(
    "lexicon",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("written", Text, nullable=False, index=True),
    Column("spoken", Text, nullable=True, comment="empty: from this version on there is no such entry"),
    Column("note", Text, nullable=False),
    Column("changed_by", String(40), ForeignKey("accounts.id"), nullable=False),
    Column("changed_at", Moment, nullable=False),
)

bulletins = Table(
    "bulletins",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("spoken", Text, nullable=False),
    Column("bulletin_class", String(20), nullable=False),
    Column("region", String(20), nullable=False),
    Column("recording", String(64), ForeignKey("recordings.sha256"), nullable=False),
    Column("author", String(40), ForeignKey("accounts.id"), nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("lexicon", Integer, nullable=True, comment="version that it was read with; empty: with none"),
    Column("by_hand", Boolean, nullable=False, server_default=false()),
    Column("speed", Integer, nullable=False, server_default="100"),
    Column("pitch", Integer, nullable=False, server_default="0"),
    Column("repeat", Boolean, nullable=False, server_default=false()),
    Column("speech_band", Boolean, nullable=False, server_default=false()),
)

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
    Column("planned_at", Moment, nullable=False),
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
    Column("stored_at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False, comment="the device's signed words, as they came"),
    Index("ix_receipts_device_sequence", "device", "sequence"),
)

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
