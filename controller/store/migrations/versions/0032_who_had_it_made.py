"""Who had a recording made or uploaded: it is heard by them before it is part of anything."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recording_makers",
        sa.Column("recording", sa.String(64), sa.ForeignKey("recordings.sha256"), nullable=False),
        sa.Column("account", sa.String(40), sa.ForeignKey("accounts.id"), nullable=False),
        sa.PrimaryKeyConstraint("recording", "account", name="pk_recording_makers"),
    )


def downgrade() -> None:
    op.drop_table("recording_makers")
