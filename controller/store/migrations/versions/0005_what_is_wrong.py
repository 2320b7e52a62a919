"""Incidents, and every change of one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")
_UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="kind, subject and occurrence in one word"),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("area", sa.String(63), nullable=True, comment="where it is"),
        sa.Column("occurrence", sa.String(40), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("cause", sa.Integer(), nullable=True, comment="what it lies beneath"),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(40), nullable=False),
        sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(40), nullable=False, comment="empty: by itself"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["areas.id"], name=op.f("fk_incidents_area")),
        sa.ForeignKeyConstraint(["cause"], ["incidents.id"], name=op.f("fk_incidents_cause")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_incidents_open", "incidents", ["key"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_incidents_key_closed_at", "incidents", ["key", "closed_at"])
    op.create_index("ix_incidents_closed_at_opened_at", "incidents", ["closed_at", "opened_at"])
    for column in ("area", "occurrence", "cause", "opened_at"):
        op.create_index(op.f(f"ix_incidents_{column}"), "incidents", [column])
    op.create_table(
        "incident_steps",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("by", sa.String(40), nullable=False, comment="account; empty: by itself"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True, comment="when people were told of it"),
        sa.ForeignKeyConstraint(
            ["incident"], ["incidents.id"], name=op.f("fk_incident_steps_incident"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_steps")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_incident_steps_incident"), "incident_steps", ["incident"])
    op.create_index(
        "ix_incident_steps_untold", "incident_steps", ["id"], sqlite_where=_UNTOLD, postgresql_where=_UNTOLD
    )


def downgrade() -> None:
    op.drop_table("incident_steps")
    op.drop_table("incidents")
