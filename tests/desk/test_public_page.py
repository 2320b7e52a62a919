"""What anybody may read without logging in, and what nobody ever finds there."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from controller.broadcasting.desk import Draft, Script
from controller.store import bulletins
from controller.store.states import Step
from controller.town import Town
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE

MORNING = datetime(2026, 11, 23, 5, 0, tzinfo=COMMUNE_ZONE)
PUBLIC, PRIVATE, DRAFT, WAITING, WITHDRAWN, LATER = (
    f"Tin {name} <b>" for name in ("chung", "riêng", "nháp", "chờ duyệt", "đã gỡ", "tối nay")
)


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """At half past six, after one bulletin of each sort might have been aired at six."""
    with Town(tmp_path_factory.mktemp("town"), MORNING, villages={AreaId("thon-1"): 1}) as town:
        written = {
            title: _write(town, title, public=title != PRIVATE, steps=steps, at=at)
            for title, steps, at in (
                (PUBLIC, (Step.SUBMIT, Step.APPROVE), time(6, 0)),
                (PRIVATE, (Step.SUBMIT, Step.APPROVE), time(6, 5)),
                (WITHDRAWN, (Step.SUBMIT, Step.APPROVE), time(6, 10)),
                (DRAFT, (), time(6, 15)),
                (WAITING, (Step.SUBMIT,), time(6, 20)),
                (LATER, (Step.SUBMIT, Step.APPROVE), time(19, 0)),
            )
        }
        town.app.services.replan()
        town.run_for(timedelta(hours=1, minutes=30))
        town.withdraw(written[WITHDRAWN])
        yield town


def _write(town: Town, title: str, *, public: bool, steps: tuple[Step, ...], at: time) -> ProgrammeId:
    us = town.app.services
    script = Script(f"Nội dung của {title.removesuffix(' <b>')}.")
    bulletin = us.desk.write(Draft(title, BulletinClass.NORMAL, script, public=public), town.editor)
    when = Recurrence(at=at, first=date(2026, 11, 23), last=date(2026, 11, 23))
    row = us.desk.propose(bulletin.id, (AreaId("thon-1"),), when, 80, town.editor)
    for step in steps:
        us.approval.take(row.id, step, town.editor if step is Step.SUBMIT else town.approver)
    return row.id


@pytest.fixture
def stranger(heard: Town) -> TestClient:
    return TestClient(heard.app.site, headers={"Accept-Language": "vi"})


def bulletins_of(town: Town) -> dict[str, str]:
    with town.app.database.read() as connection:
        return {one.title: one.id for one in bulletins.latest(connection, 50)}


@pytest.mark.long
def test_what_was_aired_can_be_read_and_heard_again_by_a_stranger(stranger: TestClient, heard: Town) -> None:
    page = stranger.get("/public")
    assert page.status_code == 200
    assert "Tin chung &lt;b&gt;" in page.text
    assert "Nội dung của Tin chung." in page.text
    own = f"/public/bulletins/{bulletins_of(heard)[PUBLIC]}"
    assert f'src="{own}/sound"' in page.text
    sound = stranger.get(f"{own}/sound")
    assert (sound.status_code, sound.headers["content-type"]) == (200, "audio/ogg")
    assert sound.content.startswith(b"OggS")
    assert "Tin chung &lt;b&gt;" in stranger.get(own).text


@pytest.mark.parametrize("title", [PRIVATE, DRAFT, WAITING, WITHDRAWN, LATER])
def test_what_is_not_approved_not_aired_or_not_meant_for_it_never_appears(
    stranger: TestClient, heard: Town, title: str
) -> None:
    own, word = f"/public/bulletins/{bulletins_of(heard)[title]}", title.removesuffix(" <b>")
    assert word not in stranger.get("/public").text
    assert word not in stranger.get("/public/feed.xml").text
    assert [stranger.get(f"{own}{part}").status_code for part in ("", "/sound", "/card.png")] == [404, 404, 404]


def test_nobody_who_works_there_is_named(stranger: TestClient, heard: Town) -> None:
    said = stranger.get("/public").text + stranger.get("/public/feed.xml").text
    for person in (heard.editor, heard.approver):
        assert person.name not in said
        assert person.username not in said


def test_a_feed_reader_finds_each_bulletin_with_its_sound(stranger: TestClient, heard: Town) -> None:
    channel = ElementTree.fromstring(stranger.get("/public/feed.xml").content).find("channel")
    assert channel is not None
    assert [item.findtext("title") for item in channel.iter("item")] == [PUBLIC]
    enclosure = channel.find("item/enclosure")
    assert enclosure is not None
    path = httpx.URL(enclosure.attrib["url"]).path
    assert len(stranger.get(path).content) == int(enclosure.attrib["length"])


def test_the_picture_to_print_is_drawn_here(stranger: TestClient) -> None:
    drawn = stranger.get("/public/qr.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(drawn.content)
    assert root.tag.endswith("svg")
    assert "http" not in drawn.text.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_a_messenger_finds_a_picture_and_the_title(stranger: TestClient, heard: Town) -> None:
    page = stranger.get(f"/public/bulletins/{bulletins_of(heard)[PUBLIC]}").text
    (address,) = re.findall('property="og:image" content="([^"]+)"', page)
    drawn = stranger.get(httpx.URL(address).path)
    assert drawn.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(drawn.content)).size == (1200, 630)
    assert 'property="og:title" content="Tin chung &lt;b&gt;' in page


def test_the_page_runs_nothing_of_its_own_and_asks_nobody_else(stranger: TestClient) -> None:
    answer = stranger.get("/public")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "style=" not in answer.text
    assert "//" not in answer.text.replace("http://www.w3.org", "")


def test_it_can_be_switched_off(heard: Town, monkeypatch: Any) -> None:
    services = heard.app.site.state.services
    closed = replace(services, settings=services.settings.model_copy(update={"public_page": False}))
    monkeypatch.setattr(heard.app.site.state, "services", closed)
    http = TestClient(heard.app.site)
    paths = ("", "/feed.xml", "/qr.svg", f"/bulletins/{bulletins_of(heard)[PUBLIC]}/sound")
    assert [http.get(f"/public{path}").status_code for path in paths] == [404] * 4
