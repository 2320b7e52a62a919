"""What bulletins are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bulletins", sa.Column("topic", sa.String(20), server_default="other", nullable=False))


def downgrade() -> None:
    op.drop_column("bulletins", "topic")
