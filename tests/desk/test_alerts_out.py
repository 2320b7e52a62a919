"""What others learn of the commune's warnings: a signed feed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import etree

from controller.alerts.areas.ground import Ground
from controller.alerts.cap.genuine import Genuine, SourceName
from controller.alerts.cap.message import Kind
from controller.alerts.cap.trust import Pin, Trust, read_certificates
from controller.alerts.reception import receive
from controller.town import Town
from controller.town.warnings import WarningService, believe
from devices.clock import SystemClock
from schedules.programme import AreaId

SCHEMA = Path(__file__).parents[2] / ".." / "shared" / "data" / "cap" / "cap12.xsd"
VILLAGES = {AreaId("thon-1"): 1}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, SystemClock().now(), villages=VILLAGES) as built:
        yield built


@pytest.fixture
def service(town: Town) -> WarningService:
    us = town.app.services
    return believe(us.warnings.office, us.database, town.clock, VILLAGES)


def test_the_feed_lists_what_is_being_said_signed_by_the_commune_and_valid(town: Town, service: WarningService) -> None:
    alert = service.issue(service.write("A1"))
    anybody = TestClient(town.app.site)
    feed = anybody.get("/public/alerts.atom")
    assert anybody.get("/public/alerts.atom", headers={"If-None-Match": feed.headers["etag"]}).status_code == 304
    (link,) = etree.fromstring(feed.content).findall(".//{*}link")
    assert link.get("href", "").endswith(f"/public/alerts/{alert}.cap")
    document = anybody.get(f"/public/alerts/{alert}.cap").content
    own = read_certificates(anybody.get("/public/alerts.pem").content, "own")
    trust = Trust((Pin(SourceName("xa"), tuple(own)),))
    (received,) = receive(document, Ground({}), trust, town.clock.now())
    assert received.signature.genuine is Genuine.VERIFIED
    assert received.alert.infos[0].headline == "Lũ trên sông Ba đang lên nhanh"
    if SCHEMA.exists():
        etree.XMLSchema(file=str(SCHEMA)).assertValid(etree.fromstring(document))
    service.issue(service.write("C1", kind=Kind.CANCEL, of=("A1",)))
    assert etree.fromstring(anybody.get("/public/alerts.atom").content).findall(".//{*}entry") == []
    assert anybody.get(f"/public/alerts/{alert}.cap").status_code == 404
