"""From the bytes that arrived to messages that can be decided over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Arrived:
    """One alert with the bytes that it came in, and those that a signature covers."""

    document: bytes
    signed: bytes | None
    received: Received


def receive(data: bytes, ground: Ground, trust: Trust, at: datetime) -> Iterator[Received]:
    """Every alert in what arrived at that moment, verified once over the raw bytes. What a key vouches for is read from
    the signed bytes and from nothing else. Raises Unreadable."""
    return (arrived.received for arrived in receive_whole(data, ground, trust, at))


def receive_whole(data: bytes, ground: Ground, trust: Trust, at: datetime) -> Iterator[Arrived]:
    """The same, with the bytes. Raises Unreadable."""
    for found in find_alerts(data):
        yield _arrived(found, ground, trust, at)


def _arrived(found: Found, ground: Ground, trust: Trust, at: datetime) -> Arrived:
    signature = verify(found.document, trust, at)
    alert = read_alert(parse(found.document if signature.signed is None else signature.signed))
    wanted = signature.genuine is not Genuine.FAILED
    light = Signature(signature.genuine, signature.reason, signature.source)
    received = Received(alert, light, at, matches(alert, ground, at) if wanted else (), found.envelope)
    return Arrived(found.document, signature.signed, received)


def matches(alert: Alert, ground: Ground, at: datetime) -> tuple[Match, ...]:
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
