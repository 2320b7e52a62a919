"""Loudspeakers that people without an account say are dead or too loud, until somebody looks at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from controller.store.tables.columns import Moment

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("area", sa.String(63), nullable=False),
        sa.Column("wrong", sa.String(20), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("sender", sa.String(64), nullable=False, comment="SHA-256 of day and address: counts, names nobody"),
        sa.Column("told_at", Moment(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_by", sa.String(40), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["area"], ["areas.id"], name=op.f("fk_complaints_area")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name=op.f("fk_complaints_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    op.create_index(op.f("ix_complaints_state"), "complaints", ["state"])
    op.create_index(op.f("ix_complaints_sender"), "complaints", ["sender"])


def downgrade() -> None:
    op.drop_table("complaints")
