"""What each device is bound to, and what it was told last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "devices",
        sa.Column(
            "config_digest", sa.String(64), server_default="", nullable=False, comment="of what it was told last"
        ),
    )
    for cap in ("volume_cap", "emergency_volume_cap"):
        op.add_column("devices", sa.Column(cap, sa.Integer(), server_default="100", nullable=False))
    for length in ("lead_seconds", "tail_seconds"):
        op.add_column("devices", sa.Column(length, sa.Float(), server_default="0", nullable=False))


def downgrade() -> None:
    for column in ("tail_seconds", "lead_seconds", "emergency_volume_cap", "volume_cap", "config_digest"):
        op.drop_column("devices", column)
