"""A number beside each broadcast that grows whenever its facts change: what was counted before need not be again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "greater after each change of its facts"
    op.add_column(
        "occurrences", sa.Column("touched", sa.BigInteger, nullable=False, server_default="0", comment=comment)
    )


def downgrade() -> None:
    op.drop_column("occurrences", "touched")
