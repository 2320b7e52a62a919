"""Who is told of warnings and incidents, and what is on its way to them."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from controller.store.tables.columns import Moment, metadata

channels = Table(
    "channels",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False, comment="may hold a secret: never shown again"),
    Column("secret", Text, nullable=False, comment="signs what a webhook is sent: shown once"),
    Column("local", Boolean, nullable=False, comment="its host may lie in the commune's own network"),
    Column("wants", JSON, nullable=False, comment="of which news it is told"),
    Column("least", Integer, nullable=False, comment="of incidents that are at least so bad"),
    Column("turn", Integer, nullable=False, comment="asked after so many deadlines that nobody kept"),
    Column("quiet", Text, nullable=False, comment="as in 22:00-05:00: only what is urgent; empty: never"),
    Column("digest", Text, nullable=False, server_default="", comment="as in 07:00: what is not urgent, once a day"),
    Column(
        "account", String(40), ForeignKey("accounts.id"), nullable=True, index=True, comment="whose; empty: the site's"
    ),
    Column("added_at", Moment, nullable=False),
    Column("removed_at", Moment, nullable=True),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", String(63), ForeignKey("channels.id"), nullable=False),
    Column("thread", String(80), nullable=False, comment="what it is about, as in alert:7"),
    Column("what", String(20), nullable=False),
    Column("body", JSON, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=True, index=True, comment="empty: sent, or given up"),
    Column("sent_at", Moment, nullable=True),
    Column("trouble", Text, nullable=False),
    Index("ix_notices_thread_channel", "thread", "channel"),
    sqlite_autoincrement=True,
)
