"""What the columns about people say of themselves; SQLite keeps no such comments."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_SAID: tuple[tuple[str, str, str | None, str], ...] = (
    ("accounts", "password", "argon2id", "argon2id; empty: none"),
    ("accounts", "roles", None, "editor: everywhere; editor@thon-3: there and inside"),
    ("accounts", "closed_at", None, "since then nobody comes in with it"),
    ("accounts", "totp", None, "sealed; empty: no second factor"),
    ("accounts", "totp_step", None, "of the code that was used last"),
    ("accounts", "recovery", None, "SHA-256 of the codes that are left"),
    ("accounts", "oidc_subject", None, "who this is at the OIDC provider"),
    ("api_tokens", "used_at", "last use, to the minute", "when it was used last, to the minute"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table, column, before, after in _SAID:
            op.alter_column(table, column, comment=after, existing_comment=before)


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table, column, before, after in _SAID:
            op.alter_column(table, column, comment=before, existing_comment=after)
