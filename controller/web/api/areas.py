"""The tree of areas."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Depends

from controller.errors import Invalid, NotFound, NotNow
from controller.store import areas, fleet
from controller.store.allowing import allow
from controller.store.areas import Area, AreaTree
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.shapes import AreaGiven, NewArea
from controller.web.services import Services, services_of
from devices.protocol.topics import DeviceId, is_name
from schedules.programme import AreaId

router = APIRouter(tags=["areas"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]


@router.get("/areas", summary="All areas, wider ones before those inside them")
def list_areas(us: Us, _: Anyone) -> list[AreaGiven]:
    with us.database.read() as connection:
        tree = areas.tree(connection)
        devices = fleet.everyone(connection)
        seen = fleet.seen(connection)
    everyone = Counter(area for device in devices for area in tree.path(device.area))
    online = Counter(
        area for device in devices if (last := seen.get(device.id)) and last.online for area in tree.path(device.area)
    )
    return [
        AreaGiven(
            id=area.id,
            parent=area.parent,
            kind=area.kind,
            name=area.name,
            devices=everyone[area.id],
            online=online[area.id],
        )
        for area in in_tree_order(tree)
    ]


@router.post("/areas", status_code=201, summary="Add an area")
def add_area(
    us: Us, body: NewArea, who: Annotated[Account, Depends(need(Role.ADMINISTRATOR, somewhere=True))]
) -> AreaGiven:
    if not is_name(body.id):
        raise Invalid("bad-id", "An area id is 1 to 63 of a-z, 0-9 and '-'.", field="id")
    area = Area(AreaId(body.id), AreaId(body.parent) if body.parent else None, body.kind, body.name.strip())
    with us.database.write() as connection:
        _check_place(areas.tree(connection), area)
        allow(connection, who, [area.parent] if area.parent else [], Role.ADMINISTRATOR)
        if fleet.is_named(connection, DeviceId(area.id), us.clock.now()):
            raise NotNow("id-of-device", "{name!r} is the name of a device; choose another.", name=area.id)
        areas.add(connection, area)
    return AreaGiven(id=area.id, parent=area.parent, kind=area.kind, name=area.name, devices=0, online=0)


def _check_place(tree: AreaTree, area: Area) -> None:
    if area.id in tree:
        raise NotNow("area-exists", "There is already an area {area!r}.", area=area.id)
    if area.parent is None:
        return
    if area.parent not in tree:
        raise NotFound("unknown-area", "There is no area {area!r}.", area=area.parent)
    if tree[area.parent].kind.depth >= area.kind.depth:
        raise Invalid(
            "wrong-level", "An area lies within a wider one: province, commune, village, cluster.", field="kind"
        )


def in_tree_order(tree: AreaTree, parent: AreaId | None = None) -> list[Area]:
    found: list[Area] = []
    for area in tree.children(parent):
        found += [area, *in_tree_order(tree, area.id)]
    return found
