"""What warnings depend on: sources, trusted authorities, standing orders, the file of areas, exercises."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends
from fastapi.responses import Response

from controller.alerts import exercises, standing_orders, trusted
from controller.alerts.areas.commune import file_of_areas, keep_file_of_areas
from controller.alerts.errors import BadAreas
from controller.errors import Invalid, NotFound
from controller.store import alert_sources
from controller.store.alert_sources import Authority, Source, SourceKind
from controller.store.alerts import SourceId
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.alert_shapes import (
    AuthorityGiven,
    AuthorityTaken,
    ExerciseGiven,
    ExerciseTaken,
    GaugeAdded,
    GaugeGiven,
    KeyGiven,
    SourceAdded,
    SourceChanged,
    SourceGiven,
    SourceTaken,
    StandingOrdersGiven,
)
from controller.web.services import Services, services_of
from schedules.timespan import COMMUNE_ZONE

router = APIRouter(tags=["alerts"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Administrator = Annotated[Account, Depends(need(Role.ADMINISTRATOR))]
Technician = Annotated[Account, Depends(need(Role.TECHNICIAN))]
Approver = Annotated[Account, Depends(need(Role.APPROVER))]


@router.get("/alert-sources", summary="Where warnings come from")
def list_sources(us: Us, _: Anyone) -> list[SourceGiven]:
    with us.database.read() as connection:
        return [SourceGiven(**_source(one)) for one in alert_sources.everything(connection)]


@router.post("/alert-sources", status_code=201, summary="Let a source in; its key is shown once")
def add_source(us: Us, body: SourceTaken, _: Administrator) -> SourceAdded:
    source = _wished(us, body.id, body.kind, body)
    return SourceAdded(**_source(source), key=us.warnings.sources.add(source))


@router.put("/alert-sources/{source}", status_code=204, summary="Settle a source anew; its kind and its key stay")
def change_source(us: Us, source: str, body: SourceChanged, _: Administrator) -> Response:
    us.warnings.sources.change(_wished(us, source, SourceKind.POST, body))
    return Response(status_code=204)


@router.post("/alert-sources/{source}/key", status_code=201, summary="A new key for a source; the old one is dead")
def renew_key(us: Us, source: str, _: Administrator) -> KeyGiven:
    return KeyGiven(key=us.warnings.sources.renew_key(SourceId(source)))


@router.delete("/alert-sources/{source}", status_code=204, summary="Take nothing in from this source any more")
def remove_source(us: Us, source: str, _: Administrator) -> Response:
    us.warnings.sources.remove(SourceId(source))
    return Response(status_code=204)


@router.get("/alert-authorities", summary="Whose signatures are believed")
def list_authorities(us: Us, _: Anyone) -> list[AuthorityGiven]:
    with us.database.read() as connection:
        return [AuthorityGiven(**asdict(one)) for one in alert_sources.authorities(connection)]


@router.put("/alert-authorities/{name}", summary="Pin an authority's keys")
def pin_authority(us: Us, name: str, body: AuthorityTaken, who: Administrator) -> AuthorityGiven:
    """A certificate inside a message proves nothing; only what is pinned here does."""
    authority = Authority(
        name, body.certificates, tuple(body.senders), body.subject, body.allow_sha1, body.ignore_white_space
    )
    us.warnings.office.settle(lambda connection: trusted.pin(connection, authority, who, us.clock))
    return AuthorityGiven(name=name, **body.model_dump())


@router.delete("/alert-authorities/{name}", status_code=204, summary="Believe this authority no longer")
def unpin_authority(us: Us, name: str, _: Administrator) -> Response:
    with us.database.write() as connection:
        if not alert_sources.unpin(connection, name):
            raise NotFound("unknown-authority", "There is no authority {name!r}.", name=name)
    return Response(status_code=204)


@router.get("/gauges", summary="Rain and water gauges on MQTT, with what their last readings came to")
def list_gauges(us: Us, _: Anyone) -> list[GaugeGiven]:
    return [
        GaugeGiven(id=name, settings=msgspec.to_builtins(gauge), level=state.reached, value=state.value, at=state.at)
        for name, (gauge, state) in us.warnings.gauges.everything().items()
    ]


@router.put("/gauges/{name}", summary="Settle a gauge; its broker password is shown once")
def put_gauge(us: Us, name: str, body: dict[str, Any], _: Technician) -> GaugeAdded:
    """`settings`: name, hazard, unit, thresholds (value, level), areas, hysteresis, hold_seconds, gap_seconds. It
    publishes a number, or {"value": …, "at": …}, on the topic `sensor/NAME` of the site as `sensor.NAME`."""
    gauge = us.warnings.gauges.put(name, body)
    secret = us.warnings.sources.let_in_gauge(name)
    return GaugeAdded(id=name, settings=msgspec.to_builtins(gauge), level=0, value=None, at=None, password=secret)


@router.delete("/gauges/{name}", status_code=204, summary="Hear this gauge no longer")
def remove_gauge(us: Us, name: str, _: Technician) -> Response:
    us.warnings.gauges.remove(name)
    us.warnings.sources.shut_out_gauge(name)
    return Response(status_code=204)


@router.get("/standing-orders", summary="Which bulletin is of which class, by which standing order")
def read_standing_orders(us: Us, _: Anyone) -> StandingOrdersGiven:
    with us.database.read() as connection:
        return dict(standing_orders.as_plain(standing_orders.read_orders(connection)))


@router.put("/standing-orders", summary="Settle the standing orders anew")
def settle_standing_orders(us: Us, body: dict[str, Any], who: Administrator) -> StandingOrdersGiven:
    us.warnings.office.settle(lambda connection: standing_orders.keep_orders(connection, body, who, us.clock))
    return read_standing_orders(us, who)


@router.get(
    "/areas-file", summary="Codes, outlines and places of loudspeakers, as `loa alert check --areas` reads them"
)
def read_areas_file(us: Us, _: Anyone) -> dict[str, Any]:
    with us.database.read() as connection:
        return dict(json.loads(file_of_areas(connection)))


@router.put("/areas-file", status_code=204, summary="Say anew where loudspeakers stand and how areas are named")
def keep_areas_file(us: Us, body: dict[str, Any], who: Technician) -> Response:
    data = json.dumps(body, ensure_ascii=False).encode()
    try:
        us.warnings.office.settle(lambda connection: keep_file_of_areas(connection, data, who, us.clock))
    except BadAreas as wrong:
        raise Invalid("bad-areas", "This file of areas cannot be used: {why}", why=str(wrong)) from wrong
    return Response(status_code=204)


@router.get("/exercise", summary="The exercise that is open, or was the last")
def read_exercise(us: Us, _: Anyone) -> ExerciseGiven | None:
    with us.database.read() as connection:
        found = exercises.read_exercise(connection)
    if found is None:
        return None
    return ExerciseGiven(name=found.name, until=found.until, open=found.is_open(us.clock.now()))


@router.post("/exercise", status_code=201, summary="Open an exercise by name")
def open_exercise(us: Us, body: ExerciseTaken, who: Approver) -> ExerciseGiven | None:
    until = body.until if body.until.tzinfo else body.until.replace(tzinfo=COMMUNE_ZONE)
    us.warnings.office.settle(
        lambda connection: exercises.open_exercise(connection, body.name, until, who, us.clock.now())
    )
    return read_exercise(us, who)


@router.delete("/exercise", status_code=204, summary="End the exercise at once")
def close_exercise(us: Us, who: Approver) -> Response:
    us.warnings.office.settle(lambda connection: exercises.close_exercise(connection, who, us.clock.now()))
    return Response(status_code=204)


def _wished(us: Services, named: str, kind: SourceKind, body: SourceChanged) -> Source:
    return Source(
        SourceId(named),
        kind,
        body.name or named,
        us.clock.now(),
        tuple(body.authorities),
        body.url,
        body.poll_seconds,
        body.local,
        body.heartbeat_seconds,
    )


def _source(source: Source) -> dict[str, Any]:
    plain = asdict(source)
    for hidden in ("added_at", "etag", "modified", "links"):
        del plain[hidden]
    return plain
