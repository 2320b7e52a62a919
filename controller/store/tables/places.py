"""Areas and the devices that stand in them."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, String, Table, Text

from controller.store.tables.columns import Moment, metadata

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
    Column("config_digest", String(64), nullable=False, server_default="", comment="of what it was told last"),
    Column("volume_cap", Integer, nullable=False, server_default="100"),
    Column("emergency_volume_cap", Integer, nullable=False, server_default="100"),
    Column("lead_seconds", Float, nullable=False, server_default="0"),
    Column("tail_seconds", Float, nullable=False, server_default="0"),
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
    Column("reading", JSON, nullable=True, comment="the last of device_readings"),
)

device_readings = Table(
    "device_readings",
    metadata,
    Column("device", String(63), ForeignKey("devices.id"), primary_key=True),
    Column("at", Moment, primary_key=True, index=True),
    Column("volume", Integer, nullable=False),
    Column("signal", Float, nullable=True, comment="dBm"),
    Column("temperature", Float, nullable=True, comment="degrees Celsius"),
    Column("clock_offset", Float, nullable=True, comment="seconds by which its board is ahead"),
)

device_orders = Table(
    "device_orders",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("device", String(63), ForeignKey("devices.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("session", Text, nullable=False, comment="the run of the agent that it was given to"),
    Column("by", String(40), ForeignKey("accounts.id"), nullable=False),
    Column("at", Moment, nullable=False),
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

broker_accounts = Table(
    "broker_accounts",
    metadata,
    Column("username", String(70), primary_key=True),
    Column("client_id", String(70), nullable=True, comment="the only one under which it may connect; null: any"),
    Column("password", String(64), nullable=False, comment="SHA-256 of the password"),
)
