"""What each person is told, at addresses and in browsers of their own, at once or once a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    said = sa.Column(
        "digest", sa.Text(), nullable=False, server_default="", comment="as in 07:00: what is not urgent, once a day"
    )
    account = sa.Column("account", sa.String(40), nullable=True, comment="whose; empty: the site's")
    with op.batch_alter_table("channels") as channels:
        channels.add_column(said)
        channels.add_column(account)
        channels.create_foreign_key(op.f("fk_channels_account_accounts"), "accounts", ["account"], ["id"])
        channels.create_index(op.f("ix_channels_account"), ["account"])
    with op.batch_alter_table("notices") as notices:
        notices.alter_column("thread", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("notices") as notices:
        notices.alter_column("thread", existing_type=sa.String(80), type_=sa.String(40), existing_nullable=False)
    with op.batch_alter_table("channels") as channels:
        channels.drop_index(op.f("ix_channels_account"))
        channels.drop_constraint(op.f("fk_channels_account_accounts"), type_="foreignkey")
        for name in ("account", "digest"):
            channels.drop_column(name)
