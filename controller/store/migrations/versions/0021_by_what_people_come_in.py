"""One-time links, API tokens, second factors, OIDC, and failed log-ins that make the next one wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp", sa.Text(), nullable=False, server_default=""),
        sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("recovery", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("oidc_subject", sa.Text(), nullable=True),
    ):
        op.add_column("accounts", column)
    op.create_index(op.f("ix_accounts_oidc_subject"), "accounts", ["oidc_subject"], unique=True)
    op.create_table(
        "invitations",
        sa.Column("code", sa.String(64), nullable=False, comment="SHA-256 of the code"),
        sa.Column("account", sa.String(40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_invitations_account")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_invitations")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("token", sa.String(64), nullable=False, comment="SHA-256 of the token"),
        sa.Column("account", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False, comment="at most these of the roles of its account"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True, comment="last use, to the minute"),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_api_tokens_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token", name=op.f("uq_api_tokens_token")),
    )
    op.create_index(op.f("ix_api_tokens_account"), "api_tokens", ["account"])
    op.create_table(
        "log_in_failures",
        sa.Column("subject", sa.Text(), nullable=False, comment="address, account, or both"),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_log_in_failures")),
    )


def downgrade() -> None:
    for table in ("log_in_failures", "api_tokens", "invitations"):
        op.drop_table(table)
    op.drop_index(op.f("ix_accounts_oidc_subject"), "accounts")
    for column in ("closed_at", "totp", "totp_step", "recovery", "oidc_subject"):
        op.drop_column("accounts", column)
