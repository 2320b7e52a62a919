"""Loudspeakers and cameras on the map, with their numbers beside it in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from controller.monitoring.on_the_map import camera_spots
from controller.settings import Settings
from controller.store import areas, cameras, overview, spots
from controller.store.concerns import seen_there
from controller.store.people import Account
from controller.web.access import need
from controller.web.headers import policy
from controller.web.pages.camera_words import CONDITIONS
from controller.web.pages.frame import page, words_of
from controller.web.pages.meanings import DEVICE_STATES
from controller.web.pages.words import Words
from controller.web.services import Services, services_of

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]

_LOOKS = {
    "online": ("good", "online"),
    "offline": ("bad", "offline"),
    "never-seen": ("plain", "more"),
    "shut-out": ("plain", "close"),
    "up": ("good", "check"),
    "unjudged": ("good", "camera"),
    "degraded": ("warn", "alert"),
    "down": ("bad", "offline"),
    "maintenance": ("plain", "settings"),
    "unknown": ("plain", "more"),
}
"""Of each state the kind of its colours and shape, and its picture."""


@router.get("/devices/map")
def map_devices(request: Request, us: Us, who: Anyone) -> Response:
    with us.database.read() as connection:
        inside = who.inside(areas.tree(connection))
        counts = spots.placed_devices(connection, inside)
        everyone = overview.count_devices(connection, overview.DevicesAsked(inside))
    return _shown(request, us, who, "devices", counts, everyone, DEVICE_STATES)


@router.get("/cameras/map")
def map_cameras(request: Request, us: Us, who: Anyone) -> Response:
    with us.database.read() as connection:
        tree = areas.tree(connection)
        found = camera_spots(connection, us.clock.now(), who.inside(tree))
        everyone = len(seen_there(who, tree, cameras.listed(connection)))
    return _shown(request, us, who, "cameras", Counter(one.state for one in found), everyone, CONDITIONS)


def _shown(
    request: Request,
    us: Services,
    who: Account,
    kind: str,
    counts: Mapping[str, int],
    everyone: int,
    states: Mapping[str, str],
) -> Response:
    words = words_of(request)
    looks = {name: look_of(name, text, words) for name, text in states.items()}
    answer = page(
        request,
        "map.html.j2",
        who,
        kind=kind,
        looks=looks,
        counts=[(looks[name], counts[name]) for name in states if counts.get(name)],
        elsewhere=max(0, everyone - sum(counts.values())),
        tiles=tiles_of(us.settings),
    )
    return allow_tiles(answer, us.settings)


def look_of(state: str, text: str, words: Words) -> dict[str, str]:
    kind, icon = _LOOKS[state]
    return {"text": words.say(text), "kind": kind, "icon": icon}


def tiles_of(settings: Settings) -> tuple[str, str] | None:
    """Where the tiles under a map come from, and whose they are; None: a map shows the commune's own outlines alone."""
    return (settings.map_tiles, settings.map_tiles_by) if settings.map_tiles else None


def allow_tiles(answer: Response, settings: Settings) -> Response:
    """On a page with a map, and on no other, the browser may ask there, and nowhere else."""
    if settings.map_tiles:
        answer.headers["Content-Security-Policy"] = policy(settings.map_tiles)
    return answer
