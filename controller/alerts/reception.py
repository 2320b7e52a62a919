"""From the bytes that arrived to messages that can be decided over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from controller.alerts.areas.ground import Ground
from controller.alerts.areas.match import MOST_SHAPES, Match, match
from controller.alerts.cap.containers import Found, find_alerts
from controller.alerts.cap.genuine import Genuine, Signature
from controller.alerts.cap.message import Alert, CapArea
from controller.alerts.cap.reading import read_alert
from controller.alerts.cap.trust import Trust
from controller.alerts.cap.verify import verify
from controller.alerts.cap.xml import parse
from controller.alerts.policy.decision import Received
from schedules.timespan import COMMUNE_ZONE


def receive(data: bytes, ground: Ground, trust: Trust, at: datetime) -> Iterator[Received]:
    """Every alert in what arrived at that moment, verified once over the raw bytes. What a key vouches for is read from
    the signed bytes and from nothing else. Raises Unreadable."""
    for found in find_alerts(data):
        yield _received(found, ground, trust, at)


def _received(found: Found, ground: Ground, trust: Trust, at: datetime) -> Received:
    signature = verify(found.document, trust, at)
    alert = read_alert(parse(found.document if signature.signed is None else signature.signed))
    wanted = signature.genuine is not Genuine.FAILED
    return Received(alert, _light(signature), at, _matches(alert, ground, at) if wanted else (), found.envelope)


def _light(signature: Signature) -> Signature:
    """Without the bytes: they have been read."""
    return Signature(signature.genuine, signature.reason, signature.source)


def _matches(alert: Alert, ground: Ground, at: datetime) -> tuple[Match, ...]:
    """One per info block. A block without any area means the areas of its fellows, as translations do."""
    sent_on = (alert.sent or at).astimezone(COMMUNE_ZONE).date()
    everywhere = tuple(dict.fromkeys(area for info in alert.infos for area in info.areas))
    shapes = sum(len(area.polygons) + len(area.circles) for area in everywhere)
    if shapes > MOST_SHAPES:
        return (Match(unreadable=(f"{shapes} shapes in one alert",)),) * len(alert.infos)
    known: dict[tuple[CapArea, ...], Match] = {}
    for info in alert.infos:
        areas = info.areas or everywhere
        if areas not in known:
            known[areas] = match(areas, ground, sent_on)
    return tuple(known[info.areas or everywhere] for info in alert.infos)
