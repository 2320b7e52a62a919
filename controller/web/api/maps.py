"""Where areas, loudspeakers and cameras are: in and out as files, and as a screen shows them."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from controller.errors import Invalid
from controller.fleet import places
from controller.fleet.areas.comparing import Change, Thing
from controller.fleet.areas.drawing import outlines
from controller.fleet.areas.errors import BadFile
from controller.fleet.areas.importing import AreaImport, as_geojson
from controller.fleet.areas.reading import MOST_BYTES
from controller.monitoring.on_the_map import camera_spots
from controller.store import areas
from controller.store.people import Account, Role
from controller.store.shapes import Corner, place_at
from controller.store.spots import Box, device_marks, gather
from controller.web.access import need
from controller.web.api.bases import Given, Taken
from controller.web.language import translate
from controller.web.problems import language_of, problem
from controller.web.services import Services, services_of
from devices.protocol.messages.cameras import CameraId
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

router = APIRouter(tags=["maps"])

GEOJSON = "application/geo+json"

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Technician = Annotated[Account, Depends(need(Role.TECHNICIAN))]
SomewhereAdministrator = Annotated[Account, Depends(need(Role.ADMINISTRATOR, somewhere=True))]


class ChangeGiven(Given):
    line: int = Field(description="of the table, or which feature, counted from 1")
    thing: Thing
    id: str
    name: str
    was: str = Field(description="the name it had; empty for what is new")
    parent: str | None
    kind: str | None = Field(description="of areas: province, commune, village or cluster")
    new: bool
    drawn: bool = Field(description="it gets another outline or place")


class ImportGiven(Given):
    done: bool = Field(description="false: this is only what would change")
    unchanged: int
    changes: list[ChangeGiven]


class PlaceTaken(Taken):
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]


class CrowdGiven(Given):
    at: Corner
    states: dict[str, int]


class SpotGiven(Given):
    id: str
    name: str
    at: Corner
    state: str


class SpotsGiven(Given):
    spots: list[SpotGiven] = Field(description="loudspeakers or cameras that stand alone; longitude first")
    crowds: list[CrowdGiven] = Field(
        description="where many stand near one another: their middle, and how many of each"
    )


class Kind(Enum):
    DEVICES = "devices"
    CAMERAS = "cameras"


@router.get(
    "/areas.geojson",
    summary="All areas with their outlines, and the places of loudspeakers and cameras, as a file to keep or change",
    response_class=Response,
    responses={200: {"content": {GEOJSON: {}}}},
)
def export_areas(us: Us, who: Anyone) -> Response:
    with us.database.read() as connection:
        found = as_geojson(connection, who)
    shown = {"Content-Disposition": 'attachment; filename="areas.geojson"'}
    return JSONResponse(found, media_type=GEOJSON, headers=shown)


@router.post(
    "/areas/import",
    summary="Areas and places from GeoJSON or CSV: all of it or nothing",
    description="A feature or a line says `id`, `name`, `parent`, `kind` (also in Vietnamese), a table `lat` and `lon` "
    "too. What is there already is renamed or drawn anew, never moved or removed. With `dry_run` only what would "
    "change is said. A file with mistakes changes nothing; `errors` names each with its line.",
)
def import_areas(
    request: Request,
    us: Us,
    who: SomewhereAdministrator,
    file: Annotated[UploadFile, File()],
    under: Annotated[str, Form(max_length=63, description="where areas stand of which the file does not say it")] = "",
    dry_run: Annotated[bool, Form()] = False,
) -> ImportGiven:
    work = AreaImport(us.database, us.clock, who, AreaId(under) if under else None)
    data = file.file.read(MOST_BYTES + 1)
    try:
        changes = work.look(data) if dry_run else work.carry_out(data)
    except BadFile as wrong:
        return mistakes(request, wrong)  # type: ignore[return-value]
    return ImportGiven(
        done=not dry_run,
        unchanged=sum(not one.is_change for one in changes),
        changes=[_given(one) for one in changes if one.is_change],
    )


@router.get("/map/areas", summary="Outlines as a screen needs them (GeoJSON)")
def draw_areas(us: Us, who: Anyone) -> dict[str, Any]:
    with us.database.read() as connection:
        return outlines(connection, who.inside(areas.tree(connection)))


@router.get("/map/{kind}", summary="Loudspeakers or cameras in a part of the map, with their states")
def show_spots(
    us: Us,
    who: Anyone,
    kind: Kind,
    box: Annotated[str, Query(max_length=100, description="west,south,east,north in degrees")] = "-180,-90,180,90",
) -> SpotsGiven:
    view = _box(box)
    with us.database.read() as connection:
        inside = who.inside(areas.tree(connection))
        if kind is Kind.DEVICES:
            alone, crowds = device_marks(connection, view, inside)
        else:
            alone, crowds = gather(camera_spots(connection, us.clock.now(), inside), view)
    return SpotsGiven(
        spots=[SpotGiven.model_validate(one) for one in alone],
        crowds=[CrowdGiven(at=one.at, states=dict(one.states)) for one in crowds],
    )


@router.put("/devices/{device}/place", status_code=204, summary="Say where a loudspeaker stands")
def place_device(us: Us, device: str, body: PlaceTaken, _: Technician) -> Response:
    places.place_device(us.database, DeviceId(device), place_at(body.lat, body.lon))
    return Response(status_code=204)


@router.delete("/devices/{device}/place", status_code=204, summary="Take a loudspeaker off the map")
def displace_device(us: Us, device: str, _: Technician) -> Response:
    places.place_device(us.database, DeviceId(device), None)
    return Response(status_code=204)


@router.put("/cameras/{camera}/place", status_code=204, summary="Say where a camera stands")
def place_camera(us: Us, camera: str, body: PlaceTaken, _: Technician) -> Response:
    places.place_camera(us.database, CameraId(camera), place_at(body.lat, body.lon))
    return Response(status_code=204)


@router.delete("/cameras/{camera}/place", status_code=204, summary="Take a camera off the map")
def displace_camera(us: Us, camera: str, _: Technician) -> Response:
    places.place_camera(us.database, CameraId(camera), None)
    return Response(status_code=204)


def mistakes(request: Request, wrong: BadFile) -> JSONResponse:
    """The answer to a file with mistakes: each with its line."""
    language = language_of(request)
    said = [{"line": one.number, "detail": translate(one.why.text, language, **one.why.values)} for one in wrong.wrongs]
    return problem(wrong.wrongs[0].why.status, "bad-areas-file", str(said[0]["detail"]), "file", errors=said)


def _box(text: str) -> Box:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        if not (-1e4 < west < east < 1e4 and -1e4 < south < north < 1e4):
            raise ValueError
    except ValueError:
        raise Invalid("bad-box", "A part of the map is west,south,east,north in degrees.", field="box") from None
    return Box(west, south, east, north)


def _given(one: Change) -> ChangeGiven:
    is_area = one.thing is Thing.AREA
    return ChangeGiven(
        line=one.number,
        thing=one.thing,
        id=one.area.id,
        name=one.area.name,
        was=one.was,
        parent=one.area.parent,
        kind=one.area.kind.value if is_area else None,
        new=one.is_new,
        drawn=one.drawn,
    )
