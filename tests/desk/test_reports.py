"""Reports say what loudspeakers signed: against rows that can be reckoned by hand, and against a town of its own."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from controller.broadcasting.desk import Draft, Script
from controller.monitoring.device_uptime import device_uptime
from controller.store import incidents, outages, public, reports
from controller.store.database import Database
from controller.store.outages import Outage
from controller.store.people import Grant, Role
from controller.store.reckoning import reckoning
from controller.store.reports import Figure, Slice
from controller.store.states import Step
from controller.store.tables import (
    accounts,
    areas,
    bulletins,
    devices,
    facts,
    occurrences,
    programmes,
    receipts,
    recordings,
)
from controller.store.topics import Topic
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from controller.town import Town
from controller.web.language import Language
from controller.web.pages.report_files import lines, workbook
from controller.web.pages.report_tables import ReportTable, tables_of
from controller.web.pages.words import Words
from controller.web.report import Period, report_of
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.priority import BulletinClass
from schedules.programme import AreaId
from schedules.recurrence import Recurrence
from schedules.timespan import COMMUNE_ZONE, Timespan

PASSWORD = "mật khẩu đủ dài"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
SEPTEMBER, OCTOBER = (datetime(2026, month, 5, 17, 0, tzinfo=COMMUNE_ZONE) for month in (9, 10))
MONTH = Timespan(*(datetime(2026, month, 1, tzinfo=COMMUNE_ZONE) for month in (10, 11)))
YEAR = Timespan(datetime(2026, 1, 1, tzinfo=COMMUNE_ZONE), NOW)

ONE, TWO = DeviceId("loa-thon-1-1"), DeviceId("loa-thon-2-1")
End = tuple[DeviceId, Outcome | None, str, float]
LAW, HEALTH = Topic.LAW, Topic.HEALTH
ROWS: list[tuple[str, Topic, datetime, float, list[End]]] = [
    ("o-1", LAW, SEPTEMBER, 60.0, [(ONE, Outcome.PLAYED, "", 60.0), (TWO, None, "offline", 0.0)]),
    ("o-2", LAW, OCTOBER, 60.0, [(ONE, Outcome.PLAYED, "", 60.0), (TWO, Outcome.PLAYED, "", 60.0)]),
    (
        "o-3",
        HEALTH,
        OCTOBER + timedelta(hours=1),
        120.0,
        [(ONE, Outcome.INTERRUPTED, "stronger-sound", 45.0), (TWO, Outcome.MISSED, "quiet-hours", 0.0)],
    ),
    ("o-4", HEALTH, OCTOBER + timedelta(days=1), 120.0, [(TWO, None, "", 0.0)]),
]
"""Broadcast, topic, start, planned seconds; at each loudspeaker how it ended, why, and how many seconds it sounded."""


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two months that can be reckoned by hand; `xem` holds a role in the first village only."""
    with Town(tmp_path_factory.mktemp("town"), NOW) as town:
        town.app.access.add_account("hoa", "Hoa", PASSWORD, frozenset({Role.EDITOR}))
        town.app.access.add_account(
            "xem", "Xem", PASSWORD, frozenset(), frozenset({Grant(Role.VIEWER, AreaId("thon-1"))})
        )
        programmes = {topic: _approved(town, topic) for topic in (LAW, HEALTH)}
        for row in ROWS:
            _keep(town, programmes[row[1]], *row)
        town.run_for(timedelta(minutes=1))
        yield town


def _approved(town: Town, topic: Topic) -> tuple[str, str]:
    """The id and the title of a programme that will sound in a year from now."""
    us = town.app.services
    draft = Draft(f"Bản tin {topic}", BulletinClass.PRIORITY, Script("Kính báo bà con."), topic=topic)
    bulletin = us.desk.write(draft, town.editor)
    when = Recurrence(at=time(7), first=date(2027, 11, 1), last=date(2027, 11, 1))
    row = us.desk.propose(bulletin.id, (AreaId("xa"),), when, 80, town.editor)
    us.approval.take(row.id, Step.SUBMIT, town.editor)
    us.approval.take(row.id, Step.APPROVE, town.approver)
    return row.id, bulletin.title


