"""Who may come in at an EMQX, which asks the controller."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "broker_accounts",
        sa.Column("username", sa.String(70), nullable=False),
        sa.Column(
            "client_id", sa.String(70), nullable=True, comment="the only one under which it may connect; null: any"
        ),
        sa.Column("password", sa.String(64), nullable=False, comment="SHA-256 of the password"),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_broker_accounts")),
    )


def downgrade() -> None:
    op.drop_table("broker_accounts")
