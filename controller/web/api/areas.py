"""The tree of areas."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from controller.errors import NotFound
from controller.store import areas, fleet
from controller.store.areas import Area
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.shapes import AreaChange, AreaGiven, NewArea
from controller.web.services import Services, services_of
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
        for area in tree.in_order()
    ]


@router.post("/areas", status_code=201, summary="Add an area")
def add_area(
    us: Us, body: NewArea, who: Annotated[Account, Depends(need(Role.ADMINISTRATOR, somewhere=True))]
) -> AreaGiven:
    parent = AreaId(body.parent) if body.parent else None
    return _given(us.areas.add(Area(AreaId(body.id), parent, body.kind, body.name), who))


@router.patch("/areas/{area}", summary="Another name, or another place in the tree")
def change_area(
    us: Us, area: str, body: AreaChange, who: Annotated[Account, Depends(need(Role.ADMINISTRATOR))]
) -> AreaGiven:
    with us.database.read() as connection:
        tree = areas.tree(connection)
    if AreaId(area) not in tree:
        raise NotFound("unknown-area", "There is no area {area!r}.", area=area)
    before = tree[AreaId(area)]
    parent = before.parent if "parent" not in body.model_fields_set else body.parent and AreaId(body.parent)
    changed = us.areas.change(before.id, who, name=body.name or before.name, parent=parent or None)
    us.replan()
    return next(one for one in list_areas(us, who) if one.id == changed.id)


@router.delete("/areas/{area}", status_code=204, summary="Take away an area to which nothing refers")
def remove_area(us: Us, area: str, who: Annotated[Account, Depends(need(Role.ADMINISTRATOR))]) -> Response:
    us.areas.remove(AreaId(area), who)
    return Response(status_code=204)


def _given(area: Area) -> AreaGiven:
    return AreaGiven(id=area.id, parent=area.parent, kind=area.kind, name=area.name, devices=0, online=0)
