"""What went wrong elsewhere, tried on the whole system: the real controller and real loudspeakers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from controller.store.people import Role
from controller.store.tables import receipts
from controller.town import COMMUNE, Town
from controller.town.warnings import WarningService, believe
from devices.protocol.codec import decode, encode
from devices.protocol.messages import AreaUrgent
from devices.protocol.signing import SigningKey, unseal
from devices.protocol.topics import AreaChannel, DeviceId
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=COMMUNE_ZONE)
VILLAGE = AreaId("thon-1")
HORN = DeviceId("loa-thon-1-1")
PASSWORD = "mật khẩu đủ dài"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, NOON, villages={VILLAGE: 1}) as built:
        built.run_for(timedelta(minutes=1))
        yield built


@pytest.fixture
def service(town: Town) -> WarningService:
    us = town.app.services
    return believe(us.warnings.office, us.database, town.clock, {VILLAGE: 1})


def topic(town: Town) -> str:
    """All loudspeakers of the commune are reached, so the commune is told."""
    return town.app.topics.area(COMMUNE, AreaChannel.URGENT)


def said_on_the_wire(town: Town, payload: bytes) -> None:
    """By somebody who owns the broker."""
    link = town.broker.link("intruder", lambda message: None)
    link.start()
    town.run_for(timedelta(seconds=1))
    link.publish(topic(town), payload, retain=True)
    town.run_for(timedelta(minutes=1))
    link.stop()


@pytest.mark.long
def test_failure_dallas_2017_an_order_that_was_recorded_does_not_sound_again_after_all_stop(
    town: Town, service: WarningService
) -> None:
    service.issue(service.write("A1"))
    town.run_for(timedelta(seconds=5))
    recorded = town.broker.retained[topic(town)]
    town.app.services.warnings.decisions.stop((), town.approver, "", timedelta(minutes=5))
    town.run_for(timedelta(seconds=5))
    sounded = len(town.horns[HORN].sounded)
    said_on_the_wire(town, recorded)
    assert len(town.horns[HORN].sounded) == sounded


def test_failure_barix_2016_and_2025_whoever_owns_the_network_still_cannot_speak(
    town: Town, service: WarningService
) -> None:
    service.issue(service.write("A1"))
    town.run_for(timedelta(minutes=2))
    key, now = town.app.services.site_key, town.clock.now()
    opened = unseal(town.broker.retained[topic(town)], topic=topic(town), now=None, find_key={key.id: key}.get)
    order = decode(opened.payload, AreaUrgent)
    forged = AreaUrgent(
        area=COMMUNE, serial=order.serial + 10**6, issued_at=now, until=now + timedelta(hours=1), sounds=order.sounds
    )
    sounded = len(town.horns[HORN].sounded)
    said_on_the_wire(
        town, SigningKey.generate().seal(encode(forged), topic=topic(town), issued_at=now, expires_at=forged.until)
    )
    assert len(town.horns[HORN].sounded) == sounded


def test_failure_jerusalem_2022_the_suppliers_account_makes_no_sound_and_pins_no_key(
    town: Town, service: WarningService
) -> None:
    for name, role in (("hang", Role.TECHNICIAN), ("xem", Role.VIEWER)):
        town.app.access.add_account(name, name, PASSWORD, frozenset({role}))
        supplier = TestClient(town.app.site)
        supplier.post("/api/v1/session", json={"username": name, "password": PASSWORD})
        own = {"hazard": "flood", "level": 4, "areas": [VILLAGE]}
        asked = [
            supplier.post("/api/v1/alerts/own", json=own),
            supplier.post("/api/v1/alerts/files", content=service.signed(service.write("A1"))),
            supplier.post("/api/v1/alerts/stop", json={}),
            supplier.post("/api/v1/exercise", json={"name": "thử", "until": "2026-11-23T13:00:00+07:00"}),
            supplier.put("/api/v1/alert-authorities/ta", json={"certificates": service.key.pem}),
            supplier.post("/api/v1/alert-sources", json={"id": "ta", "kind": "post"}),
            supplier.put("/api/v1/standing-orders", json={}),
        ]
        assert {answer.status_code for answer in asked} == {403}
    town.run_for(timedelta(minutes=1))
    assert town.horns[HORN].sounded == []


def test_failure_libretime_1486_that_it_was_heard_is_the_loudspeakers_own_word(
    town: Town, service: WarningService
) -> None:
    service.issue(service.write("A1"))
    with town.app.database.read() as connection:
        assert connection.execute(receipts.select()).all() == []
    town.run_for(timedelta(minutes=3))
    with town.app.database.read() as connection:
        (row,) = connection.execute(receipts.select()).all()
    assert (row.device, row.outcome) == (HORN, "played")
    assert row.seconds > 10


def test_failure_athoc_the_first_words_are_not_clipped_because_the_siren_comes_before_them(
    town: Town, service: WarningService
) -> None:
    service.issue(service.write("A1"))
    town.run_for(timedelta(minutes=2))
    siren, words = town.horns[HORN].sounded[:2]
    assert "siren" in siren.track.occurrence
    assert siren.seconds >= 10
    assert words.position == 0


def test_failure_bus_stops_2025_a_loudspeaker_with_old_software_is_known_by_name(tmp_path: Path) -> None:
    old, new = "loa-xa 1.0.0", "loa-xa 1.0.1"
    with Town(tmp_path, NOON, villages={VILLAGE: 3}) as town:
        patched, forgotten, away = sorted(town.horns)
        for horn in town.horns.values():
            horn.cut_power()
            horn.software = old
            horn.boot()
        town.run_for(timedelta(minutes=2))
        town.cut_line(away)
        town.horns[patched].cut_power()
        town.horns[patched].software = new
        town.horns[patched].boot()
        town.run_for(timedelta(minutes=2))
        town.app.access.add_account("ky-thuat", "Kỹ thuật", PASSWORD, frozenset({Role.TECHNICIAN}))
        technician = TestClient(town.app.site)
        technician.post("/api/v1/session", json={"username": "ky-thuat", "password": PASSWORD})
        inventory = {one["id"]: one["software"] for one in technician.get("/api/v1/devices").json()}
        assert inventory == {patched: new, forgotten: old, away: old}


def test_failure_eas_zombies_2013_no_two_loudspeakers_share_a_secret_and_a_used_code_opens_nothing(town: Town) -> None:
    town.app.access.add_account("ky-thuat", "Kỹ thuật", PASSWORD, frozenset({Role.TECHNICIAN}))
    technician = TestClient(town.app.site)
    technician.post("/api/v1/session", json={"username": "ky-thuat", "password": PASSWORD})
    joined, codes = [], []
    for name in ("loa-a", "loa-b"):
        asked = {"device": name, "area": VILLAGE, "name": name}
        codes.append(technician.post("/api/v1/enrolment-codes", json=asked).json()["code"])
        sent = {"code": codes[-1], "public_key": SigningKey.generate().public.text}
        joined.append(TestClient(town.app.site).post("/api/v1/enrolments", json=sent).json())
    secrets = [value for one in joined for name, value in one.items() if name in ("mqtt_password", "audio_token")]
    assert len(secrets) >= 2 and len(set(secrets)) == len(secrets) and all(len(one) >= 20 for one in secrets)
    again = {"code": codes[0], "public_key": SigningKey.generate().public.text}
    assert TestClient(town.app.site).post("/api/v1/enrolments", json=again).status_code == 404


def test_failure_codered_2025_templates_and_the_areas_file_are_had_from_the_communes_own_box(
    town: Town, service: WarningService
) -> None:
    town.app.access.add_account("xem", "Xem", PASSWORD, frozenset({Role.VIEWER}))
    viewer = TestClient(town.app.site)
    viewer.post("/api/v1/session", json={"username": "xem", "password": PASSWORD})
    assert all(one["correction"] for one in viewer.get("/api/v1/alerts/templates").json())
    exported = viewer.get("/api/v1/areas-file").json()
    assert [one["id"] for one in exported["loudspeakers"]] == [HORN]


def test_every_row_of_the_table_of_failures_has_a_test_of_its_name() -> None:
    """One word for each row; the tests that need no loudspeaker stand beside the deciding."""
    rows = ("dallas", "sirenjack", "hawaii", "eas_zombies", "barix", "jerusalem", "bus_stops", "codered", "libretime")
    written = Path(__file__).read_text(encoding="utf-8")
    written += (Path(__file__).parents[1] / "desk" / "test_alerts_check.py").read_text(encoding="utf-8")
    assert [row for row in (*rows, "athoc") if f"def test_failure_{row}" not in written] == []
