"""Forms of bulletins as they stand while they are typed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsent",
        sa.Column("author", sa.String(40), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("once", sa.String(32), nullable=False),
        sa.Column("form", sa.Text, nullable=False, comment="as JSON; empty: it was sent or thrown away"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("author", "once", name="pk_unsent"),
    )


def downgrade() -> None:
    op.drop_table("unsent")
