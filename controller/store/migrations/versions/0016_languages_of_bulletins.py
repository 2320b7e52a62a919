"""The language of a bulletin, and how often a text was given to a voice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    code = "ISO 639 code of what is heard"
    op.add_column("bulletins", sa.Column("language", sa.String(3), server_default="vi", nullable=False, comment=code))
    tries = "how often it was given to a voice"
    op.add_column("renders", sa.Column("tries", sa.Integer(), server_default="0", nullable=False, comment=tries))


def downgrade() -> None:
    op.drop_column("renders", "tries")
    op.drop_column("bulletins", "language")
