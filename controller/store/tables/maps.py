"""Where areas, loudspeakers and cameras are on the map, as far as anybody has said."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, String, Table

from controller.store.tables.columns import metadata

area_shapes = Table(
    "area_shapes",
    metadata,
    Column("area", String(63), ForeignKey("areas.id"), primary_key=True),
    Column("shape", JSON, nullable=False, comment="GeoJSON: a Point, Polygon or MultiPolygon"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the shape"),
)

device_places = Table(
    "device_places",
    metadata,
    Column("device", String(63), ForeignKey("devices.id"), primary_key=True),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
)

camera_places = Table(
    "camera_places",
    metadata,
    Column("camera", String(63), ForeignKey("cameras.id"), primary_key=True),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
)
