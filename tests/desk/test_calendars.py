"""The commune's calendars: what is written is kept, reaches the plan, and every silence is explained."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from controller.broadcasting.desk import Draft, Script
from controller.store import broadcasts, silences
from controller.store.manner import Manner
from controller.store.people import Role
from controller.store.states import Step
from controller.town import Town
from controller.web.api.calendar_shapes import MourningTaken
from schedules.outcome import Outcome
from schedules.priority import BulletinClass
from schedules.programme import AreaId, Content, OnHolidays, ProgrammeId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE, Timespan

PASSWORD = "mật khẩu đủ dài"
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
EVERY_EVENING = Recurrence(at=time(17, 0), first=date(2026, 11, 23))
NOTICE = "Kính mời bà con ra nhà văn hóa họp."
FIRST, SECOND, COMMUNE = AreaId("thon-1"), AreaId("thon-2"), AreaId("xa")
PEOPLE = {"hoa": Role.EDITOR, "binh": Role.APPROVER, "ky": Role.TECHNICIAN, "xem": Role.VIEWER}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Two villages with a loudspeaker each."""
    with Town(tmp_path, MORNING, villages={FIRST: 1, SECOND: 1}, heartbeat=3600, pace=timedelta(hours=1)) as built:
        built.run_for(timedelta(minutes=1))
        yield built


