"""Whose voice was heard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "who spoke: of the device or of its recordings"
    op.add_column("receipts", sa.Column("voice", sa.Text(), server_default="", nullable=False, comment=comment))


def downgrade() -> None:
    op.drop_column("receipts", "voice")
