"""How loudspeakers ended each broadcast, counted by area and added up by month: a report reads no facts any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "occurrences",
        sa.Column("counted", sa.Boolean, nullable=False, server_default=sa.false(), comment="its endings were counted"),
    )
    op.create_index(
        "ix_occurrences_not_counted",
        "occurrences",
        ["start"],
        sqlite_where=sa.text("counted = 0"),
        postgresql_where=sa.text("NOT counted"),
    )
    where = "in which loudspeakers stand; empty: everywhere"
    longest = "seconds that the one sounded which sounded most"
    op.create_table(
        "endings",
        _occurrence("endings"),
        sa.Column("area", sa.String(63), nullable=False, comment=where),
        sa.Column("outcome", sa.String(20), nullable=False, comment="empty: there is no receipt"),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("devices", sa.Integer, nullable=False),
        sa.Column("heard", sa.Integer, nullable=False),
        sa.Column("longest", sa.Float, nullable=False, comment=longest),
        sa.PrimaryKeyConstraint("occurrence", "area", "outcome", "reason", name="pk_endings"),
    )
    op.create_table(
        "uncounted",
        _occurrence("uncounted"),
        sa.Column("area", sa.String(63), nullable=False, comment="where its endings are to be counted anew"),
        sa.PrimaryKeyConstraint("occurrence", "area", name="pk_uncounted"),
    )
    key = ("month", "area", "programme", "title", "bulletin_class")
    op.create_table(
        "area_months",
        sa.Column("month", sa.String(7), nullable=False, comment="as in 2026-11, in the commune's time"),
        sa.Column("area", sa.String(63), nullable=False),
        sa.Column("programme", sa.String(40), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("bulletin_class", sa.String(20), nullable=False),
        sa.Column("broadcasts", sa.Integer, nullable=False),
        sa.Column("aired", sa.Integer, nullable=False),
        sa.Column("planned_seconds", sa.Float, nullable=False),
        sa.Column("aired_seconds", sa.Float, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("planned", "played", "cut", "missed", "silent", "heard")
        ),
        sa.PrimaryKeyConstraint(*key, name="pk_area_months"),
    )
    op.create_index("ix_area_months_month_programme", "area_months", ["month", "programme"])


def _occurrence(table: str) -> sa.Column[str]:
    key = sa.ForeignKey("occurrences.id", ondelete="CASCADE", name=f"fk_{table}_occurrence_occurrences")
    return sa.Column("occurrence", sa.String(40), key, nullable=False)


def downgrade() -> None:
    for table in ("area_months", "uncounted", "endings"):
        op.drop_table(table)
    op.drop_index("ix_occurrences_not_counted", "occurrences")
    op.drop_column("occurrences", "counted")
