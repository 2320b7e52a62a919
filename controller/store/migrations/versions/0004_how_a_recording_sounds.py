"""How a recording sounds, as measured, and how the studio was asked to make it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recordings", sa.Column("lufs", sa.Float(), nullable=True))
    op.add_column("recordings", sa.Column("peak_dbtp", sa.Float(), nullable=True))
    op.add_column("recordings", sa.Column("silences", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("recordings", sa.Column("warnings", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("bulletins", sa.Column("repeat", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("bulletins", sa.Column("speech_band", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    for column in ("speech_band", "repeat"):
        op.drop_column("bulletins", column)
    for column in ("warnings", "silences", "peak_dbtp", "lufs"):
        op.drop_column("recordings", column)
