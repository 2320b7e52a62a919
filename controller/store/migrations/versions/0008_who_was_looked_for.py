"""When a broadcast is over everywhere, and when it was last looked who is not ready for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    when = sa.DateTime(timezone=True)
    heard = "after this moment it is heard nowhere; empty: not known"
    op.add_column("occurrences", sa.Column("last_end", when, nullable=True, comment=heard))
    looked = "when it was last looked who is not ready for it"
    op.add_column("occurrences", sa.Column("checked_at", when, nullable=True, comment=looked))


def downgrade() -> None:
    op.drop_column("occurrences", "checked_at")
    op.drop_column("occurrences", "last_end")
