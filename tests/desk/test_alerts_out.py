"""What others learn of the commune's warnings: a signed feed, webhooks, people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import etree

from controller.alerts.areas.ground import Ground
from controller.alerts.cap.genuine import Genuine, SourceName
from controller.alerts.cap.message import Kind
from controller.alerts.cap.trust import Pin, Trust, read_certificates
from controller.alerts.notices import MOST_ATTEMPTS, Notices
from controller.alerts.reception import receive
from controller.store.notices import Channel, ChannelKind
from controller.store.tables import alert_notices
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


def test_people_are_told_once_of_what_is_said_and_of_its_end(town: Town, service: WarningService) -> None:
    told: list[tuple[str, str]] = []
    notices = Notices(town.app.database, town.clock, lambda address, title, text: not told.append((address, title)))
    notices.add(Channel("chu-tich", ChannelKind.APPRISE, "tgram://token/1", True, town.clock.now()))
    service.issue(service.write("A1"))
    service.issue(service.write("C1", kind=Kind.CANCEL, of=("A1",)))
    for _ in range(3):
        notices.send()
    assert [title.split(":")[0] for _, title in told] == ["Đang phát", "Đã kết thúc"]


def test_a_notice_that_is_not_taken_is_tried_again_at_growing_distance_and_not_for_ever(
    town: Town, service: WarningService
) -> None:
    tries: list[float] = []
    begun = town.clock.now()

    def refuse(address: str, title: str, text: str) -> bool:
        tries.append((town.clock.now() - begun).total_seconds())
        return False

    notices = Notices(town.app.database, town.clock, refuse)
    notices.add(Channel("sms", ChannelKind.APPRISE, "tgram://token/1", True, town.clock.now()))
    service.issue(service.write("A1"))
    for _ in range(2000):
        notices.send()
        town.clock.advance_to(town.clock.now() + timedelta(seconds=5))
    assert len(tries) == MOST_ATTEMPTS
    pauses = [later - sooner for sooner, later in pairwise(tries)]
    assert pauses == sorted(pauses)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "http://[::1]/"])
def test_a_webhook_never_reaches_into_a_private_network(town: Town, service: WarningService, address: str) -> None:
    us = town.app.services
    us.warnings.notices.add(Channel("hook", ChannelKind.WEBHOOK, address, False, town.clock.now()))
    service.issue(service.write("A1"))
    us.warnings.notices.send()
    with us.database.read() as connection:
        (row,) = connection.execute(alert_notices.select())
    assert "private" in row.trouble
    assert json.loads(json.dumps(row.body))["title"].startswith("Đang phát")
