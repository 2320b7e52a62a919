"""What devices always have at hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phrases",
        sa.Column("key", sa.String(63), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="devices fetch the smaller first"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recording", sa.String(64), nullable=False),
        sa.Column("by_person", sa.Boolean(), server_default=sa.false(), nullable=False, comment="a person recorded it"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["recording"], ["recordings.sha256"], name=op.f("fk_phrases_recording")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_phrases")),
    )


def downgrade() -> None:
    op.drop_table("phrases")
