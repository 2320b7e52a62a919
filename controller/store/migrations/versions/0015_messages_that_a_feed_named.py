"""Which messages of a feed were fetched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "marks of the messages it named last and that were fetched"
    op.add_column("alert_sources", sa.Column("links", sa.JSON(), server_default="[]", nullable=False, comment=comment))


def downgrade() -> None:
    op.drop_column("alert_sources", "links")
