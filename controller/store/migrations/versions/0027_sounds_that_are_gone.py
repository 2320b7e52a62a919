"""Whether the sound of a recording is still there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    gone = sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True, comment="since then its sound is gone")
    op.add_column("recordings", gone)


def downgrade() -> None:
    op.drop_column("recordings", "deleted_at")
