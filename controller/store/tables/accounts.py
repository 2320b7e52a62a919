"""People, their sessions, and all by which they or their programs come in."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table, Text

from controller.store.tables.columns import Moment, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("username", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password", Text, nullable=False, comment="argon2id; empty: none"),
    Column("roles", JSON, nullable=False, comment="editor: everywhere; editor@thon-3: there and inside"),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment, nullable=True, comment="since then nobody comes in with it"),
    Column("totp", Text, nullable=False, server_default="", comment="sealed; empty: no second factor"),
    Column("totp_step", Integer, nullable=False, server_default="0", comment="of the code that was used last"),
    Column("recovery", JSON, nullable=False, server_default="[]", comment="SHA-256 of the codes that are left"),
    Column("oidc_subject", Text, nullable=True, unique=True, index=True, comment="who this is at the OIDC provider"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", String(64), primary_key=True, comment="SHA-256 of the token"),
    Column("account", String(40), ForeignKey("accounts.id"), nullable=False),
    Column("expires_at", Moment, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("code", String(64), primary_key=True, comment="SHA-256 of the code"),
    Column("account", String(40), ForeignKey("accounts.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=True),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("token", String(64), nullable=False, unique=True, comment="SHA-256 of the token"),
    Column("account", String(40), ForeignKey("accounts.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("roles", JSON, nullable=False, comment="at most these of the roles of its account"),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=True, comment="when it was used last, to the minute"),
    Column("revoked_at", Moment, nullable=True),
)

log_in_failures = Table(
    "log_in_failures",
    metadata,
    Column("subject", Text, primary_key=True, comment="address, account, or both"),
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)
