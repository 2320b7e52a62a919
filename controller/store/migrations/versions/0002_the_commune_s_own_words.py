"""The commune's own words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lexicon",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("spoken", sa.Text(), nullable=True, comment="empty: from this version on there is no such entry"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["accounts.id"], name=op.f("fk_lexicon_changed_by")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_lexicon")),
    )
    op.create_index(op.f("ix_lexicon_written"), "lexicon", ["written"])
    op.add_column(
        "bulletins",
        sa.Column("lexicon", sa.Integer(), nullable=True, comment="version that it was read with; empty: with none"),
    )


def downgrade() -> None:
    op.drop_column("bulletins", "lexicon")
    op.drop_table("lexicon")
