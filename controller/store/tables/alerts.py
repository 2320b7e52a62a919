"""Official warnings as they came, what was decided over them, and what is being said because of them."""

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
)

from controller.store.tables.columns import Moment, metadata

alert_settings = Table(
    "alert_settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("changed_by", String(40), ForeignKey("accounts.id"), nullable=True),
    Column("changed_at", Moment, nullable=False),
)

alert_authorities = Table(
    "alert_authorities",
    metadata,
    Column("name", String(63), primary_key=True),
    Column("certificates", Text, nullable=False, comment="PEM: certificates or public keys"),
    Column("senders", JSON, nullable=False, comment="CAP senders in lower case; empty: as trust.Pin says"),
    Column("subject", Text, nullable=False),
    Column("allow_sha1", Boolean, nullable=False),
    Column("ignore_white_space", Boolean, nullable=False),
    Column("changed_by", String(40), ForeignKey("accounts.id"), nullable=True),
    Column("changed_at", Moment, nullable=False),
)

alert_sources = Table(
    "alert_sources",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("authorities", JSON, nullable=False, comment="whose signatures count on this way; empty: all"),
    Column("key", String(64), nullable=True, unique=True, comment="SHA-256 of the key"),
    Column("url", Text, nullable=False),
    Column("poll_seconds", Float, nullable=False),
    Column("local", Boolean, nullable=False, comment="its address may lie in the commune's own network"),
    Column("heartbeat_seconds", Float, nullable=True),
    Column("heard_at", Moment, nullable=True),
    Column("silent", Boolean, nullable=False),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("polled_at", Moment, nullable=True),
    Column("links", JSON, nullable=False, comment="marks of the messages it named last and that were fetched"),
    Column("trouble", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("removed_at", Moment, nullable=True),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String(63), ForeignKey("alert_sources.id"), nullable=False),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the document"),
    Column("document", LargeBinary, nullable=False, comment="as it came"),
    Column("signed", LargeBinary, nullable=True, comment="what the signature covers"),
    Column("genuine", String(20), nullable=False),
    Column("genuine_reason", Text, nullable=False),
    Column("authority", Text, nullable=True),
    Column("envelope_status", Text, nullable=True),
    Column("envelope_expires", Moment, nullable=True),
    Column("received_at", Moment, nullable=False, index=True),
    Column("last_at", Moment, nullable=False, comment="when its latest copy came"),
    Column("copies", Integer, nullable=False),
    Column("sender", Text, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("sent", Moment, nullable=True),
    Column("title", Text, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("code", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("bulletin_class", String(20), nullable=True),
    Column("level", Integer, nullable=True),
    Column("standing_order", Text, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("asks", Boolean, nullable=False, comment="a person is asked about some part of it"),
    Column("answer_by", Moment, nullable=True),
    Column("escalations", Integer, nullable=False),
    Column("ends_at", Moment, nullable=True),
    Column("author", String(40), ForeignKey("accounts.id"), nullable=True, comment="who wrote it here, by hand"),
    Column("releases", JSON, nullable=False, comment="accounts that released it, in order"),
    Column("chosen", JSON, nullable=False, comment="areas that a person chose for it"),
    Index("uq_alerts_digest_genuine", "digest", "genuine", unique=True),
    sqlite_autoincrement=True,
)

alert_places = Table(
    "alert_places",
    metadata,
    Column("alert", Integer, ForeignKey("alerts.id"), primary_key=True),
    Column("place", String(80), primary_key=True),
    Column("area", String(63), nullable=False),
    Column("device", String(63), nullable=True),
    Column("why", Text, nullable=False),
)

alert_story = Table(
    "alert_story",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("alert", Integer, ForeignKey("alerts.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("what", String(40), nullable=False),
    Column("who", String(40), ForeignKey("accounts.id"), nullable=True),
    Column("words", Text, nullable=False),
)

announcements = Table(
    "announcements",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("alert", Integer, ForeignKey("alerts.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("words", String(64), nullable=False, comment="equal for what a listener could not tell apart"),
    Column("title", Text, nullable=False),
    Column("phrases", JSON, nullable=False),
    Column("bulletin_class", String(20), nullable=False),
    Column("siren", Boolean, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("begins_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
    Column("every", Float, nullable=True, comment="seconds between its beginnings; empty: once"),
    Column("sounds", JSON, nullable=False),
    Column("made_at", Moment, nullable=True, comment="when its recordings, or its programme, were ready"),
    Column("taken_off_at", Moment, nullable=True, comment="when its programme was withdrawn"),
)

announcement_places = Table(
    "announcement_places",
    metadata,
    Column("announcement", String(40), ForeignKey("announcements.id"), primary_key=True),
    Column("place", String(80), primary_key=True),
    Column("area", String(63), nullable=False),
    Column("device", String(63), nullable=True),
    Column("over_at", Moment, nullable=True),
    Column("ran_out", Boolean, nullable=False, comment="over because it expired: what sounds may end its sentence"),
    Column("stopped", Boolean, nullable=False, comment="a person stopped it here; it still stands"),
)

urgents = Table(
    "urgents",
    metadata,
    Column("node", String(63), primary_key=True),
    Column("drill", Boolean, primary_key=True),
    Column("serial", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False, comment="after this nothing in it matters any more"),
)

stops = Table(
    "stops",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("node", String(63), nullable=False, index=True),
    Column("stopped_at", Moment, nullable=False),
    Column("silent_until", Moment, nullable=False),
    Column("who", String(40), ForeignKey("accounts.id"), nullable=True),
    Column("reason", Text, nullable=False),
)

gauges = Table(
    "gauges",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("settings", JSON, nullable=False),
    Column("state", JSON, nullable=False, comment="what its last readings came to"),
    Column("changed_at", Moment, nullable=False),
)
