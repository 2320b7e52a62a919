"""How a bulletin is said: by which voice, and whether a person gave the words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bulletins", sa.Column("by_hand", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("bulletins", sa.Column("speed", sa.Integer(), server_default="100", nullable=False))
    op.add_column("bulletins", sa.Column("pitch", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    for column in ("pitch", "speed", "by_hand"):
        op.drop_column("bulletins", column)
