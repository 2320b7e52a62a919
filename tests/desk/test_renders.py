"""Nobody sits in front of a long text: it waits in line for the voice, shows how far it is, and survives a restart."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from controller.broadcasting.desk import AT_ONCE
from controller.store import bulletins, renders
from controller.store.renders import LEASE, Render, RenderId
from controller.store.states import ProgrammeState, RenderState
from controller.town import Town
from schedules.programme import ProgrammeId
from schedules.timespan import COMMUNE_ZONE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)


def long_text(about: str) -> str:
    """Longer than anybody should have to wait for; other words each time, so that nobody has read it before."""
    return " ".join(f"Mời bà con {about} đến nhà văn hóa thôn {number} họp." for number in range(13))


def render_of(town: Town, address: str) -> Render:
    with town.app.database.read() as connection:
        found = renders.find(connection, RenderId(address.rsplit("/", 1)[1]))
    assert found is not None
    return found


def ask(hoa: Any, text: str) -> dict[str, Any]:
    answer = hoa.http.post("/api/v1/speech/renders", json={"text": text})
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def look(hoa: Any, render: str) -> dict[str, Any]:
    found: dict[str, Any] = hoa.http.get(f"/api/v1/speech/renders/{render}").json()
    return found


@pytest.mark.long
def test_a_long_bulletin_is_saved_and_sent_for_approval_when_the_voice_has_read_it(commune: Town, hoa: Any) -> None:
    text = long_text("xóm Đông")
    assert len(text) > AT_ONCE
    where = hoa.write(text=text)
    assert re.fullmatch(r"/bulletins/readings/r[0-9a-f-]+", where)
    assert "Đang chờ giọng đọc" in hoa.get(where)
    assert "xóm Đông" in hoa.get("/programmes")
    assert commune.app.renders.work()
    onwards = hoa.http.get(where)
    assert re.fullmatch(r"/programmes/p-[0-9a-f]{32}", onwards.url.path)
    with commune.app.database.read() as connection:
        row = bulletins.find_programme(connection, ProgrammeId(onwards.url.path.rsplit("/", 1)[1]))
    assert row is not None
    assert row.state is ProgrammeState.SUBMITTED
    assert "Đang được đọc thành lời" not in hoa.get("/programmes")


@pytest.mark.long
def test_the_same_long_form_sent_twice_is_read_and_saved_once(commune: Town, hoa: Any) -> None:
    form = {**hoa.form, "text": long_text("xóm Đoài")}
    first, second = (hoa.post("/bulletins", form).url.path for _ in range(2))
    assert first == second
    while commune.app.renders.work():
        pass
    saved = hoa.http.get(first).url.path
    assert hoa.post("/bulletins", form).url.path == saved


@pytest.mark.long
def test_a_text_is_heard_at_once_when_it_is_short_or_was_read_before(commune: Town, hoa: Any) -> None:
    text = long_text("xóm Nam")
    waiting = ask(hoa, text)
    assert (waiting["state"], waiting["share"], waiting["before"], waiting["recording"]) == ("waiting", 0.0, 0, None)
    assert commune.app.renders.work()
    done = look(hoa, waiting["id"])
    assert (done["state"], done["share"], done["problem"]) == ("done", 1.0, "")
    assert done["recording"]["seconds"] > 30
    assert hoa.write(text=text).startswith("/programmes/")
    assert hoa.write(text="Mời bà con ra họp.").startswith("/programmes/")


def test_who_listens_sees_the_words_at_once_and_how_far_the_voice_is(commune: Town, hoa: Any) -> None:
    form = {**hoa.form, "text": long_text("UBND xã")}
    before = hoa.http.post("/bulletins/preview", data=form, headers={"HX-Request": "true"}).text
    assert "Ủy ban nhân dân xã" in before
    assert "<audio" not in before
    (follow,) = re.findall(r'hx-get="(/bulletins/readings/[^"]+)"', before)
    assert commune.app.renders.work()
    after = hoa.http.get(follow, headers={"HX-Request": "true"}).text
    assert "<audio" in after
    assert "hx-get" not in after


@pytest.mark.long
def test_a_text_that_was_being_read_when_the_controller_died_is_read_by_the_next_one(
    tmp_path: Path, people_of: Callable[[Town], Any]
) -> None:
    with Town(tmp_path, NOW) as town:
        hoa = people_of(town)
        asked = ask(hoa, long_text("xóm Bắc"))
        with town.app.database.write() as connection:
            taken = renders.take(connection, town.clock.now())
        assert taken is not None
        assert look(hoa, asked["id"])["state"] == "speaking"
        assert not town.app.renders.work()
        town.kill_controller()
        town.boot_controller()
        hoa = people_of(town)
        town.run_for(timedelta(minutes=1))
        assert look(hoa, asked["id"])["state"] == "done"


def test_a_text_that_ends_the_controller_each_time_is_given_up_after_the_third_restart(commune: Town, hoa: Any) -> None:
    asked = ask(hoa, long_text("xóm Đổ"))
    for _ in range(4):
        with commune.app.database.write() as connection:
            assert renders.take(connection, commune.clock.now()) is not None
        commune.app.renders.resume()
    assert commune.app.renders.work()
    given_up = look(hoa, asked["id"])
    assert (given_up["state"], given_up["problem_code"]) == ("failed", "given-up")
    assert given_up["problem"].startswith("Máy chủ đã dừng 4 lần")
    assert not commune.app.renders.work()


@pytest.mark.long
def test_another_controller_takes_over_what_nobody_has_worked_on_for_long(commune: Town, hoa: Any) -> None:
    asked = ask(hoa, long_text("xóm Tây"))
    with commune.app.database.write() as connection:
        renders.take(connection, commune.clock.now() - LEASE - timedelta(seconds=1))
    assert commune.app.renders.work()
    assert look(hoa, asked["id"])["state"] == "done"


def test_a_text_that_is_not_wanted_any_more_stops_half_way_and_leaves_nothing(commune: Town, hoa: Any) -> None:
    asked = ask(hoa, " ".join(long_text(f"đội {number}") for number in range(6)))
    kept = sound_count(commune)
    voice = threading.Thread(target=commune.app.renders.work)
    voice.start()
    while look(hoa, asked["id"])["share"] == 0.0:
        time.sleep(0.01)
    stopped = hoa.http.post(f"/api/v1/speech/renders/{asked['id']}/cancel").json()
    assert stopped["state"] == "cancelled"
    voice.join()
    assert look(hoa, asked["id"])["state"] == "cancelled"
    assert sound_count(commune) == kept
    again = hoa.http.post(f"/api/v1/speech/renders/{asked['id']}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "render-ended")


def sound_count(commune: Town) -> int:
    return len(list((commune.folder / "controller" / "speech" / "sounds").iterdir()))


def test_stopping_a_bulletin_gives_back_all_that_was_typed(commune: Town, hoa: Any) -> None:
    where = hoa.write(text=long_text("xóm Giữa"), title="Họp xóm Giữa", volume="55")
    form = hoa.post(f"{where}/cancel").text
    assert "Họp xóm Giữa" in form
    assert 'value="55"' in form
    assert "xóm Giữa đến nhà văn hóa" in form
    assert not commune.app.renders.work()


@pytest.mark.long
def test_a_time_that_passed_while_the_voice_read_is_told_and_nothing_is_lost(
    tmp_path: Path, people_of: Callable[[Town], Any]
) -> None:
    with Town(tmp_path, NOW) as town:
        hoa = people_of(town)
        where = hoa.write(text=long_text("xóm Hạ"), date="23/11/2026", clock="08:10")
        town.clock.advance_to(NOW + timedelta(minutes=20))
        assert town.app.renders.work()
        assert render_of(town, where).state is RenderState.FAILED
        page = hoa.get(where)
        assert "Thời điểm đã qua" in page or "đã qua" in page
        assert "xóm Hạ" in hoa.get(re.findall(r'href="(/bulletins/new\?reading=[^"]+)"', page)[0])


def test_what_others_wait_for_is_nobody_elses_business(hoa: Any, visit: Callable[..., Any]) -> None:
    asked = ask(hoa, long_text("xóm Kín"))
    assert visit("ca").http.get(f"/api/v1/speech/renders/{asked['id']}").status_code == 404
    assert visit("binh").http.get(f"/api/v1/speech/renders/{asked['id']}").status_code == 403
    assert asked["id"] in [one["id"] for one in hoa.http.get("/api/v1/speech/renders").json()]


@pytest.mark.parametrize("text", ["", "… !", "a" * 20_001])
def test_what_nobody_could_read_never_enters_the_line(hoa: Any, text: str) -> None:
    before = hoa.http.get("/api/v1/speech/renders").json()
    assert hoa.http.post("/api/v1/speech/renders", json={"text": text}).status_code == 422
    assert hoa.http.get("/api/v1/speech/renders").json() == before
