"""Cameras: what they hang on, what is known of them, what they were worth, their pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _places()
    _states()
    _pictures()


def _places() -> None:
    op.create_table(
        "nodes",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.String(length=63), nullable=True),
        sa.Column("area", sa.String(length=63), nullable=True),
        sa.ForeignKeyConstraint(["area"], ["areas.id"], name=op.f("fk_nodes_area")),
        sa.ForeignKeyConstraint(["parent"], ["nodes.id"], name=op.f("fk_nodes_parent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nodes")),
    )

    op.create_table(
        "cameras",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area", sa.String(length=63), nullable=False),
        sa.Column("device", sa.String(length=63), nullable=True, comment="who watches it"),
        sa.Column("node", sa.String(length=63), nullable=True, comment="what it hangs on"),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("snapshot_address", sa.Text(), nullable=False),
        sa.Column("onvif_address", sa.Text(), nullable=False),
        sa.Column(
            "login", sa.Text(), nullable=False, comment="user and password, under the key of the site; empty: none"
        ),
        sa.Column("box", sa.Text(), nullable=False, comment="the login again, closed for the device that watches"),
        sa.Column("box_lock", sa.Text(), nullable=False, comment="the lock that closed the box"),
        sa.Column("basic_allowed", sa.Boolean(), nullable=False),
        sa.Column("liveness_every", sa.Float(), nullable=False),
        sa.Column("picture_every", sa.Float(), nullable=False),
        sa.Column("serial_number", sa.Text(), nullable=False),
        sa.Column("keep_pictures", sa.String(length=20), nullable=False),
        sa.Column("picture_days", sa.Integer(), nullable=False, comment="so long pictures of incidents are kept"),
        sa.Column("relearn", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False, comment="how bad it is when it is lost"),
        sa.Column("target", sa.Float(), nullable=False, comment="percent of the known time it is to be reachable"),
        sa.Column("purpose", sa.Text(), nullable=False, comment="why people are filmed there"),
        sa.Column("notice", sa.Text(), nullable=False, comment="how people are told of it"),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area"], ["areas.id"], name=op.f("fk_cameras_area")),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name=op.f("fk_cameras_device")),
        sa.ForeignKeyConstraint(["node"], ["nodes.id"], name=op.f("fk_cameras_node")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cameras")),
    )
    op.create_index(op.f("ix_cameras_area"), "cameras", ["area"], unique=False)

    op.create_table(
        "device_nodes",
        sa.Column("device", sa.String(length=63), nullable=False),
        sa.Column("node", sa.String(length=63), nullable=False, comment="what the device hangs on"),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name=op.f("fk_device_nodes_device")),
        sa.ForeignKeyConstraint(["node"], ["nodes.id"], name=op.f("fk_device_nodes_node")),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_device_nodes")),
    )

    op.create_table(
        "maintenance",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=63), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun", sa.Boolean(), nullable=False, comment="its beginning has been taken into account"),
        sa.Column("over", sa.Boolean(), nullable=False, comment="and its end"),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_maintenance_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance")),
    )
    op.create_index(op.f("ix_maintenance_end"), "maintenance", ["end"], unique=False)


def _states() -> None:
    op.create_table(
        "camera_watchers",
        sa.Column("device", sa.String(length=63), nullable=False),
        sa.Column("watching_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "alive_until",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="until then it has watched, as far as is known",
        ),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_every", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name=op.f("fk_camera_watchers_device")),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_camera_watchers")),
    )

    op.create_table(
        "camera_months",
        sa.Column("camera", sa.String(length=63), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False, comment="as in 2026-11, in the commune's time"),
        sa.Column(
            "unknown",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="milliseconds of spans that are over",
        ),
        sa.Column(
            "up", sa.BigInteger(), server_default="0", nullable=False, comment="milliseconds of spans that are over"
        ),
        sa.Column(
            "unjudged",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="milliseconds of spans that are over",
        ),
        sa.Column(
            "degraded",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="milliseconds of spans that are over",
        ),
        sa.Column(
            "down", sa.BigInteger(), server_default="0", nullable=False, comment="milliseconds of spans that are over"
        ),
        sa.Column(
            "maintenance",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="milliseconds of spans that are over",
        ),
        sa.Column(
            "falls", sa.Integer(), server_default="0", nullable=False, comment="outages that began in it and are over"
        ),
        sa.ForeignKeyConstraint(["camera"], ["cameras.id"], name=op.f("fk_camera_months_camera")),
        sa.PrimaryKeyConstraint("camera", "month", name=op.f("pk_camera_months")),
    )

    op.create_table(
        "camera_spans",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("camera", sa.String(length=63), nullable=False),
        sa.Column("condition", sa.Integer(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=True, comment="empty: it lasts"),
        sa.ForeignKeyConstraint(["camera"], ["cameras.id"], name=op.f("fk_camera_spans_camera")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_spans")),
    )
    op.create_index("ix_camera_spans_camera_start", "camera_spans", ["camera", "start"], unique=False)
    op.create_index(
        "uq_camera_spans_lasting",
        "camera_spans",
        ["camera"],
        unique=True,
        sqlite_where=sa.text('"end" IS NULL'),
        postgresql_where=sa.text('"end" IS NULL'),
    )

    op.create_table(
        "camera_states",
        sa.Column("camera", sa.String(length=63), nullable=False),
        sa.Column("device", sa.String(length=63), nullable=False, comment="who told it"),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("axes", sa.JSON(), nullable=False, comment="what is believed of each"),
        sa.Column("report", sa.JSON(), nullable=False, comment="figures, findings and pictures as they were told last"),
        sa.Column("condition", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("troubled", sa.Boolean(), nullable=False, comment="something is broken"),
        sa.Column("broken", sa.JSON(), nullable=False, comment="axis to reason"),
        sa.Column(
            "gone_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the first miss of an outage, or of what may be one",
        ),
        sa.Column("gone_surely", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["camera"], ["cameras.id"], name=op.f("fk_camera_states_camera")),
        sa.PrimaryKeyConstraint("camera", name=op.f("pk_camera_states")),
    )
    op.create_index(op.f("ix_camera_states_gone_since"), "camera_states", ["gone_since"], unique=False)
    op.create_index(op.f("ix_camera_states_troubled"), "camera_states", ["troubled"], unique=False)


def _pictures() -> None:
    op.create_table(
        "camera_pictures",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("camera", sa.String(length=63), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "kept_until", sa.DateTime(timezone=True), nullable=True, comment="empty: until a newer one replaces it"
        ),
        sa.ForeignKeyConstraint(["camera"], ["cameras.id"], name=op.f("fk_camera_pictures_camera")),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name=op.f("fk_camera_pictures_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_pictures")),
    )
    op.create_index("ix_camera_pictures_camera_role", "camera_pictures", ["camera", "role"], unique=False)
    op.create_index(op.f("ix_camera_pictures_incident"), "camera_pictures", ["incident"], unique=False)
    op.create_index(op.f("ix_camera_pictures_kept_until"), "camera_pictures", ["kept_until"], unique=False)
    op.create_index(op.f("ix_camera_pictures_sha256"), "camera_pictures", ["sha256"], unique=False)


def downgrade() -> None:
    op.drop_table("camera_pictures")
    op.drop_table("maintenance")
    op.drop_table("camera_months")
    op.drop_table("camera_spans")
    op.drop_table("camera_states")
    op.drop_table("camera_watchers")
    op.drop_table("device_nodes")
    op.drop_table("cameras")
    op.drop_table("nodes")
