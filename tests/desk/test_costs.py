"""What the controller asks of its database does not grow with the commune, but where it must."""

from __future__ import annotations

from controller.store import fleet
from controller.store.counting import counting
from controller.town import Town


def test_telling_every_loudspeaker_reads_cameras_areas_and_quiet_hours_once(commune: Town) -> None:
    us = commune.app.services
    for device in commune.horns:
        us.configuration.change(device, name=f"{device} mới")
    with commune.app.database.write() as connection:
        for device in commune.horns:
            found = fleet.find(connection, device)
            assert found is not None
            fleet.configured(connection, device, found.config_serial, "told something else before")
    with counting(commune.app.database) as count:
        assert len(us.configuration.refresh()) == len(commune.horns)
    for table in ("cameras", "areas", "calendar_entries"):
        assert sum(f"FROM {table}" in said for said in count.said) < len(commune.horns), table
