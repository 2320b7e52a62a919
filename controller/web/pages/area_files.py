"""Areas and places from a file: chosen, looked at, and only then done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from controller.errors import ControllerError
from controller.fleet.areas.comparing import Change, Thing, seal
from controller.fleet.areas.errors import BadFile
from controller.fleet.areas.importing import AreaImport
from controller.fleet.areas.reading import MOST_BYTES, MOST_LINES, decoded
from controller.store import areas
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.pages.frame import go, page, words_of
from controller.web.pages.setting_words import AREA_KINDS
from controller.web.services import Services, services_of
from schedules.programme import AreaId

router = APIRouter()

HERE = "/settings/areas-file"
_LISTED = 200

Us = Annotated[Services, Depends(services_of)]
AdministratorSomewhere = Annotated[Account, Depends(need(Role.ADMINISTRATOR, somewhere=True))]


class Sent:
    """What the form brought along: a file, or the one that was looked at, which the page has carried in a field."""

    def __init__(self, under: str = "", seen: str = "", content: bytes = b"") -> None:
        self.under = under
        self.seen = seen
        self.content = content

    @classmethod
    async def of(cls, request: Request) -> Sent:
        async with request.form(max_files=1, max_fields=10, max_part_size=MOST_BYTES + MOST_LINES) as form:
            file, text = form.get("file"), form.get("content", "")
            content = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else str(text).encode()
            return cls(str(form.get("under", "")), str(form.get("seen", "")), content)


@router.get(HERE)
def choose(request: Request, us: Us, who: AdministratorSomewhere) -> Response:
    return _page(request, us, who, Sent())


@router.post(HERE)
def look_or_do(
    request: Request, us: Us, who: AdministratorSomewhere, sent: Annotated[Sent, Depends(Sent.of)]
) -> Response:
    """First what would change; with the seal of what was looked at, it is done."""
    work = AreaImport(us.database, us.clock, who, AreaId(sent.under) if sent.under else None)
    words = words_of(request)
    try:
        if sent.seen:
            work.carry_out(sent.content, sent.seen)
            us.replan()
            return go("/areas", "areas-imported")
        return _page(request, us, who, sent, changes=work.look(sent.content))
    except BadFile as wrong:
        mistakes = [(one.number, words.say(one.why.text, **one.why.values)) for one in wrong.wrongs]
        return _page(request, us, who, sent, mistakes=mistakes)
    except ControllerError as wrong:
        return _page(request, us, who, sent, mistakes=[(0, words.say(wrong.text, **wrong.values))])


def _page(
    request: Request,
    us: Services,
    who: Account,
    sent: Sent,
    changes: tuple[Change, ...] = (),
    mistakes: list[tuple[int, str]] | None = None,
) -> Response:
    with us.database.read() as connection:
        tree = areas.tree(connection)
    inside = who.inside(tree)
    parents = [
        (str(area.id), " › ".join(tree[one].name for one in tree.path(area.id)[::-1]))
        for area in tree.in_order()
        if inside is None or area.id in inside
    ]
    wanted = [one for one in changes if one.is_change]
    names = {one.id: one.name for one in tree} | {one.area.id: one.area.name for one in changes}
    return page(
        request,
        "areas_file.html.j2",
        who,
        status=422 if mistakes else 200,
        here=HERE,
        parents=[("", words_of(request).say("in none")), *parents] if who.roles else parents,
        under=sent.under or (parents[0][0] if parents else ""),
        looked=bool(changes),
        changes=wanted[:_LISTED],
        total=len(wanted),
        counts=_counts(wanted, len(changes)),
        names=names,
        kinds=AREA_KINDS,
        Thing=Thing,
        content=decoded(sent.content) if wanted else "",
        seen=seal(changes),
        mistakes=(mistakes or [])[:_LISTED],
        more_mistakes=max(0, len(mistakes or []) - _LISTED),
    )


def _counts(changes: list[Change], lines: int) -> dict[str, int]:
    found = [one for one in changes if one.thing is Thing.AREA]
    return {
        "new": sum(one.is_new for one in found),
        "renamed": sum(not one.is_new and one.area.name != one.was for one in found),
        "drawn": sum(one.drawn for one in found),
        "placed": len(changes) - len(found),
        "unchanged": lines - len(changes),
    }