def _keep(
    town: Town, programme: tuple[str, str], name: str, _: Topic, start: datetime, seconds: float, ends: list[End]
) -> None:
    with town.app.database.write() as connection:
        connection.execute(
            occurrences.insert().values(
                id=name,
                programme=programme[0],
                title=programme[1],
                bulletin_class="priority",
                start=start,
                seconds=seconds,
                planned_at=start,
            )
        )
        for number, (device, outcome, reason, sounded) in enumerate(ends):
            receipt = f"{name}-{device}" if outcome else None
            if outcome:
                connection.execute(
                    receipts.insert().values(
                        id=receipt,
                        device=device,
                        sequence=number,
                        occurrence=name,
                        outcome=outcome.value,
                        reason=reason,
                        seconds=sounded,
                        planned_seconds=seconds,
                        sounds=[],
                        stored_at=start,
                        sealed=b"",
                    )
                )
            connection.execute(
                facts.insert().values(
                    occurrence=name,
                    device=device,
                    planned_at=start,
                    not_ready="" if outcome else reason,
                    receipt=receipt,
                )
            )


def figures(town: Town, span: Timespan, inside: frozenset[AreaId] | None = None) -> dict[tuple[str, ...], Figure]:
    with town.app.database.read() as connection:
        return {(one.by.value, *one.names): one for one in reports.figures(connection, span, inside)}


def test_a_month_says_what_was_aired_and_what_was_only_planned(history: Town) -> None:
    found = figures(history, MONTH)
    whole = found["all",]
    assert (whole.bulletins, whole.broadcasts, whole.aired) == (2, 3, 2)
    assert (whole.planned_seconds, whole.aired_seconds) == (300.0, 105.0)
    assert (whole.planned, whole.played, whole.cut, whole.missed, whole.silent) == (5, 2, 1, 1, 1)
    health = found["kind", "priority", "health", "vi"]
    assert (health.bulletins, health.broadcasts, health.aired, health.aired_seconds) == (1, 2, 1, 45.0)
    assert {
        names[1]: (one.planned, one.cut, one.missed, one.silent)
        for names, one in found.items()
        if one.by is Slice.REASON
    } == {
        "stronger-sound": (1, 1, 0, 0),
        "quiet-hours": (1, 0, 1, 0),
        "no-receipt": (1, 0, 0, 1),
    }


def test_a_year_counts_a_bulletin_once_that_was_aired_in_two_months(history: Town) -> None:
    found = figures(history, YEAR)
    assert found["all",].bulletins == 2
    assert found["all",].aired_seconds == 165.0
    assert {names[1]: one.bulletins for names, one in found.items() if one.by is Slice.MONTH} == {
        "2026-09": 1,
        "2026-10": 2,
    }


def test_an_area_has_its_own_figures_and_whoever_serves_it_sees_no_others(history: Town) -> None:
    both, mine = figures(history, YEAR), figures(history, YEAR, frozenset({AreaId("thon-1")}))
    first, second = both["area", "thon-1"], both["area", "thon-2"]
    assert (first.broadcasts, first.aired, first.aired_seconds, first.planned) == (3, 3, 165.0, 3)
    assert (second.broadcasts, second.aired, second.aired_seconds, second.planned) == (4, 1, 60.0, 4)
    assert ("area", "thon-2") not in mine
    assert (mine["all",].planned, mine["all",].broadcasts) == (3, 3)


def test_a_report_is_one_question_however_long_the_history(history: Town) -> None:
    asked: list[str] = []
    with history.app.database.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda _c, _cur, said, *_: asked.append(said))
        reports.figures(connection, YEAR, None)
    assert len(asked) == 1


