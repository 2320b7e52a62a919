"""Calendars, changes of single days, and what they silence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_entries",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("entry", sa.JSON(), nullable=False),
        sa.Column(
            "written_by", sa.String(40), sa.ForeignKey("accounts.id"), nullable=True, comment="empty: from the settings"
        ),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "programme_changes",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("programme", sa.String(40), sa.ForeignKey("programmes.id"), nullable=False, index=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(40), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "silences",
        sa.Column("occurrence", sa.String(40), sa.ForeignKey("occurrences.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("area", sa.String(63), sa.ForeignKey("areas.id"), primary_key=True),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in ("silences", "programme_changes", "calendar_entries"):
        op.drop_table(table)
