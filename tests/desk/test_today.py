"""The first page: the day, what threatens it, and the red controls; and that what is counted once stays true."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from controller.alerts.own_alerts import OwnAlert
from controller.store import alerts, broadcasts, incidents, tallies
from controller.store.alert_states import AlertState
from controller.store.alerts import AlertId
from controller.store.people import Grant, Role
from controller.store.tallies import ByArea
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from controller.town import Town
from schedules.plan import OccurrenceId
from schedules.programme import AreaId
from schedules.recurrence import Recurrence
from schedules.timespan import Timespan

Visit = Callable[..., Any]
HERE = AreaId("thon-1")


def sounding(town: Town) -> int:
    """Out of how many loudspeakers something comes now."""
    stretches = (horn.lives[-1].sounding() for horn in town.horns.values())
    return sum(one is not None and not one.finished for one in stretches)


def test_one_button_begins_an_emergency_a_second_person_lets_it_sound_and_all_stop_ends_it(
    commune: Town, visit: Visit
) -> None:
    hoa, binh = visit("hoa"), visit("binh")
    page = hoa.get("/")
    assert "6 loa sẽ dừng ngay" in page
    assert "Người thứ hai duyệt thì mới phát" in page
    written = hoa.post("/alerts/own/now", {"threat": "flash-flood-3", "area": "xa"})
    number = int(written.url.path.rsplit("/", 1)[1])
    assert "Chưa phát gì trước khi có người duyệt." in written.text
    shown = hoa.get("/")
    assert "Cấp 3" in shown
    assert "1 cảnh báo chờ quyết định" in shown
    assert sounding(commune) == 0
    binh.post(f"/alerts/{number}/release")
    commune.run_for(timedelta(seconds=20))
    assert sounding(commune) == 6
    assert "Đang phát" in hoa.get("/")
    hoa.post("/alerts/stop", {"area": "thon-1", "reason": "báo <nhầm>"})
    commune.run_for(timedelta(seconds=5))
    for page in ("/", "/alerts", f"/alerts/{number}"):
        assert "Đang phát, trừ nơi" in (shown := hoa.get(page)) or "đang phát, trừ nơi" in shown
        assert "Dừng toàn bộ ở Thôn 1 từ 08:01" in shown and "(Hoa: báo &lt;nhầm&gt;)" in shown
    assert "không lượt phát nào bắt đầu trước 08:11" in hoa.get("/")
    told = hoa.http.get(f"/api/v1/alerts/{number}").json()
    assert ([one["area"] for one in told["held"]], told["held_everywhere"]) == (["thon-1"], False)
    hoa.post("/alerts/stop")
    commune.run_for(timedelta(seconds=5))
    assert sounding(commune) == 0
    for page in ("/", "/alerts", f"/alerts/{number}"):
        shown = hoa.get(page).lower()
        assert "im lặng: đang bị dừng toàn bộ" in shown and "dừng toàn bộ ở xã từ 08:01" in shown
        assert "nội dung đang phát" not in shown
    with commune.app.database.read() as connection:
        found = alerts.find(connection, AlertId(number))
    assert found is not None
    assert found.state is not AlertState.WAITING
    for wrong in ({"threat": "flood-9", "area": "xa"}, {"threat": "ufo-3", "area": "xa"}, {"threat": "flood-4"}):
        hoa.post("/alerts/own/now", wrong, expect=422)


def test_who_speaks_for_one_village_stops_only_that_one_and_who_only_looks_stops_nothing(
    commune: Town, visit: Visit
) -> None:
    commune.app.access.add_account("lan", "Lan", "mật khẩu đủ dài", frozenset(), frozenset({Grant(Role.EDITOR, HERE)}))
    page = visit("lan").get("/")
    assert 'option value="thon-1"' in page
    assert 'option value="thon-2"' not in page
    assert "Thôn 2" not in page
    visit("lan").post("/alerts/own/now", {"threat": "flood-4", "area": "thon-2"}, expect=403)
    visit("lan").post("/alerts/stop", expect=403)
    assert "/alerts/stop" not in visit("ky").get("/")
    assert "data-hold" not in visit("ky").get("/")


def test_whoever_serves_one_village_is_told_how_much_waits_there_and_of_no_other(commune: Town, visit: Visit) -> None:
    us, now = commune.app.services, commune.clock.now()
    people = {"mai": "thon-1", "nam": "thon-2"}
    for name, village in people.items():
        limited = frozenset({Grant(Role.APPROVER, AreaId(village)), Grant(Role.VIEWER, AreaId(village))})
        commune.app.access.add_account(name, name.title(), "mật khẩu đủ dài", frozenset(), limited)

    def counts(who: str) -> dict[str, int]:
        found = re.findall(
            r'<a href="(/\w+)"[^>]*><svg.*?</span><span class="nav-count"[^>]*>(\d+)<', visit(who).get("/me")
        )
        return {href: int(count) for href, count in found}

    before = {who: counts(who) for who in ("nam", "binh")}
    visit("hoa").write(areas=["thon-1"])
    said = OwnAlert("flood", 4, "Lũ lên nhanh.", "Bà con lên chỗ cao.", (HERE,), timedelta(hours=1))
    us.warnings.own.submit(said, commune.editor)
    subject = Subject(SubjectKind.DEVICE, next(iter(commune.horns)))
    with commune.app.database.write() as connection:
        incidents.report(connection, Trouble(TroubleKind.TOLD_BY_PEOPLE, subject, Severity.WARNING, area=HERE), now)
    assert counts("nam") == before["nam"]
    assert counts("mai") == {"/programmes": 1, "/alerts": 1, "/incidents": 1}
    assert all(count > before["binh"].get(href, 0) for href, count in counts("binh").items())
    fresh = [visit(who).get("/incidents/count") for who in ("nam", "mai")]
    assert [re.findall(r">(\d+)<", one) for one in fresh] == [["0"], ["1"]]
    assert '<span class="soft number">1</span>' in visit("mai").get("/programmes?state=submitted")
    assert '<span class="soft number">' not in visit("nam").get("/programmes?state=submitted")


def fresh_and_kept(town: Town) -> tuple[dict[OccurrenceId, ByArea], dict[OccurrenceId, ByArea]]:
    """What the rows say of all broadcasts around now, and what a reader is told."""
    around = Timespan.of(town.clock.now() - timedelta(days=2), timedelta(days=6))
    with town.app.database.read() as connection:
        ids = [one.id for one in broadcasts.broadcasts(connection, around)]
        kept = tallies.by_area(connection, ids)
    with town.app.database.write() as connection:  # who writes believes only the rows
        return tallies.by_area(connection, ids), kept


def test_what_was_counted_once_is_what_the_rows_say_whatever_befalls_the_commune(commune: Town) -> None:
    town, gone = commune, next(iter(commune.horns))
    seen: list[dict[OccurrenceId, ByArea]] = []

    def look(ahead: timedelta = timedelta(minutes=1)) -> None:
        town.run_for(ahead)
        rows, kept = fresh_and_kept(town)
        assert kept == rows
        assert fresh_and_kept(town)[1] == rows
        seen.append(rows)

    town.run_for(timedelta(minutes=12))  # all stop of the test before is over
    one = town.broadcast(
        "Kính mời bà con họp.", (AreaId("xa"),), Recurrence.once(town.clock.now() + timedelta(hours=1))
    )
    look()
    town.cut_line(gone)
    look(timedelta(minutes=30))
    town.mend_line(gone)
    look()
    town.app.services.configuration.change(gone, area=AreaId("thon-3"))
    town.app.services.replan()
    look()
    town.withdraw(one)
    look()
    town.broadcast("Kính mời bà con họp.", (AreaId("xa"),), Recurrence.once(town.clock.now() + timedelta(minutes=20)))
    look()
    look(timedelta(minutes=30))
    assert all(before != after for before, after in itertools.pairwise(seen)), "each of these changed the rows"