@pytest.mark.long
def test_what_a_town_reports_is_what_its_receipts_and_its_ears_say(tmp_path: Any) -> None:
    monday = datetime(2026, 11, 23, 4, 0, tzinfo=COMMUNE_ZONE)
    with Town(tmp_path, monday, villages={AreaId("thon-1"): 2, AreaId("thon-2"): 1}) as town:
        morning = Recurrence(at=time(6), first=date(2026, 11, 23))
        town.broadcast("Tin buổi sáng của xã.", (AreaId("xa"),), morning)
        town.broadcast("Thôn 1 họp tối nay.", (AreaId("thon-1"),), Recurrence(at=time(7), first=date(2026, 11, 23)))
        town.cut_line(next(iter(town.horns)))
        town.run_for(timedelta(hours=4))
        span = Timespan(monday, town.clock.now())
        with town.app.database.read() as connection:
            rows = list(reckoning(connection, span))
        whole = figures(town, span)["all",]
        assert (whole.planned, whole.broadcasts) == (len(rows), len({row.occurrence for row in rows}))
        ends = Counter(row.outcome for row in rows)
        assert (whole.played, whole.silent) == (ends[Outcome.PLAYED], ends[None])
        assert whole.silent > 0
        heard = {
            row.occurrence: max(
                (sum(one.seconds for one in found) for found in town.sounded(row.occurrence).values()), default=0.0
            )
            for row in rows
        }
        assert whole.aired_seconds == pytest.approx(sum(heard.values()), abs=0.3 * len(heard))


def test_the_page_its_workbook_and_its_lines_say_the_same(history: Town, people_of: Callable[..., Any]) -> None:
    hoa = people_of(history)
    page = hoa.get("/reports?period=2026-10")
    assert "Báo cáo tháng 10/2026" in page
    assert "Phổ biến, giáo dục pháp luật" in page
    book = openpyxl.load_workbook(io.BytesIO(hoa.http.get("/reports.xlsx?period=2026-10").content))
    written = {row[0].value: row[1].value for row in book["Tổng hợp"].iter_rows(min_row=3)}
    assert written["Số tin, bài đã phát"] == 2
    assert written["Số chuyên mục đã phát"] == 2
    assert written["Thời lượng đã phát (phút)"] == 1.8
    said = list(csv.reader(io.StringIO(hoa.http.get("/reports.csv?period=2026-10").text.removeprefix("\ufeff"))))
    assert ["Thời lượng đã phát (phút)", "1.8"] in said
    year = hoa.get("/reports?period=2026")
    assert "09/2026" in year
    assert "Người duyệt" in year


def test_programs_are_told_the_same_and_of_their_own_area_only(history: Town) -> None:
    def told(username: str) -> Any:
        token = history.app.access.log_in(username, PASSWORD).token
        http = TestClient(history.app.site, headers={"Authorization": f"Bearer {token}"})
        return http.get("/api/v1/report?period=2026").json()

    everything, mine = told("hoa"), told("xem")
    assert everything["all"]["aired_seconds"] == 165.0
    assert [(one["name"], one["bulletins"]) for one in everything["by_topic"]] == [("law", 1), ("health", 1)]
    assert {one["name"] for one in everything["by_area"]} == {"thon-1", "thon-2"}
    assert {one["name"] for one in mine["by_area"]} == {"thon-1"}
    assert {one["area"] for one in mine["devices"]} == {"thon-1"}


@pytest.mark.parametrize(("period", "status"), [("2026-13", 422), ("x", 422), ("2027-01", 422), ("2026-12", 422)])
def test_a_time_that_is_none_or_has_not_begun_has_no_report(
    history: Town, people_of: Callable[..., Any], period: str, status: int
) -> None:
    assert people_of(history).http.get(f"/reports?period={period}").status_code == status


def test_a_device_is_charged_with_what_lies_in_the_time_and_after_it_joined() -> None:
    start = MONTH.start
    joined = start + timedelta(days=11)
    found = device_uptime(
        [
            Outage(
                ONE,
                "Loa 1",
                AreaId("thon-1"),
                start - timedelta(days=9),
                start - timedelta(days=1),
                start + timedelta(days=1),
            ),
            Outage(ONE, "Loa 1", AreaId("thon-1"), start - timedelta(days=9), MONTH.end - timedelta(days=2.1), None),
            Outage(TWO, "Loa 2", AreaId("thon-2"), joined, None, None),
        ],
        MONTH,
    )
    assert [(one.device, one.known.days, one.outages) for one in found] == [(ONE, 31, 2), (TWO, 20, 0)]
    assert found[0].share == pytest.approx(0.9)
    assert found[1].share == 1.0


