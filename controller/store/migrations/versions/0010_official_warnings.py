"""Official warnings, what was decided over them and what is said because of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_channels",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="may hold a secret: never shown again"),
        sa.Column("local", sa.Boolean(), nullable=False, comment="its address may lie in the commune's own network"),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_channels")),
    )
    op.create_table(
        "alert_sources",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("authorities", sa.JSON(), nullable=False, comment="whose signatures count on this way; empty: all"),
        sa.Column("key", sa.String(length=64), nullable=True, comment="SHA-256 of the key"),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("poll_seconds", sa.Float(), nullable=False),
        sa.Column("local", sa.Boolean(), nullable=False, comment="its address may lie in the commune's own network"),
        sa.Column("heartbeat_seconds", sa.Float(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("modified", sa.Text(), nullable=False),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_sources")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_sources_key")),
    )
    op.create_table(
        "gauges",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False, comment="what its last readings came to"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gauges")),
    )
    op.create_table(
        "urgents",
        sa.Column("node", sa.String(length=63), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ends_at", sa.DateTime(timezone=True), nullable=False, comment="after this nothing in it matters any more"
        ),
        sa.PrimaryKeyConstraint("node", "drill", name=op.f("pk_urgents")),
    )
    op.create_table(
        "alert_authorities",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("certificates", sa.Text(), nullable=False, comment="PEM: certificates or public keys"),
        sa.Column("senders", sa.JSON(), nullable=False, comment="CAP senders in lower case; empty: as trust.Pin says"),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("allow_sha1", sa.Boolean(), nullable=False),
        sa.Column("ignore_white_space", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(length=40), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["accounts.id"], name=op.f("fk_alert_authorities_changed_by")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alert_authorities")),
    )
    op.create_table(
        "alert_settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(length=40), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["accounts.id"], name=op.f("fk_alert_settings_changed_by")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alert_settings")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=63), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the document"),
        sa.Column("document", sa.LargeBinary(), nullable=False, comment="as it came"),
        sa.Column("signed", sa.LargeBinary(), nullable=True, comment="what the signature covers"),
        sa.Column("genuine", sa.String(length=20), nullable=False),
        sa.Column("genuine_reason", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("envelope_status", sa.Text(), nullable=True),
        sa.Column("envelope_expires", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False, comment="when its latest copy came"),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("sent", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("bulletin_class", sa.String(length=20), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("standing_order", sa.Text(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False, comment="a person is asked about some part of it"),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalations", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author", sa.String(length=40), nullable=True, comment="who wrote it here, by hand"),
        sa.Column("releases", sa.JSON(), nullable=False, comment="accounts that released it, in order"),
        sa.Column("chosen", sa.JSON(), nullable=False, comment="areas that a person chose for it"),
        sa.ForeignKeyConstraint(["author"], ["accounts.id"], name=op.f("fk_alerts_author")),
        sa.ForeignKeyConstraint(["source"], ["alert_sources.id"], name=op.f("fk_alerts_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alerts_received_at"), "alerts", ["received_at"], unique=False)
    op.create_index(op.f("ix_alerts_state"), "alerts", ["state"], unique=False)
    op.create_index("uq_alerts_digest_genuine", "alerts", ["digest", "genuine"], unique=True)
    op.create_table(
        "stops",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("node", sa.String(length=63), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("silent_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["who"], ["accounts.id"], name=op.f("fk_stops_who")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stops")),
    )
    op.create_index(op.f("ix_stops_node"), "stops", ["node"], unique=False)
    op.create_table(
        "alert_notices",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=63), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True, comment="empty: sent, or given up"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"], name=op.f("fk_alert_notices_alert")),
        sa.ForeignKeyConstraint(["channel"], ["alert_channels.id"], name=op.f("fk_alert_notices_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_notices")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alert_notices_next_at"), "alert_notices", ["next_at"], unique=False)
    op.create_table(
        "alert_places",
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("area", sa.String(length=63), nullable=False),
        sa.Column("device", sa.String(length=63), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"], name=op.f("fk_alert_places_alert")),
        sa.PrimaryKeyConstraint("alert", "place", name=op.f("pk_alert_places")),
    )
    op.create_table(
        "alert_story",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=40), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"], name=op.f("fk_alert_story_alert")),
        sa.ForeignKeyConstraint(["who"], ["accounts.id"], name=op.f("fk_alert_story_who")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_story")),
    )
    op.create_index(op.f("ix_alert_story_alert"), "alert_story", ["alert"], unique=False)
    op.create_table(
        "announcements",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column(
            "words", sa.String(length=64), nullable=False, comment="equal for what a listener could not tell apart"
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("phrases", sa.JSON(), nullable=False),
        sa.Column("bulletin_class", sa.String(length=20), nullable=False),
        sa.Column("siren", sa.Boolean(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("every", sa.Float(), nullable=True, comment="seconds between its beginnings; empty: once"),
        sa.Column("sounds", sa.JSON(), nullable=False),
        sa.Column(
            "made_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when its recordings, or its programme, were ready",
        ),
        sa.Column(
            "taken_off_at", sa.DateTime(timezone=True), nullable=True, comment="when its programme was withdrawn"
        ),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"], name=op.f("fk_announcements_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_index(op.f("ix_announcements_alert"), "announcements", ["alert"], unique=False)
    op.create_index(op.f("ix_announcements_ends_at"), "announcements", ["ends_at"], unique=False)
    op.create_table(
        "announcement_places",
        sa.Column("announcement", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("area", sa.String(length=63), nullable=False),
        sa.Column("device", sa.String(length=63), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ran_out", sa.Boolean(), nullable=False, comment="over because it expired: what sounds may end its sentence"
        ),
        sa.Column("stopped", sa.Boolean(), nullable=False, comment="a person stopped it here; it still stands"),
        sa.ForeignKeyConstraint(
            ["announcement"], ["announcements.id"], name=op.f("fk_announcement_places_announcement")
        ),
        sa.PrimaryKeyConstraint("announcement", "place", name=op.f("pk_announcement_places")),
    )


def downgrade() -> None:
    op.drop_table("announcement_places")
    op.drop_index(op.f("ix_announcements_ends_at"), table_name="announcements")
    op.drop_index(op.f("ix_announcements_alert"), table_name="announcements")
    op.drop_table("announcements")
    op.drop_index(op.f("ix_alert_story_alert"), table_name="alert_story")
    op.drop_table("alert_story")
    op.drop_table("alert_places")
    op.drop_index(op.f("ix_alert_notices_next_at"), table_name="alert_notices")
    op.drop_table("alert_notices")
    op.drop_index(op.f("ix_stops_node"), table_name="stops")
    op.drop_table("stops")
    op.drop_index("uq_alerts_digest_genuine", table_name="alerts")
    op.drop_index(op.f("ix_alerts_state"), table_name="alerts")
    op.drop_index(op.f("ix_alerts_received_at"), table_name="alerts")
    op.drop_table("alerts")
    op.drop_table("alert_settings")
    op.drop_table("alert_authorities")
    op.drop_table("urgents")
    op.drop_table("gauges")
    op.drop_table("alert_sources")
    op.drop_table("alert_channels")
