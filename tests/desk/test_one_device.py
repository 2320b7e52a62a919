"""One loudspeaker at the console: how it is, what it plays and measures, and what a technician does with it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.store import audit, device_orders, fleet, readings
from controller.store.readings import LEAST_OFTEN, MOST_OFTEN, Reading, is_worth_keeping
from controller.town import Town
from controller.web.language import Language
from controller.web.pages.charts import WIDTH, chart
from controller.web.pages.words import Words
from devices.protocol.topics import DeviceId
from schedules.calendars import quiet_hours
from schedules.programme import AreaId
from schedules.recurrence import Recurrence

Visit = Callable[..., Any]
HORN, GONE = DeviceId("loa-thon-1-1"), DeviceId("loa-thon-2-1")
MINUTE = timedelta(minutes=1)
WORDS = Words(Language.VIETNAMESE, date(2026, 1, 1))


def test_its_page_says_what_it_will_play_what_it_played_and_why_it_did_not(commune: Town, visit: Visit) -> None:
    soon = commune.clock.now() + 30 * MINUTE
    commune.broadcast("Kính mời bà con họp thôn.", (AreaId("thon-1"),), Recurrence.once(soon))
    commune.run_for(MINUTE)
    assert "Kính mời bà con" in (page := visit("ky").get(f"/devices/{HORN}"))
    assert "sẵn sàng" in page
    assert "Loa này chưa phát gì." in page
    commune.run_until(soon + 5 * MINUTE)
    assert "đã phát" in visit("ky").get(f"/devices/{HORN}")
    commune.broadcast("Đêm khuya.", (AreaId("thon-1"),), Recurrence.once(commune.clock.now() + timedelta(hours=15)))
    commune.run_for(MINUTE)
    assert "Rơi vào giờ yên tĩnh" in visit("ky").get(f"/devices/{HORN}")
    assert "Phát tiếng thử" not in visit("hoa").get(f"/devices/{HORN}"), "that is a technician's"
    visit("ky").get("/devices/loa-nowhere", expect=404)
    visit("hoa").post(f"/devices/{HORN}/tone", expect=403)


def test_a_tone_sounds_there_alone_and_what_became_of_it_stands_on_its_page_and_in_the_audit(
    commune: Town, visit: Visit
) -> None:
    ky = visit("ky")
    before = {device: len(horn.sounded) for device, horn in commune.horns.items()}
    ky.post(f"/devices/{HORN}/tone", {"volume": 30})
    assert "chưa trả lời" in ky.get(f"/devices/{HORN}")
    commune.run_for(10 * timedelta(seconds=1))
    assert [device for device, horn in commune.horns.items() if len(horn.sounded) > before[device]] == [HORN]
    assert commune.horns[HORN].sounded[-1].track.volume == 30
    assert "tiếng thử, Ky – <b>đã phát</b>" in ky.get(f"/devices/{HORN}")
    assert "disabled" not in ky.get(f"/devices/{HORN}")
    calendars, here = commune.app.services.calendars, frozenset({AreaId("thon-1")})
    quiet = calendars.add(quiet_hours(time(6), time(23), here), commune.editor)
    assert (page := ky.get(f"/devices/{HORN}")).count("giờ yên tĩnh đến 05:00 ngày mai") == 1 and "disabled" in page
    assert "giờ yên tĩnh đến 05:00" in ky.post(f"/devices/{HORN}/tone", {"volume": 30}, expect=409).text
    with commune.app.database.read() as connection:
        assert len(device_orders.latest(connection, HORN, 5)) == 1, "nothing was sent that it would refuse"
    calendars.remove(quiet.id, commune.editor)
    commune.cut_line(GONE)
    commune.run_for(30 * MINUTE)
    assert "đang mất kết nối" in ky.post(f"/devices/{GONE}/tone", expect=409).text
    commune.mend_line(GONE)
    commune.run_for(MINUTE)
    with commune.app.database.read() as connection:
        noted = [one.name for one in audit.latest(connection, audit.Asked(what="device_orders"), 9)]
    assert noted == ["Ky"]


def test_to_begin_anew_is_another_run_of_its_program_with_everything_that_was_planned(
    commune: Town, visit: Visit
) -> None:
    with commune.app.database.read() as connection:
        before = fleet.last_seen(connection, HORN)
    visit("ky").post(f"/devices/{HORN}/restart")
    commune.run_for(MINUTE)
    with commune.app.database.read() as connection:
        after = fleet.last_seen(connection, HORN)
    assert before is not None
    assert after is not None
    assert (after.online, after.state.plans) == (True, before.state.plans)
    assert after.session != before.session
    assert "đã khởi động lại" in visit("ky").get(f"/devices/{HORN}")


def test_it_is_moved_renamed_and_made_softer_and_wrong_words_stay_in_the_form(commune: Town, visit: Visit) -> None:
    ky, path = visit("ky"), f"/devices/{HORN}/settings"
    form = {"name": "Cổng chợ", "area": "thon-3", "volume_cap": "70", "emergency_volume_cap": "95"}
    wrong = ky.post(path, {**form, "volume_cap": "170"}, expect=422).text
    assert 'value="170"' in wrong
    assert 'value="Cổng chợ"' in wrong
    assert 'id="volume_cap-error"' in wrong
    assert 'id="area-error"' in ky.post(path, {**form, "area": "mars"}, expect=422).text
    assert "Cổng chợ" in ky.post(path, form).text
    commune.run_for(MINUTE)
    agent = commune.horns[HORN].agent
    assert agent is not None
    with commune.app.database.read() as connection:
        found, seen = fleet.find(connection, HORN), fleet.last_seen(connection, HORN)
    assert found is not None
    assert (found.area, found.bounds.volume_cap, found.bounds.emergency_volume_cap) == ("thon-3", 70, 95)
    assert seen is not None
    assert seen.state.volume == 70


def test_the_list_is_searched_without_marks_filtered_and_sorted(commune: Town, visit: Visit) -> None:
    ky = visit("ky")
    assert HORN in ky.get("/devices?text=cong+CHO")
    assert HORN not in ky.get("/devices?text=khong+co")
    assert HORN in ky.get("/devices?text=1-1&area=thon-3&state=online")

    def order(address: str) -> list[str]:
        return re.findall(r'href="/devices/(loa-[\w-]+)"', ky.get(address))

    names = order("/devices?sort=name")
    assert len(names) == 6
    assert names[0] == HORN
    assert order("/devices?sort=-name") == names[::-1]
    commune.cut_line(GONE)
    commune.run_for(30 * MINUTE)
    assert order("/devices?sort=state")[0] == GONE
    assert order("/devices?state=offline") == [GONE]
    commune.mend_line(GONE)
    for wrong in ("/devices?sort=colour", "/devices?state=asleep", "/devices?area=mars"):
        ky.get(wrong, expect=404)


@pytest.mark.long
def test_what_it_measures_is_drawn_and_said_and_kept_no_longer_than_that(commune: Town, visit: Visit) -> None:
    commune.run_for(timedelta(hours=13))
    ky = visit()
    ky.log_in("ky")
    page = ky.get(f"/devices/{HORN}?days=1")
    assert len(re.findall(r'<svg viewBox="0 0 600 100"[^>]* role="img" aria-label="[^"]+: từ ', page)) == 4
    told = ky.http.get(f"/api/v1/devices/{HORN}/readings?days=1").json()
    gaps = [
        (after["at"] > before["at"], is_worth_keeping(_reading(before), _reading(after)))
        for before, after in itertools.pairwise(told)
    ]
    assert len(told) > 3
    assert set(gaps) == {(True, True)}, "each row was worth it"
    commune.clock.advance_to(commune.clock.now() + readings.KEPT)
    commune.app.services.replan()
    commune.app.answer()
    with commune.app.database.read() as connection:
        assert all(
            one.at > commune.clock.now() - readings.KEPT
            for one in readings.of(connection, HORN, commune.clock.now() - 2 * readings.KEPT)
        )


def _reading(told: dict[str, Any]) -> Reading:
    return Reading(**{**told, "at": datetime.fromisoformat(told["at"])})


@given(
    st.lists(
        st.tuples(st.integers(1, 600), st.integers(0, 100), st.none() | st.floats(-100, -30)), min_size=1, max_size=60
    )
)
def test_however_often_it_speaks_rows_are_few_and_never_far_apart(steps: list[tuple[int, int, float | None]]) -> None:
    at, last, kept = datetime(2026, 1, 1, tzinfo=UTC), None, []
    for minutes, volume, signal in steps:
        at += minutes * MINUTE
        now = Reading(at, volume, signal)
        if is_worth_keeping(last, now):
            kept.append(now)
            last = now
        assert last is not None
        assert now.at - last.at < LEAST_OFTEN
        assert now.at - last.at < MOST_OFTEN or abs(now.volume - last.volume) < 1
    assert all(after.at - before.at >= MOST_OFTEN for before, after in itertools.pairwise(kept))
    drawn = chart("x", "%", [(one.at, one.volume) for one in kept], (kept[0].at, at + MINUTE), WORDS, gap=LEAST_OFTEN)
    assert drawn is not None
    assert all(0 <= float(x) <= WIDTH for x in re.findall(r"[MH]([\d.-]+)", drawn.path))