def test_the_page_shows_the_worst_of_all_loudspeakers_and_says_how_many_there_are(history: Town) -> None:
    us, spoken = history.app.services, Words(Language.VIETNAMESE, NOW.date())
    begun = datetime(2026, 11, 2, tzinfo=COMMUNE_ZONE)
    with us.database.write() as connection:
        connection.execute(devices.update().values(enrolled_at=MONTH.start))
        for number, device in enumerate((TWO, ONE)):
            subject = Subject(SubjectKind.DEVICE, device)
            trouble = Trouble(TroubleKind.DEVICE_OFFLINE, subject, Severity.WARNING, "offline", AreaId("thon-1"))
            incidents.report(connection, trouble, begun + timedelta(days=number))
            if device == TWO:
                incidents.resolve(connection, trouble.kind, subject, begun + timedelta(days=number, hours=5))
    who = history.editor
    whole = {one.key: one for one in tables_of(report_of(us, who, Period("2026-11")), spoken)}["devices"]
    assert [row[3] for row in whole.rows].count(1) == 2
    for most in range(1, len(whole.rows) + 1):
        short = {one.key: one for one in tables_of(report_of(us, who, Period("2026-11"), most), spoken, most)}[
            "devices"
        ]
        assert short.rows == whole.rows[:most]
        assert len(short.rows) + short.left_out == len(whole.rows)


def test_what_people_wrote_is_never_reckoned_with_by_a_spreadsheet() -> None:
    table = ReportTable("t", "A/B: [c]", ("Tên",), (("=1+1",), ("@SUM(A1)",), ("\x00bad",), (None,)))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook("T", [table]))).worksheets[0]
    assert [(sheet.cell(row, 1).value, sheet.cell(row, 1).data_type) for row in (3, 4, 5)] == [
        ("=1+1", "s"),
        ("@SUM(A1)", "s"),
        ("bad", "s"),
    ]
    assert "'=1+1" in lines("T", [table])


def test_both_databases_understand_the_question(database: Database) -> None:
    told = {"id": "x", "name": "X", "written_at": SEPTEMBER, "author": "x", "title": "T", "areas": [], "volume": 80}
    kept = [
        (accounts, {"username": "x", "password": "", "roles": [], "created_at": SEPTEMBER}),
        (areas, {"kind": "commune", "position": 1}),
        (devices, {"area": "x", "public_key": "", "audio_token": "", "config_serial": 1, "enrolled_at": SEPTEMBER}),
        (recordings, {"sha256": "s", "seconds": 1.0, "size": 1, "media_type": "", "voice": "", "waveform": []}),
        (bulletins, {"text": "", "spoken": "", "bulletin_class": "normal", "region": "", "recording": "s"}),
        (programmes, {"bulletin": "x", "recurrence": {}, "state": "approved", "reason": ""}),
        (occurrences, {"programme": "x", "bulletin_class": "normal", "start": SEPTEMBER, "seconds": 60.0}),
        (facts, {"occurrence": "x", "device": "x", "not_ready": "offline"}),
    ]
    common = {**told, "kept_at": SEPTEMBER, "planned_at": SEPTEMBER}
    with database.write() as connection:
        for table, row in kept:
            said = {name: value for name, value in common.items() if name in table.c}
            connection.execute(table.insert().values({**said, **row}))
    reports.catch_up(database, NOW)
    with database.write() as connection:
        found = {one.by: one for one in reports.figures(connection, YEAR, None)}
        assert found[Slice.REASON].names == ("offline",)
        assert (found[Slice.MONTH].names, found[Slice.KIND].names) == (("2026-09",), ("normal", "other", "vi"))
        assert [type(number) for number in (found[Slice.ALL].silent, found[Slice.ALL].planned_seconds)] == [int, float]
        assert len(outages.outages(connection, YEAR, None)) == 1
        assert public.heard(connection, YEAR) == ()
