"""Which bulletins anybody may read and hear again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "bulletins",
        sa.Column("public", sa.Boolean(), server_default=sa.false(), nullable=False, comment="on the public page"),
    )


def downgrade() -> None:
    op.drop_column("bulletins", "public")
