"""An official warning service of the town's country: its key, its messages, and a commune that believes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from controller.alerts.areas.commune import keep_file_of_areas
from controller.alerts.cap.message import (
    Alert,
    CapArea,
    Certainty,
    Circle,
    Info,
    Kind,
    Named,
    Point,
    Reference,
    Scope,
    Severity,
    Status,
    Urgency,
)
from controller.alerts.cap.own_key import OwnKey, make_key
from controller.alerts.cap.writing import sign, write_alert
from controller.alerts.office import Office
from controller.alerts.trusted import pin
from controller.store import alert_sources, alerts
from controller.store.alert_sources import Authority, Source, SourceKind
from controller.store.alerts import AlertId, AlertRow, SourceId
from controller.store.database import Database
from devices.clock import Clock
from schedules.programme import AreaId

SENDER = "canhbao@kttv.example"
FEED = SourceId("kttv")
COVERAGE = 100
_APART = 0.04
_SIDE = 0.002


def middle(number: int) -> Point:
    """Where the `number`-th village lies: some four kilometres from the next."""
    return Point(13.0 + _APART * number, 109.3)


def around(*numbers: int, kilometres: float = 1.0) -> CapArea:
    """A circle around the middle of each of these villages."""
    return CapArea("vùng", circles=tuple(Circle(middle(number), kilometres) for number in numbers))


def east_of(number: int) -> CapArea:
    """An area in which only the first loudspeaker of that village is heard."""
    at = middle(number)
    return CapArea("phía đông", circles=(Circle(Point(at.lat, at.lon + _SIDE), 0.05),))


def file_of_areas(villages: Mapping[AreaId, int]) -> bytes:
    """Where the loudspeakers of a town stand: along a street, the first in the east."""
    speakers = []
    for number, (village, count) in enumerate(villages.items(), start=1):
        at = middle(number)
        speakers += [
            {
                "id": f"loa-{village}-{place}",
                "area": village,
                "lat": at.lat,
                "lon": at.lon + _SIDE * (1 - 2 * (place - 1) / max(1, count - 1)),
                "coverage": COVERAGE,
            }
            for place in range(1, count + 1)
        ]
    named = [{"id": str(village), "codes": [f"T{number}"]} for number, village in enumerate(villages, start=1)]
    return json.dumps({"areas": named, "loudspeakers": speakers}).encode()


@cache
def service_key(name: str, year: int) -> OwnKey:
    """One that was made at the beginning of that year."""
    return make_key(name, datetime(year, 1, 1, tzinfo=UTC))


@dataclass
class WarningService:
    """Writes messages at the time of its clock and remembers them, so that later ones can name them."""

    office: Office
    database: Database
    clock: Clock
    known: dict[str, Alert] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key = service_key("KTTV", self.clock.now().year)

    def write(
        self,
        identifier: str,
        *,
        kind: Kind = Kind.ALERT,
        level: int | None = 4,
        areas: tuple[CapArea, ...] = (around(1),),
        of: tuple[str, ...] = (),
        headline: str = "Lũ trên sông Ba đang lên nhanh",
        instruction: str = "Bà con di chuyển ngay lên nhà văn hóa.",
        lasts: timedelta = timedelta(hours=6),
        status: Status = Status.ACTUAL,
        note: str = "",
        more: tuple[Named, ...] = (),
        responses: tuple[str, ...] = (),
    ) -> Alert:
        """A message about the messages `of`; a Cancel has no info, as genuine ones."""
        now = self.clock.now().replace(microsecond=0)
        risk = (Named("Cấp độ rủi ro thiên tai", str(level)),) if level else ()
        info = Info(
            language="vi-VN",
            categories=("Met",),
            event="Lũ",
            responses=responses,
            urgency=Urgency.IMMEDIATE,
            severity=Severity.UNKNOWN,
            certainty=Certainty.OBSERVED,
            expires=now + lasts,
            headline=headline,
            instruction=instruction,
            parameters=(*risk, *more),
            areas=areas,
        )
        made = Alert(
            identifier=identifier,
            sender=SENDER,
            sent=now,
            status=status,
            kind=kind,
            scope=Scope.PUBLIC,
            note=note,
            references=tuple(Reference(SENDER, one, self.known[one].sent) for one in of),
            infos=() if kind is Kind.CANCEL else (info,),
        )
        self.known[identifier] = made
        return made

    def signed(self, alert: Alert) -> bytes:
        return sign(write_alert(alert), self.key.key, self.key.certificate)

    def issue(self, alert: Alert) -> AlertId:
        """Signs a message and hands it in."""
        return self.hand_in(self.signed(alert))

    def hand_in(self, data: bytes) -> AlertId:
        return self.office.take_in(FEED, data)[0].alert

    def row(self, alert: AlertId) -> AlertRow:
        """What the controller makes of it now."""
        with self.database.read() as connection:
            found = alerts.find(connection, alert)
        assert found is not None, f"there is no alert {alert}"
        return found


def believe(office: Office, database: Database, clock: Clock, villages: Mapping[AreaId, int]) -> WarningService:
    """The commune knows where its loudspeakers stand and whose warnings it believes."""
    service = WarningService(office, database, clock)
    with database.write() as connection:
        keep_file_of_areas(connection, file_of_areas(villages), None, clock)
        pin(connection, Authority("kttv", service.key.pem, (SENDER,)), None, clock)
        alert_sources.add(connection, Source(FEED, SourceKind.POST, "Đài khí tượng thủy văn", clock.now()))
    return service
