"""How a programme behaves beside its areas and times."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("programmes", sa.Column("manner", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("programmes", "manner")
