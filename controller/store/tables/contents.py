"""What is said: bulletins, their recordings, the commune's own words."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, String, Table, Text, false

from controller.store.tables.columns import Moment, metadata

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
    Column("deleted_at", Moment, nullable=True, comment="since then its sound is gone"),
)

recording_makers = Table(
    "recording_makers",
    metadata,
    Column("recording", String(64), ForeignKey("recordings.sha256"), primary_key=True),
    Column("account", String(40), ForeignKey("accounts.id"), primary_key=True),
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
    Column("language", String(3), nullable=False, server_default="vi", comment="ISO 639 code of what is heard"),
    Column("topic", String(20), nullable=False, server_default="other"),
    Column("public", Boolean, nullable=False, server_default=false(), comment="on the public page"),
)
