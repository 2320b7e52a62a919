"""`loa alert send --drill`: the whole path of a warning, and nobody hears anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from controller.__main__ import main
from controller.alerts.exercises import open_exercise
from controller.alerts.rehearsal import Steps
from controller.alerts.silent_order import Line
from controller.drill import Wanted, drill, scene_of
from controller.fleet.keys import exercise_key, site_key
from controller.orders import Orders
from controller.town import Town
from controller.town.warnings import WarningService, believe
from devices.protocol.topics import AreaChannel, DeviceId
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=COMMUNE_ZONE)
VILLAGES = {AreaId("thon-1"): 2, AreaId("thon-2"): 1}
FIRST = {"loa-thon-1-1", "loa-thon-1-2"}
AREAS = Path(__file__).parents[1] / "rules" / "alert-samples" / "areas.json"
FLOOD = AREAS.with_name("vn-flood-level4.xml")
PATH = ["message", "signature", "decision", "areas", "words", "topics"]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, NOON, villages=VILLAGES, pace=timedelta(seconds=10)) as built:
        built.run_for(timedelta(minutes=1))
        yield built


@pytest.fixture
def service(town: Town) -> WarningService:
    us = town.app.services
    return believe(us.warnings.office, us.database, town.clock, VILLAGES)


def line_of(town: Town, patience: float = 60.0) -> Line:
    folder = town.app.settings.folder
    orders = Orders(town.topics, site_key(folder), exercise_key(folder))
    return Line(
        town.app.database, orders, town.clock, lambda seconds: town.run_for(timedelta(seconds=seconds)), patience
    )


def drilled(town: Town, wanted: Wanted, patience: float = 60.0) -> tuple[Steps, bool]:
    scene = scene_of(town.app.database, wanted, town.topics, town.clock)
    return drill(wanted, scene, town.clock, line_of(town, patience))


def facts(steps: Steps) -> dict[str, dict[str, Any]]:
    return {one.name: one.facts for one in steps.done}


def test_every_loudspeaker_of_the_villages_answers_and_none_makes_a_sound(town: Town, service: WarningService) -> None:
    live = dict(town.broker.retained)
    steps, well = drilled(town, Wanted(chosen=("thon-1",)))
    assert well, steps.done
    said = facts(steps)
    assert list(said) == [*PATH, "ready", "round trip"]
    assert (said["decision"]["verdict"], said["decision"]["class"]) == ("speak", "emergency")
    assert said["words"]["said"][0]["siren"] == "flood" and "cấp bốn" in said["words"]["said"][0]["words"]
    assert said["topics"]["topics"] == [town.topics.area(AreaId("thon-1"), AreaChannel.URGENT)]
    assert set(said["round trip"]["seconds"]) == FIRST
    town.run_for(timedelta(minutes=3))
    assert all(horn.sounded == [] for horn in town.horns.values())
    changed = {topic for topic in town.broker.retained if town.broker.retained[topic] != live.get(topic)}
    assert not [topic for topic in changed if topic.endswith("/urgent")]
    assert (
        service.office.ask(lambda connection: connection.exec_driver_sql("select count(*) from alerts").scalar()) == 0
    )


def test_the_sources_own_message_is_verified_and_a_changed_letter_ends_the_drill(
    town: Town, service: WarningService, tmp_path: Path
) -> None:
    file = tmp_path / "message.xml"
    file.write_bytes(service.signed(service.write("A1")))
    steps, well = drilled(town, Wanted(file=file))
    assert well and facts(steps)["signature"] == {"signature": "verified", "reason": "signed by kttv", "source": "kttv"}
    file.write_bytes(file.read_bytes().replace(b"ngay", b"nagy"))
    steps, well = drilled(town, Wanted(file=file))
    assert not well and [one.name for one in steps.done] == ["message", "signature"]
    assert not steps.done[-1].well


def test_a_loudspeaker_that_is_gone_is_named_and_none_at_all_fails_the_drill(
    town: Town, service: WarningService
) -> None:
    town.cut_line(DeviceId("loa-thon-1-2"))
    town.run_for(timedelta(minutes=3))
    steps, well = drilled(town, Wanted(chosen=("thon-1",)))
    assert well and facts(steps)["ready"] == {"ready": ["loa-thon-1-1"], "away": ["loa-thon-1-2"]}
    town.cut_line(DeviceId("loa-thon-1-1"))
    town.run_for(timedelta(minutes=3))
    steps, well = drilled(town, Wanted(chosen=("thon-1",)))
    assert not well and steps.done[-1].name == "ready"


def test_who_fell_silent_a_moment_ago_does_not_answer_and_is_named(town: Town, service: WarningService) -> None:
    town.cut_line(DeviceId("loa-thon-1-2"))
    steps, well = drilled(town, Wanted(chosen=("thon-1",)), patience=15.0)
    assert not well and steps.done[-1].facts["silent"] == ["loa-thon-1-2"]


def test_an_exercise_that_is_open_is_not_disturbed(town: Town, service: WarningService) -> None:
    us = town.app.services
    us.warnings.office.settle(
        lambda connection: open_exercise(
            connection, "Diễn tập lũ", NOON + timedelta(hours=1), town.approver, town.clock.now()
        )
    )
    steps, well = drilled(town, Wanted(chosen=("thon-1",)))
    assert not well and "exercise" in steps.done[-1].said


@pytest.mark.parametrize("file", [(), (str(FLOOD), "--at", "2026-11-22T10:00:00+07:00")])
def test_without_a_commune_a_file_of_areas_is_enough(file: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["alert", "send", "--drill", *file, "--areas", str(AREAS), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["well"] and [step["name"] for step in told["steps"]] == PATH
    assert all(step["seconds"] >= 0 and step["said"] for step in told["steps"])


def test_what_would_not_be_heard_is_a_failure_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = ["alert", "send", "--drill", str(FLOOD), "--areas", str(AREAS), "--at", "2026-12-22T10:00:00+07:00"]
    assert main(stale) == 1
    assert "FAIL" in capsys.readouterr().out
    (tmp_path / "x.xml").write_bytes(b"<alert")
    assert main(["alert", "send", "--drill", str(tmp_path / "x.xml"), "--areas", str(AREAS)]) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ["--drill", "no-such-file", "--areas", str(AREAS)],
        ["--drill", "--areas", "no-such-file"],
        ["--drill", "--areas", str(AREAS), "--hazard", "unheard-of"],
        ["--drill", "--areas", str(AREAS), "--hazard", "heat", "--level", "5"],
        ["--drill", "--areas", str(AREAS), "--area", "nowhere"],
        ["--drill", "--areas", str(AREAS), "--at", "noon"],
        ["--drill"],
        [],
        [str(FLOOD)],
        [str(FLOOD), "--url", "ftp://x", "--key", "k"],
        [str(FLOOD), "--url", "http://127.0.0.1:1", "--key", "two words"],
        [str(FLOOD), "--url", "http://127.0.0.1:1", "--key", "@no-such-file"],
        ["no-such-file", "--url", "http://127.0.0.1:1", "--key", "k"],
    ],
)
def test_bad_input_is_one_sentence(
    wrong: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOA_FOLDER", str(tmp_path / "nothing-here"))
    assert main(["alert", "send", *wrong]) == 2
    assert capsys.readouterr().err.count("\n") == 1
