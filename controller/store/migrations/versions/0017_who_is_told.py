"""Who is told of warnings and incidents: what each wants, its turn, its quiet times, and the secret of webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("id", sa.String(63), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="may hold a secret: never shown again"),
        sa.Column("secret", sa.Text(), nullable=False, comment="signs what a webhook is sent: shown once"),
        sa.Column("local", sa.Boolean(), nullable=False, comment="its host may lie in the commune's own network"),
        sa.Column("wants", sa.JSON(), nullable=False, comment="of which news it is told"),
        sa.Column("least", sa.Integer(), nullable=False, comment="of incidents that are at least so bad"),
        sa.Column("turn", sa.Integer(), nullable=False, comment="asked after so many deadlines that nobody kept"),
        sa.Column("quiet", sa.Text(), nullable=False, comment="as in 22:00-05:00: only what is urgent; empty: never"),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(63), nullable=False),
        sa.Column("thread", sa.String(40), nullable=False, comment="what it is about, as in alert:7"),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True, comment="empty: sent, or given up"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["channels.id"], name=op.f("fk_notices_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notices_next_at"), "notices", ["next_at"])
    op.create_index("ix_notices_thread_channel", "notices", ["thread", "channel"])
    op.execute(
        "INSERT INTO channels (id, kind, name, address, secret, local, wants, least, turn, quiet, added_at, removed_at)"
        " SELECT id, kind, id, address, '', local, '[\"waiting\", \"spoken\"]', 3, 0, '', added_at, removed_at"
        " FROM alert_channels WHERE kind = 'apprise'"
    )
    op.drop_table("alert_notices")
    op.drop_table("alert_channels")
    op.execute("UPDATE incident_steps SET told_at = at WHERE told_at IS NULL")  # nobody is told of what is long known


def downgrade() -> None:
    op.create_table(
        "alert_channels",
        sa.Column("id", sa.String(63), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="may hold a secret: never shown again"),
        sa.Column("local", sa.Boolean(), nullable=False, comment="its address may lie in the commune's own network"),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_channels")),
    )
    op.create_table(
        "alert_notices",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(63), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(40), nullable=False),
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
    op.create_index(op.f("ix_alert_notices_next_at"), "alert_notices", ["next_at"])
    op.drop_table("notices")
    op.drop_table("channels")
