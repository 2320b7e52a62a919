"""Links with which phones follow an area."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_links",
        sa.Column("token", sa.String(64), primary_key=True, comment="SHA-256 of the token"),
        sa.Column("area", sa.String(63), sa.ForeignKey("areas.id"), nullable=False),
        sa.Column("made_by", sa.String(40), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("calendar_links")
