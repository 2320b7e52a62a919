"""Marks on the map, as the rule has them and as both kinds of database reckon them."""

from __future__ import annotations

import random
from datetime import datetime

from controller.store import areas, fleet, maps
from controller.store.areas import Area, AreaKind
from controller.store.database import Database
from controller.store.fleet import Device
from controller.store.spots import Box, Marks, Spot, device_marks, gather, placed_devices
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
VILLAGE = Area(AreaId("thon-3"), None, AreaKind.VILLAGE, "Thôn 3")
BOXES = (Box(105.2, 20.5, 105.58, 21), Box(105.2, 20.5, 105.4, 20.9), Box(105.2, 20.5, 105.21, 20.51))


def plain(marks: Marks) -> tuple[set[str], list[tuple[float, float, int]]]:
    alone, crowds = marks
    told = [(round(one.at[0], 6), round(one.at[1], 6), one.states["never-seen"]) for one in crowds]
    return {one.id for one in alone}, sorted(told)


def test_the_database_gathers_loudspeakers_as_the_rule_does(database: Database) -> None:
    chance = random.Random(5)
    many = [
        Spot(f"x-{n}", f"Cụm loa {n}", (chance.uniform(105.2, 105.9), chance.uniform(20.5, 21)), "never-seen")
        for n in range(450)
    ]
    with database.write() as connection:
        areas.add(connection, VILLAGE)
        for one in many:
            fleet.add(connection, Device(DeviceId(one.id), VILLAGE.id, one.name, "key", 1), one.id, NOW)
        maps.place_devices(connection, {DeviceId(one.id): one.at for one in many})
        for box in BOXES:
            assert plain(device_marks(connection, box, None)) == plain(gather(many, box))
            assert device_marks(connection, box, {AreaId("thon-1")}) == ((), ())
        assert placed_devices(connection, None) == {"never-seen": len(many)}
        (stand,) = maps.stands(connection)
        assert (stand.area, stand.count) == (VILLAGE.id, len(many)) and 105.2 < stand.at[0] < 105.9
