"""The tree of areas by form: each is added, renamed, moved to another place, or taken away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.errors import ControllerError, NotFound
from controller.fleet.area_desk import short_name
from controller.store import areas, overview
from controller.store.areas import Area, AreaKind, AreaTree
from controller.store.overview import Speakers
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.pages.frame import go, page, words_of
from controller.web.pages.maps import allow_tiles, tiles_of
from controller.web.pages.setting_words import AREA_KINDS, AREA_USES
from controller.web.pages.words import upfirst
from controller.web.services import Services, services_of
from schedules.programme import AreaId

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Administrator = Annotated[Account, Depends(need(Role.ADMINISTRATOR))]
AdministratorSomewhere = Annotated[Account, Depends(need(Role.ADMINISTRATOR, somewhere=True))]
Field = Annotated[str, Form(max_length=200)]


@router.get("/areas")
def list_areas(request: Request, us: Us, who: AdministratorSomewhere) -> Response:
    return _list(request, us, who, {})


@router.post("/areas")
def add(
    request: Request,
    us: Us,
    who: AdministratorSomewhere,
    id: Field = "",
    name: Field = "",
    kind: Field = AreaKind.VILLAGE.value,
    parent: Field = "",
) -> Response:
    known = AreaKind(kind) if kind in {one.value for one in AreaKind} else AreaKind.VILLAGE
    try:
        chosen = AreaId(id.strip().lower() or short_name(name))
        us.areas.add(Area(chosen, AreaId(parent) if parent else None, known, name), who)
    except ControllerError as wrong:
        typed = {"id": id, "name": name, "kind": known.value, "parent": parent}
        return _list(request, us, who, typed, _errors(request, wrong, "id"), wrong.status)
    return go("/areas", "area-added")


@router.get("/areas/{area}")
def show(request: Request, us: Us, who: Administrator, area: str) -> Response:
    return _one(request, us, who, area)


@router.post("/areas/{area}")
def change(request: Request, us: Us, who: Administrator, area: str, name: Field = "", parent: Field = "") -> Response:
    try:
        us.areas.change(AreaId(area), who, name=name, parent=AreaId(parent) if parent else None)
    except NotFound:
        raise
    except ControllerError as wrong:
        typed = {"name": name, "parent": parent}
        return _one(request, us, who, area, typed, _errors(request, wrong, "name"), wrong.status)
    us.replan()
    return go("/areas", "area-changed")


@router.post("/areas/{area}/remove")
def remove(request: Request, us: Us, who: Administrator, area: str) -> Response:
    try:
        us.areas.remove(AreaId(area), who)
    except NotFound:
        raise
    except ControllerError as wrong:
        return _one(request, us, who, area, None, _errors(request, wrong, "remove"), wrong.status)
    return go("/areas", "area-removed")


def _list(
    request: Request,
    us: Services,
    who: Account,
    typed: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    with us.database.read() as connection:
        tree, standing = areas.tree(connection), overview.speakers(connection)
    inside = who.inside(tree)
    shown = [area for area in tree.in_order() if inside is None or area.id in inside]
    answer = page(
        request,
        "areas.html.j2",
        who,
        status=status,
        lines=[(area, len(tree.path(area.id)) - 1, _speakers(tree, area.id, standing)) for area in shown],
        kinds=AREA_KINDS,
        kind_options=[(kind, upfirst(words_of(request).say(name))) for kind, name in AREA_KINDS.items()],
        parents=_parents(request, tree, shown, nowhere=bool(who.roles)),
        typed=typed or {"kind": AreaKind.VILLAGE.value if tree else AreaKind.COMMUNE.value, "parent": _usual(tree)},
        errors=errors or {},
        tiles=tiles_of(us.settings),
    )
    return allow_tiles(answer, us.settings)


def _one(
    request: Request,
    us: Services,
    who: Account,
    name: str,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    with us.database.read() as connection:
        tree, standing = areas.tree(connection), overview.speakers(connection)
        if AreaId(name) not in tree:
            raise NotFound("unknown-area", "There is no area {area!r}.", area=name)
        uses = areas.uses(connection, AreaId(name))
    area = tree[AreaId(name)]
    inside = who.inside(tree)
    wider = [
        one
        for one in tree.in_order()
        if one.kind.depth < area.kind.depth and (inside is None or one.id in inside or one.id == area.parent)
    ]
    return page(
        request,
        "area.html.j2",
        who,
        status=status,
        area=area,
        kind=AREA_KINDS[area.kind.value],
        speakers=_speakers(tree, area.id, standing),
        parents=_parents(request, tree, wider, nowhere=bool(who.roles) or area.parent is None),
        typed=typed or {"name": area.name, "parent": area.parent or ""},
        uses=[words_of(request).say(AREA_USES[use]) for use in uses],
        errors=errors or {},
    )


def _speakers(tree: AreaTree, area: AreaId, standing: dict[AreaId, Speakers]) -> int:
    return sum(standing[one].all for one in tree.within([area]) if one in standing)


def _usual(tree: AreaTree) -> str:
    """Where a new village lies, unless somebody says otherwise: in the first commune."""
    return next((area.id for area in tree if area.kind is AreaKind.COMMUNE), "")


def _parents(request: Request, tree: AreaTree, shown: list[Area], *, nowhere: bool) -> list[tuple[str, str]]:
    named = [(str(area.id), " › ".join(tree[one].name for one in tree.path(area.id)[::-1])) for area in shown]
    return [("", words_of(request).say("in none")), *named] if nowhere else named


def _errors(request: Request, wrong: ControllerError, field: str) -> dict[str, str]:
    say = words_of(request).say
    values = dict(wrong.values)
    if wrong.code == "area-in-use":
        values["uses"] = ", ".join(say(AREA_USES[use]) for use in str(values["uses"]).split(", "))
    return {wrong.field or field: say(wrong.text, **values)}
