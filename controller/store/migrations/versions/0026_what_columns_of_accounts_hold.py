"""What columns of accounts and tokens hold, where the database keeps it beside them: SQLite does not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

HOLDS = {
    ("accounts", "password"): ("argon2id", "argon2id; empty: none"),
    ("accounts", "roles"): (None, "editor: everywhere; editor@thon-3: there and inside"),
    ("accounts", "closed_at"): (None, "since then nobody comes in with it"),
    ("accounts", "totp"): (None, "sealed; empty: no second factor"),
    ("accounts", "totp_step"): (None, "of the code that was used last"),
    ("accounts", "recovery"): (None, "SHA-256 of the codes that are left"),
    ("accounts", "oidc_subject"): (None, "who this is at the OIDC provider"),
    ("api_tokens", "used_at"): ("last use, to the minute", "when it was used last, to the minute"),
}


def upgrade() -> None:
    for (table, column), (_, now) in HOLDS.items():
        _say(table, column, now)


def downgrade() -> None:
    for (table, column), (before, _) in HOLDS.items():
        _say(table, column, before)


def _say(table: str, column: str, comment: str | None) -> None:
    bind = op.get_bind()
    if bind.dialect.supports_comments:
        said = sa.Column(column, sa.Text(), comment=comment)
        sa.Table(table, sa.MetaData(), said)
        op.execute(sa.schema.SetColumnComment(said))
