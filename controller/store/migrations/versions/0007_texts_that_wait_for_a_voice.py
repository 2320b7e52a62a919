"""Texts that wait for a voice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "renders",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("script", sa.Text(), nullable=False, comment="what is said and how, as JSON"),
        sa.Column(
            "form",
            sa.Text(),
            nullable=False,
            comment="what is to be saved once it can be heard, as JSON; empty: nothing",
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("share", sa.Float(), nullable=False, comment="how much of it is done, 0 to 1"),
        sa.Column("author", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "leased_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="until then whoever works on it is believed to be alive",
        ),
        sa.Column("recording", sa.String(64), nullable=True),
        sa.Column("programme", sa.String(40), nullable=True, comment="what was saved"),
        sa.Column("problem", sa.Text(), nullable=False, comment="why it failed: an English sentence"),
        sa.Column("problem_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author"], ["accounts.id"], name=op.f("fk_renders_author")),
        sa.ForeignKeyConstraint(["programme"], ["programmes.id"], name=op.f("fk_renders_programme")),
        sa.ForeignKeyConstraint(["recording"], ["recordings.sha256"], name=op.f("fk_renders_recording")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renders")),
    )
    op.create_index(op.f("ix_renders_state"), "renders", ["state"])


def downgrade() -> None:
    op.drop_table("renders")