@pytest.fixture
def ask(town: Town) -> Callable[..., Any]:
    return caller(town)


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Somebody asks something of a calendar that only these tests write in."""
    with Town(tmp_path_factory.mktemp("town"), MORNING, villages={FIRST: 1, SECOND: 1}) as built:
        yield caller(built)


def caller(town: Town) -> Callable[..., Any]:
    """Somebody asks something of the API."""
    for username, role in PEOPLE.items():
        town.app.access.add_account(username, username.title(), PASSWORD, frozenset({role}))
    tokens = {name: town.app.access.log_in(name, PASSWORD).token for name in PEOPLE}
    http = TestClient(town.app.site)

    def ask(who: str, method: str, path: str, body: object = None, *, expect: int = 200) -> Any:
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        answer = http.request(method, f"/api/v1/{path}", json=body, headers=headers)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    return ask


def on_air(town: Town, chosen: tuple[AreaId, ...] = (COMMUNE,), rule: Recurrence = EVERY_EVENING, **manner: Any) -> str:
    us = town.app.services
    bulletin = us.desk.write(_draft(), town.editor)
    programme = us.desk.propose(bulletin.id, chosen, rule, 80, town.editor, manner=Manner(**manner))
    us.approval.take(programme.id, Step.SUBMIT, town.editor)
    us.approval.take(programme.id, Step.APPROVE, town.approver)
    us.replan()
    town.run_for(timedelta(minutes=1))
    return programme.id


def _draft() -> Any:
    return Draft("", BulletinClass.NORMAL, Script(NOTICE))


def week(town: Town, ask: Callable[..., Any], programme: str) -> dict[str, tuple[int, dict[str, str]]]:
    """For each start in the three days that are always planned how many loudspeakers shall sound it, and which areas
    are spared why."""
    town.run_for(timedelta(minutes=1))
    asked = ask("xem", "GET", f"programmes/{programme}/occurrences")
    planned_until = MORNING + timedelta(days=3)
    found = [one for one in asked if datetime.fromisoformat(one["start"]) < planned_until]
    return {
        f"{datetime.fromisoformat(one['start']).astimezone(COMMUNE_ZONE):%d %H:%M}": (
            one["planned"],
            {silence["area"]: silence["why"] for silence in one["silences"]},
        )
        for one in found
    }


ENTRIES: dict[str, dict[str, Any]] = {
    "a night": {"kind": "quiet-hours", "begins": "22:00:00", "ends": "05:00:00"},
    "a noon window at the week's end, in one village": {
        "kind": "quiet-hours",
        "name": "nghỉ trưa",
        "begins": "11:30:00",
        "ends": "13:30:00",
        "weekdays": ["SA", "SU"],
        "areas": ["thon-1"],
    },
    "class hours": {"kind": "class-hours", "class": "normal", "earliest": "05:00:00", "latest": "21:00:00"},
    "mourning": {"kind": "mourning", "name": "Quốc tang", "first": "2026-11-25", "last": "2026-11-26"},
    "an exam": {
        "kind": "exam",
        "name": "Thi",
        "areas": ["thon-2"],
        "when": {"dates": ["2026-11-24"]},
        "begins": "07:00:00",
        "ends": "17:15:00",
    },
    "whole days of maintenance": {"kind": "maintenance", "when": {"from": "2026-11-24", "until": "2026-11-24"}},
    "a fixed holiday": {"kind": "holiday", "name": "Quốc khánh", "when": {"yearly": "2/9"}, "days": 2},
    "a lunar holiday": {
        "kind": "holiday",
        "name": "Tết",
        "when": {"lunar_days": [1], "lunar_months": [1]},
        "days": 3,
    },
    "a holiday by decree": {"kind": "holiday", "name": "Nghỉ bù", "when": {"dates": ["2026-11-24"]}},
    "limits": {"kind": "limit", "name": "quy chế", "minutes_per_day": 120.0, "minutes_per_session": 45.0},
}


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_an_entry_is_given_back_so_that_it_can_be_written_again(
    write: Callable[..., Any], entry: dict[str, Any]
) -> None:
    written = write("binh", "POST", "calendar", entry, expect=201)
    assert written["written_by"] == "Binh"
    assert {name: written["entry"][name] for name in entry if name != "when"} == {
        name: value for name, value in entry.items() if name != "when"
    }
    again = write("binh", "PUT", f"calendar/{written['id']}", written["entry"])
    assert again["entry"] == written["entry"]
    assert [one["entry"] for one in write("xem", "GET", "calendar") if one["id"] == again["id"]] == [written["entry"]]
    write("binh", "DELETE", f"calendar/{written['id']}", expect=404)
    write("binh", "DELETE", f"calendar/{again['id']}", expect=204)


@pytest.mark.parametrize(
    "entry, code",
    [
        ({"kind": "party"}, "bad-field"),
        ({"kind": "quiet-hours", "begins": "22:00", "ends": "05:00", "areas": ["thon-9"]}, "unknown-area"),
        ({"kind": "class-hours", "class": "emergency", "earliest": "05:00", "latest": "21:00"}, "silences-emergency"),
        ({"kind": "mourning", "first": "2026-11-25", "last": "2026-11-24"}, "ends-before-start"),
        ({"kind": "limit"}, "bad-limit"),
        ({"kind": "holiday", "name": "Tết", "when": {"lunar_days": [31]}}, "bad-day"),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(
    write: Callable[..., Any], entry: dict[str, Any], code: str
) -> None:
    assert write("binh", "POST", "calendar", entry, expect=422)["code"] == code


def test_whoever_writes_may_make_it_quieter_and_an_approver_louder_again(write: Callable[..., Any]) -> None:
    mourning, repair = ENTRIES["mourning"], ENTRIES["whole days of maintenance"]
    write("xem", "POST", "calendar", mourning, expect=403)
    write("ky", "POST", "calendar", mourning, expect=403)
    by_hoa = write("hoa", "POST", "calendar", mourning, expect=201)["id"]
    by_ky = write("ky", "POST", "calendar", repair, expect=201)["id"]
    write("hoa", "DELETE", f"calendar/{by_ky}", expect=403)
    write("ky", "DELETE", f"calendar/{by_ky}", expect=204)
    write("binh", "DELETE", f"calendar/{by_hoa}", expect=204)


def test_the_quiet_hours_of_the_settings_hold_until_somebody_writes_others_and_never_vanish_unseen(
    town: Town, ask: Callable[..., Any]
) -> None:
    (usual,) = ask("xem", "GET", "calendar")
    assert (usual["id"], usual["entry"]["begins"], usual["written_by"]) == (0, "22:00:00", None)
    ask("hoa", "POST", "calendar", ENTRIES["a noon window at the week's end, in one village"], expect=201)
    night, noon = ask("xem", "GET", "calendar")
    assert (night["entry"]["begins"], noon["entry"]["begins"]) == ("22:00:00", "11:30:00")
    for one in (night, noon):
        ask("binh", "DELETE", f"calendar/{one['id']}", expect=204)
    assert ask("xem", "GET", "calendar") == [usual]


def test_mourning_drops_music_and_keeps_the_rest(town: Town, ask: Callable[..., Any]) -> None:
    ask("hoa", "POST", "calendar", ENTRIES["mourning"], expect=201)
    music, notice = on_air(town, content=Content.MUSIC), on_air(town)
    both = {"xa": "mourning"}
    assert week(town, ask, music) == {"23 17:00": (2, {}), "24 17:00": (2, {}), "25 17:00": (0, both)}
    assert week(town, ask, notice) == {"23 17:00": (2, {}), "24 17:00": (2, {}), "25 17:00": (2, {})}


@pytest.mark.long
def test_an_exam_spares_one_village_of_the_commune(town: Town, ask: Callable[..., Any]) -> None:
    programme = on_air(town)
    ask("hoa", "POST", "calendar", ENTRIES["an exam"], expect=201)
    assert week(town, ask, programme)["24 17:00"] == (1, {"thon-2": "exam"})
    town.run_until(MORNING + timedelta(days=1, hours=10))
    (today, tomorrow, *_) = town.facts(ProgrammeId(programme))
    assert [one.outcome for one in today[1]] == [Outcome.PLAYED, Outcome.PLAYED]
    assert [(one.area, one.outcome) for one in tomorrow[1]] == [(FIRST, Outcome.PLAYED)]
    assert len(town.horns["loa-thon-2-1"].sounded) == 1


def test_a_programme_moves_on_a_holiday_and_comes_back_when_the_decree_is_withdrawn(
    town: Town, ask: Callable[..., Any]
) -> None:
    moving = on_air(town, on_holidays=OnHolidays.MOVE, holiday_at=time(19))
    skipping = on_air(town, on_holidays=OnHolidays.SKIP)
    decree = ask("hoa", "POST", "calendar", ENTRIES["a holiday by decree"], expect=201)["id"]
    assert list(week(town, ask, moving)) == ["23 17:00", "24 19:00", "25 17:00"]
    assert week(town, ask, skipping)["24 17:00"] == (0, {"xa": "holiday"})
    ask("hoa", "DELETE", f"calendar/{decree}", expect=204)
    assert list(week(town, ask, moving)) == list(week(town, ask, skipping)) == ["23 17:00", "24 17:00", "25 17:00"]


@pytest.mark.long
def test_class_hours_and_a_limit_hold_what_comes_too_late_or_is_too_much(town: Town, ask: Callable[..., Any]) -> None:
    late, first = on_air(town, rule=Recurrence(time(21, 30), date(2026, 11, 23))), on_air(town, (FIRST,))
    second = on_air(town, order=5)
    ask("hoa", "POST", "calendar", ENTRIES["class hours"], expect=201)
    ask("hoa", "POST", "calendar", {"kind": "limit", "minutes_per_day": 0.2}, expect=201)
    assert week(town, ask, late)["24 21:30"] == (0, {"xa": "class-hours"})
    assert week(town, ask, first)["24 17:00"] == (1, {})
    assert week(town, ask, second)["24 17:00"] == (1, {"thon-1": "day-limit"})


def test_quiet_hours_are_refused_by_the_loudspeakers_themselves_and_signed_for(
    town: Town, ask: Callable[..., Any]
) -> None:
    programme = on_air(town, rule=Recurrence(time(12), date(2026, 11, 24)))
    ask("hoa", "POST", "calendar", {"kind": "quiet-hours", "begins": "11:30", "ends": "13:30"}, expect=201)
    assert week(town, ask, programme)["24 12:00"] == (2, {})
    town.run_until(MORNING + timedelta(days=1, hours=5))
    ((_, facts), *_) = town.facts(ProgrammeId(programme))
    assert [(one.outcome, one.reason) for one in facts] == [(Outcome.MISSED, "quiet-hours")] * 2


@pytest.mark.long
def test_one_day_is_skipped_another_moved_and_a_third_has_another_sound_while_the_series_stays(
    town: Town, ask: Callable[..., Any]
) -> None:
    programme = on_air(town)
    other = ask("hoa", "POST", "bulletins", {"text": "Chương trình đặc biệt hôm nay."}, expect=201)["id"]
    address = f"programmes/{programme}/changes"
    skipped = ask("hoa", "POST", address, {"date": "2026-11-23", "skip": True, "why": "đám tang"}, expect=201)
    ask("binh", "POST", address, {"date": "2026-11-24", "move": {"at": "19:30"}}, expect=201)
    ask("binh", "POST", address, {"date": "2026-11-25", "replace": {"bulletin": other}}, expect=201)
    assert week(town, ask, programme) == {
        "23 17:00": (0, {"xa": "skipped"}),
        "24 19:30": (2, {}),
        "25 17:00": (2, {}),
    }
    planned = town.facts(ProgrammeId(programme))[:3]
    assert [one.title == "Chương trình đặc biệt hôm nay." for one, _ in planned] == [False, False, True]
    assert {one["what"] for one in ask("xem", "GET", address)} == {"skip", "move", "replace"}
    ask("hoa", "DELETE", f"{address}/{skipped['id']}", expect=204)
    assert week(town, ask, programme)["23 17:00"] == (2, {})
    town.run_until(MORNING + timedelta(days=2, hours=10))
    planned = town.facts(ProgrammeId(programme))[:3]
    assert {fact.outcome for _, facts in planned for fact in facts} == {Outcome.PLAYED}
    assert len({fact.sounds for _, facts in planned for fact in facts}) == 2


def test_a_change_that_cannot_be_is_refused(town: Town, ask: Callable[..., Any]) -> None:
    programme = on_air(town, rule=Recurrence(time(17), date(2026, 11, 23), last=date(2026, 11, 30)))
    address = f"programmes/{programme}/changes"
    own = ask("binh", "GET", f"programmes/{programme}")["bulletin"]

    for status, who, body, code in (
        (403, "ky", {"date": "2026-11-24", "skip": True}, "not-editor"),
        (403, "hoa", {"date": "2026-11-24", "move": {"days": 1}}, "not-approver"),
        (403, "hoa", {"date": "2026-11-24", "replace": {"bulletin": own}}, "not-approver"),
        (404, "binh", {"date": "2026-11-24", "replace": {"bulletin": "none"}}, "unknown-bulletin"),
        (422, "hoa", {"date": "2026-12-24", "skip": True}, "no-such-day"),
        (422, "hoa", {"date": "2026-11-24", "skip": True, "move": {"days": 1}}, "bad-field"),
        (422, "binh", {"date": "2026-11-24", "move": {"days": -3}}, "in-the-past"),
        (422, "binh", {"date": "2026-11-24", "move": {}}, "bad-move"),
        (422, "hoa", {"first": "2026-11-26", "last": "2026-11-24", "skip": True}, "ends-before-start"),
    ):
        assert ask(who, "POST", address, body, expect=status)["code"] == code, body
    town.run_until(MORNING + timedelta(hours=9, minutes=1))
    begun = ask("hoa", "POST", address, {"date": "2026-11-23", "skip": True}, expect=409)
    assert begun["code"] == "has-begun"


@pytest.mark.long
def test_the_plan_does_not_depend_on_how_often_it_is_asked_for(tmp_path: Path) -> None:
    def after_two_days(every: timedelta) -> list[tuple[object, ...]]:
        with Town(tmp_path / secrets.token_hex(4), MORNING, villages={FIRST: 1, SECOND: 1}) as town:
            on_air(town, rule=Recurrence(time(5), date(2026, 11, 23)))
            on_air(town, content=Content.MUSIC)
            us = town.app.services
            us.calendars.add(MourningTaken.model_validate(ENTRIES["mourning"]).entry(), town.editor)
            planner = town.app._planner
            while town.clock.now() < MORNING + timedelta(days=2):
                planner.compile()
                assert planner.compile() == ()
                town.clock.advance_to(town.clock.now() + every)
            with town.app.database.read() as connection:
                found = broadcasts.broadcasts(connection, _around(MORNING))
                silent = silences.of(connection, [one.id for one in found])
                return [(one.start, one.planned, len(silent.get(one.id, {}))) for one in found]

    often, seldom = after_two_days(timedelta(minutes=10)), after_two_days(timedelta(hours=8))
    assert often == seldom
    assert sum(silenced for *_, silenced in often) == 2


def _around(moment: datetime) -> Any:
    return Timespan(moment, moment + timedelta(days=4))


def told(town: Town, device: str) -> Any:
    """The configuration that a loudspeaker holds."""
    agent = town.horns[device].agent
    assert agent is not None
    return agent._plans.config


def test_what_a_loudspeaker_is_bound_to_reaches_it_although_it_joined_long_ago(
    town: Town, ask: Callable[..., Any]
) -> None:
    before = told(town, "loa-thon-1-1")
    change = {"volume_cap": 60, "emergency_volume_cap": 90, "lead_seconds": 1.5, "tail_seconds": 0.5}
    ask("hoa", "PATCH", "devices/loa-thon-1-1", change, expect=403)
    given = ask("ky", "PATCH", "devices/loa-thon-1-1", change)
    assert {name: given[name] for name in change} == change
    ask("hoa", "POST", "calendar", ENTRIES["a noon window at the week's end, in one village"], expect=201)
    town.run_for(timedelta(minutes=1))
    after, other = told(town, "loa-thon-1-1"), told(town, "loa-thon-2-1")
    assert after.serial > before.serial
    assert (after.volume_cap, after.emergency_volume_cap, after.lead_seconds, after.tail_seconds) == (60, 90, 1.5, 0.5)
    assert [(one.begins, one.ends) for one in after.quiet_hours.windows] == [
        (time(22), time(5)),
        (time(11, 30), time(13, 30)),
    ]
    assert len(other.quiet_hours.windows) == 1


def test_a_loudspeaker_that_moves_to_another_village_follows_the_plan_of_that_village(
    town: Town, ask: Callable[..., Any]
) -> None:
    programme = on_air(town, (SECOND,))
    ask("ky", "PATCH", "devices/loa-thon-1-1", {"area": "thon-9"}, expect=422)
    ask("ky", "PATCH", "devices/loa-none", {"area": "thon-2"}, expect=404)
    ask("ky", "PATCH", "devices/loa-thon-1-1", {"area": "thon-2", "name": "Loa đình"})
    town.run_until(MORNING + timedelta(hours=10))
    ((broadcast, facts), *_) = town.facts(ProgrammeId(programme))
    assert broadcast.played == 2
    assert {one.name for one in facts} >= {"Loa đình"}


def test_nobody_is_told_the_same_twice_and_a_setting_that_changed_is_told_after_the_restart(town: Town) -> None:
    assert town.app.services.configuration.refresh() == ()
    serials = [told(town, device).serial for device in town.horns]
    town.kill_controller()
    town._settings = town._settings.model_copy(update={"quiet_hours": "21:00-04:30"})
    town.boot_controller()
    town.run_for(timedelta(minutes=1))
    for device, before in zip(town.horns, serials, strict=True):
        (night,) = told(town, device).quiet_hours.windows
        assert (night.begins, night.ends) == (time(21), time(4, 30))
        assert told(town, device).serial == before + 1
    town.kill_controller()
    town.boot_controller()
    town.run_for(timedelta(minutes=1))
    assert [told(town, device).serial for device in town.horns] == [before + 1 for before in serials]
