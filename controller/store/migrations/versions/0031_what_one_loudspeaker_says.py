"""What loudspeakers measure, kept for their charts, and what people ask of one by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("device_states", sa.Column("reading", sa.JSON, nullable=True, comment="the last of device_readings"))
    op.create_table(
        "device_readings",
        sa.Column("device", sa.String(63), sa.ForeignKey("devices.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("volume", sa.Integer, nullable=False),
        sa.Column("signal", sa.Float, nullable=True, comment="dBm"),
        sa.Column("temperature", sa.Float, nullable=True, comment="degrees Celsius"),
        sa.Column("clock_offset", sa.Float, nullable=True, comment="seconds by which its board is ahead"),
        sa.PrimaryKeyConstraint("device", "at", name="pk_device_readings"),
    )
    op.create_index("ix_device_readings_at", "device_readings", ["at"])
    op.create_table(
        "device_orders",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("device", sa.String(63), sa.ForeignKey("devices.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("session", sa.Text, nullable=False, comment="the run of the agent that it was given to"),
        sa.Column("by", sa.String(40), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_device_orders"),
    )
    op.create_index("ix_device_orders_device", "device_orders", ["device"])


def downgrade() -> None:
    op.drop_table("device_orders")
    op.drop_table("device_readings")
    op.drop_column("device_states", "reading")
