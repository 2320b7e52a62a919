"""Cameras, what they hang on, what is known of them, and how long they were worth what."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, text

from controller.store.tables.columns import Moment, metadata

nodes = Table(
    "nodes",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("parent", String(63), ForeignKey("nodes.id"), nullable=True),
    Column("area", String(63), ForeignKey("areas.id"), nullable=True),
)

device_nodes = Table(
    "device_nodes",
    metadata,
    Column("device", String(63), ForeignKey("devices.id"), primary_key=True),
    Column("node", String(63), ForeignKey("nodes.id"), nullable=False, comment="what the device hangs on"),
)

cameras = Table(
    "cameras",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("name", Text, nullable=False),
    Column("area", String(63), ForeignKey("areas.id"), nullable=False, index=True),
    Column("device", String(63), ForeignKey("devices.id"), nullable=True, comment="who watches it"),
    Column("node", String(63), ForeignKey("nodes.id"), nullable=True, comment="what it hangs on"),
    Column("source", String(20), nullable=False),
    Column("address", Text, nullable=False),
    Column("snapshot_address", Text, nullable=False),
    Column("onvif_address", Text, nullable=False),
    Column("login", Text, nullable=False, comment="user and password, under the key of the site; empty: none"),
    Column("box", Text, nullable=False, comment="the login again, closed for the device that watches"),
    Column("box_lock", Text, nullable=False, comment="the lock that closed the box"),
    Column("basic_allowed", Boolean, nullable=False),
    Column("liveness_every", Float, nullable=False),
    Column("picture_every", Float, nullable=False),
    Column("serial_number", Text, nullable=False),
    Column("keep_pictures", String(20), nullable=False),
    Column("picture_days", Integer, nullable=False, comment="so long pictures of incidents are kept"),
    Column("relearn", Integer, nullable=False),
    Column("severity", Integer, nullable=False, comment="how bad it is when it is lost"),
    Column("target", Float, nullable=False, comment="percent of the known time it is to be reachable"),
    Column("purpose", Text, nullable=False, comment="why people are filmed there"),
    Column("notice", Text, nullable=False, comment="how people are told of it"),
    Column("added_at", Moment, nullable=False),
    Column("removed_at", Moment, nullable=True),
)

camera_watchers = Table(
    "camera_watchers",
    metadata,
    Column("device", String(63), ForeignKey("devices.id"), primary_key=True),
    Column("watching_since", Moment, nullable=False),
    Column("alive_until", Moment, nullable=False, comment="until then it has watched, as far as is known"),
    Column("heard_at", Moment, nullable=False),
    Column("heartbeat_every", Float, nullable=False),
)

camera_states = Table(
    "camera_states",
    metadata,
    Column("camera", String(63), ForeignKey("cameras.id"), primary_key=True),
    Column("device", String(63), nullable=False, comment="who told it"),
    Column("heard_at", Moment, nullable=False),
    Column("axes", JSON, nullable=False, comment="what is believed of each"),
    Column("report", JSON, nullable=False, comment="figures, findings and pictures as they were told last"),
    Column("condition", Integer, nullable=False),
    Column("since", Moment, nullable=True),
    Column("troubled", Boolean, nullable=False, index=True, comment="something is broken"),
    Column("broken", JSON, nullable=False, comment="axis to reason"),
    Column(
        "gone_since", Moment, nullable=True, index=True, comment="the first miss of an outage, or of what may be one"
    ),
    Column("gone_surely", Boolean, nullable=False),
)

camera_spans = Table(
    "camera_spans",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("camera", String(63), ForeignKey("cameras.id"), nullable=False),
    Column("condition", Integer, nullable=False),
    Column("start", Moment, nullable=False),
    Column("end", Moment, nullable=True, comment="empty: it lasts"),
    Index("ix_camera_spans_camera_start", "camera", "start"),
    Index(
        "uq_camera_spans_lasting",
        "camera",
        unique=True,
        sqlite_where=text('"end" IS NULL'),
        postgresql_where=text('"end" IS NULL'),
    ),
)

camera_months = Table(
    "camera_months",
    metadata,
    Column("camera", String(63), ForeignKey("cameras.id"), primary_key=True),
    Column("month", String(7), primary_key=True, comment="as in 2026-11, in the commune's time"),
    *(
        Column(name, BigInteger, nullable=False, server_default="0", comment="milliseconds of spans that are over")
        for name in ("unknown", "up", "unjudged", "degraded", "down", "maintenance")
    ),
    Column("falls", Integer, nullable=False, server_default="0", comment="outages that began in it and are over"),
)

maintenance = Table(
    "maintenance",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subject_kind", String(20), nullable=False),
    Column("subject", String(63), nullable=False),
    Column("start", Moment, nullable=False),
    Column("end", Moment, nullable=False, index=True),
    Column("why", Text, nullable=False),
    Column("by", String(40), ForeignKey("accounts.id"), nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("removed_at", Moment, nullable=True),
    Column("begun", Boolean, nullable=False, comment="its beginning has been taken into account"),
    Column("over", Boolean, nullable=False, comment="and its end"),
)

camera_pictures = Table(
    "camera_pictures",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("camera", String(63), ForeignKey("cameras.id"), nullable=False),
    Column("role", String(20), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("incident", Integer, ForeignKey("incidents.id"), nullable=True, index=True),
    Column("taken_at", Moment, nullable=True),
    Column("kept_until", Moment, nullable=True, index=True, comment="empty: until a newer one replaces it"),
    Index("ix_camera_pictures_camera_role", "camera", "role"),
)
