"""Where warnings come from and whose signatures are believed: seen by everybody, settled by administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.alerts import trusted
from controller.alerts.sources import SHORTEST_POLL
from controller.errors import ControllerError, NotFound
from controller.store import alert_sources
from controller.store.alert_sources import OWN, Authority, Source, SourceKind
from controller.store.alerts import SourceId
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.pages.alert_words import SOURCE_WAYS
from controller.web.pages.frame import go, page, words_of
from controller.web.services import Services, services_of
from devices.protocol.topics import OutsideKind, Topics

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Administrator = Annotated[Account, Depends(need(Role.ADMINISTRATOR))]
Field = Annotated[str, Form(max_length=2000)]
Pem = Annotated[str, Form(max_length=100_000)]
Chosen = Annotated[list[str], Form(max_length=50)]

_PAGE = "/alerts/sources"
_LONGEST_MINUTES = 7 * 24 * 60
_SOON = timedelta(days=30)


@router.get(_PAGE)
def list_sources(request: Request, us: Us, who: Anyone) -> Response:
    with us.database.read() as connection:
        found = alert_sources.everything(connection)
        believed = alert_sources.authorities(connection)
    return page(
        request,
        "alert_sources.html.j2",
        who,
        way=_way(request),
        found=found,
        own=frozenset(OWN.values()),
        believed=[(one, trusted.pinned(one)) for one in believed],
        gauges=us.warnings.gauges.everything(),
        now=us.clock.now(),
        soon=us.clock.now() + _SOON,
        may_settle=who.is_any(Role.ADMINISTRATOR),
    )


@router.get("/alerts/source")
def edit_source(request: Request, us: Us, who: Administrator, id: str = "") -> Response:
    if not id:
        return _form(request, us, who, _blank(us))
    with us.database.read() as connection:
        known = alert_sources.find(connection, SourceId(id))
    if known is None or known.id in OWN.values():
        raise NotFound("unknown-source", "There is no source {source!r}.", source=id)
    return _form(request, us, who, known, known=True)


@router.post("/alerts/source")
def settle_source(
    request: Request,
    us: Us,
    who: Administrator,
    id: Field = "",
    kind: Field = SourceKind.POST.value,
    name: Field = "",
    url: Field = "",
    seconds: Field = "",
    minutes: Field = "",
    local: Field = "",
    known: Field = "",
    authorities: Chosen | None = None,
) -> Response:
    """A new source, whose key is shown once, or one that is `known`, settled anew."""
    heartbeat = int(minutes) * 60.0 if minutes.isdecimal() and 0 < int(minutes[:6]) <= _LONGEST_MINUTES else None
    source = Source(
        SourceId(id.strip().lower()),
        SourceKind(kind) if kind in {one.value for one in SourceKind} else SourceKind.POST,
        name.strip()[:200] or id,
        us.clock.now(),
        tuple(authorities or ()),
        url.strip(),
        float(seconds[:6]) if seconds.isdecimal() else SHORTEST_POLL,
        bool(local),
        heartbeat,
    )
    try:
        if known:
            us.warnings.sources.change(source)
            return go(_PAGE, "source-kept")
        key = us.warnings.sources.add(source)
    except ControllerError as wrong:
        return _form(request, us, who, source, known=bool(known), wrong=wrong)
    return _form(request, us, who, source, key=key) if key else go(_PAGE, "source-kept")


@router.post("/alerts/source/key")
def renew_key(request: Request, us: Us, who: Administrator, id: Field = "") -> Response:
    key = us.warnings.sources.renew_key(SourceId(id))
    with us.database.read() as connection:
        source = alert_sources.find(connection, SourceId(id))
    assert source is not None
    return _form(request, us, who, source, key=key)


@router.post("/alerts/source/remove")
def remove_source(us: Us, who: Administrator, id: Field = "") -> Response:
    us.warnings.sources.remove(SourceId(id))
    return go(_PAGE, "source-removed")


@router.get("/alerts/authority")
def edit_authority(request: Request, us: Us, who: Administrator, name: str = "") -> Response:
    with us.database.read() as connection:
        known = {one.name: one for one in alert_sources.authorities(connection)}
    return _authority_form(request, who, known.get(name, Authority(name, "")))


@router.post("/alerts/authority")
def pin_authority(
    request: Request,
    us: Us,
    who: Administrator,
    name: Field = "",
    certificates: Pem = "",
    senders: Field = "",
    subject: Field = "",
    allow_sha1: Field = "",
    ignore_white_space: Field = "",
) -> Response:
    named = tuple(one.strip() for one in senders.splitlines() if one.strip())
    said = Authority(name.strip(), certificates, named, subject.strip(), bool(allow_sha1), bool(ignore_white_space))
    try:
        us.warnings.office.settle(lambda connection: trusted.pin(connection, said, who, us.clock))
    except ControllerError as wrong:
        return _authority_form(request, who, said, wrong)
    return go(_PAGE, "authority-kept")


@router.post("/alerts/authority/remove")
def unpin_authority(us: Us, who: Administrator, name: Field = "") -> Response:
    us.warnings.office.settle(lambda connection: alert_sources.unpin(connection, name))
    return go(_PAGE, "authority-removed")


def _way(request: Request) -> Callable[[str], str]:
    words = words_of(request)
    return lambda kind: words.say(SOURCE_WAYS.get(kind, kind))


def _blank(us: Services) -> Source:
    return Source(SourceId(""), SourceKind.POST, "", us.clock.now())


def _form(
    request: Request,
    us: Services,
    who: Account,
    source: Source,
    *,
    known: bool = False,
    key: str = "",
    wrong: ControllerError | None = None,
) -> Response:
    with us.database.read() as connection:
        pinned = [one.name for one in alert_sources.authorities(connection)]
    said = words_of(request).say(wrong.text, **wrong.values) if wrong else ""
    return page(
        request,
        "alert_source.html.j2",
        who,
        status=wrong.status if wrong else 200,
        source=source,
        known=known,
        key=key,
        # Who is held to an authority that is believed no longer stays held to it: to none would mean to all.
        believed=[(name, name) for name in dict.fromkeys((*pinned, *source.authorities))],
        way=_way(request),
        address=f"{us.settings.url}/api/v1/alerts/incoming",
        account=f"{OutsideKind.SOURCE.value}.{source.id}",
        topic=Topics(us.settings.site).outside(OutsideKind.SOURCE, source.id) if source.id else "",
        errors={(wrong.field or "id"): said} if wrong else {},
    )


def _authority_form(
    request: Request, who: Account, authority: Authority, wrong: ControllerError | None = None
) -> Response:
    said = words_of(request).say(wrong.text, **wrong.values) if wrong else ""
    return page(
        request,
        "alert_authority.html.j2",
        who,
        status=wrong.status if wrong else 200,
        authority=authority,
        errors={(wrong.field or "name"): said} if wrong else {},
    )
