"""Who changed what: rows that the database itself refuses to change, or to delete but by the rule of their age."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_SQLITE = (
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END",
    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit "
    "WHEN OLD.id > (SELECT pruned_to FROM audit_head WHERE id = 1) "
    "BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'DELETE' AND OLD.id <= (SELECT pruned_to FROM audit_head WHERE id = 1) THEN RETURN OLD; END IF; "
    "RAISE EXCEPTION 'the audit is only ever added to'; END $$",
    "CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_kept()",
    "CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()",
)


def upgrade() -> None:
    _make_tables()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if sqlite else _POSTGRESQL:
        op.execute(statement)
    op.execute("INSERT INTO audit_head (id, last, digest, mark, pruned_to) VALUES (1, 0, '" + "0" * 64 + "', '', 0)")


def _make_tables() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, 3, … without a gap"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(40), nullable=False, comment="account; empty: the controller itself"),
        sa.Column("name", sa.Text(), nullable=False, comment="what that account was called then"),
        sa.Column("session", sa.String(20), nullable=False, comment="which session or token of it"),
        sa.Column("address", sa.Text(), nullable=False, comment="where it came from"),
        sa.Column("way", sa.Text(), nullable=False, comment="request or command"),
        sa.Column("what", sa.String(80), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("after", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of the row before and of this one"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index(op.f("ix_audit_who"), "audit", ["who"])
    op.create_index("ix_audit_what_about", "audit", ["what", "about"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="always 1"),
        sa.Column("last", sa.Integer(), nullable=False, comment="id of the newest row"),
        sa.Column("digest", sa.String(64), nullable=False, comment="its digest"),
        sa.Column("mark", sa.String(64), nullable=False, comment="that both were written by this site"),
        sa.Column("pruned_to", sa.Integer(), nullable=False, comment="rows up to this one may be deleted"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_anchors",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False, comment="all of it under the site's signature"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchors")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_anchors_row"), "audit_anchors", ["row"])


def downgrade() -> None:
    for table in ("audit_anchors", "audit", "audit_head"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_is_kept()")
