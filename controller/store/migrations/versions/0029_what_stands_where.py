"""Outlines of areas, and where loudspeakers and cameras stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area_shapes",
        sa.Column("area", sa.String(63), sa.ForeignKey("areas.id", name="fk_area_shapes_area"), nullable=False),
        sa.Column("shape", sa.JSON(), nullable=False, comment="GeoJSON: a Point, Polygon or MultiPolygon"),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of the shape"),
        sa.PrimaryKeyConstraint("area", name="pk_area_shapes"),
    )
    for one in ("device", "camera"):
        op.create_table(
            f"{one}_places",
            sa.Column(one, sa.String(63), sa.ForeignKey(f"{one}s.id", name=f"fk_{one}_places_{one}"), nullable=False),
            sa.Column("lat", sa.Float(), nullable=False),
            sa.Column("lon", sa.Float(), nullable=False),
            sa.PrimaryKeyConstraint(one, name=f"pk_{one}_places"),
        )


def downgrade() -> None:
    for table in ("camera_places", "device_places", "area_shapes"):
        op.drop_table(table)
