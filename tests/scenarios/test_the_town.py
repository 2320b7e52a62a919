"""Days of a whole commune with faults from a seed: every promise is kept, and one that is broken is found and told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.__main__ import main
from controller.town import Horn
from controller.town.command import Stories, figures
from controller.town.events import DAY, Event, Kind, Weather, draw
from controller.town.ledger import Broken, Evidence, Ledger, Promise, judge
from controller.town.records import Life
from controller.town.shortest import shortest
from controller.town.story import Setting, Story
from schedules.outcome import Outcome

SMALL = Setting(seed=1, days=2, speakers=4, weather=Weather.HEAVY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("towns")


@pytest.fixture(scope="module")
def stories(folder: Path) -> Stories:
    return Stories(folder)


@pytest.fixture(scope="module")
def evidence(folder: Path) -> Evidence:
    """Of two days in fine weather."""
    quiet = replace(SMALL, weather=Weather.NONE)
    events = draw(quiet.seed, quiet.days, quiet.speakers, quiet.weather)
    story = Story(quiet, events, folder / "fine", folder / "spoken")
    story.tell()
    return story.evidence()


def kept(ledger: Ledger) -> list[Broken]:
    ended = sum(count for outcome, count in ledger.outcomes.items() if outcome not in (None, Outcome.MISSED))
    assert ledger.planned == ended + sum(ledger.missed.values()) + ledger.count(Promise.EXPLAINED)
    assert ledger.planned > 0
    return ledger.broken


@pytest.mark.long
def test_a_commune_in_heavy_weather_keeps_every_promise(stories: Stories) -> None:
    ledger = stories.tell(SMALL, draw(SMALL.seed, SMALL.days, SMALL.speakers, SMALL.weather))
    assert kept(ledger) == []
    assert ledger.outcomes[Outcome.PLAYED] > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_twenty_communes_in_heavy_weather_keep_every_promise(stories: Stories, seed: int) -> None:
    setting = Setting(seed=seed, days=4, speakers=10)
    ledger = stories.tell(setting, draw(seed, setting.days, setting.speakers, setting.weather))
    assert kept(ledger) == [], f"loa town --days {setting.days} --speakers {setting.speakers} --seed {seed}"


def test_in_fine_weather_all_is_heard_but_what_the_night_forbids(evidence: Evidence) -> None:
    ledger = judge(evidence)
    assert kept(ledger) == []
    assert set(ledger.missed) <= {"quiet-hours", "busy"}


def without_a_sound(evidence: Evidence) -> Evidence:
    return replace(evidence, heard={device: stretches[1:] for device, stretches in evidence.heard.items()})


def heard_twice(evidence: Evidence) -> Evidence:
    return replace(evidence, heard={device: stretches[:1] + stretches for device, stretches in evidence.heard.items()})


def at_night(evidence: Evidence) -> Evidence:
    moved = {
        device: [replace(one, heard_at=one.heard_at and one.heard_at.replace(hour=19)) for one in stretches]
        for device, stretches in evidence.heard.items()
    }
    return replace(evidence, heard=moved)


def never_approved(evidence: Evidence) -> Evidence:
    return replace(evidence, approved=set())


def a_receipt_lost(evidence: Evidence) -> Evidence:
    counts = evidence.receipts.items()
    return replace(
        evidence, receipts={device: (kept - 1, named - 1, written) for device, (kept, named, written) in counts}
    )


def without_outcomes(evidence: Evidence) -> Evidence:
    return replace(evidence, rows=[replace(row, outcome=None, reason="") for row in evidence.rows])


def said_to_be_missed(evidence: Evidence) -> Evidence:
    silent = dict.fromkeys(evidence.heard, ())
    rows = [replace(row, outcome=Outcome.MISSED, reason="audio-missing", seconds=0.0) for row in evidence.rows]
    return replace(evidence, rows=rows, heard=silent)


def nobody_was_ready(evidence: Evidence) -> Evidence:
    def hindered(life: Life) -> Life:
        standings = {one: replace(how, hindered="audio-missing") for one, how in life.standings.items()}
        return replace(life, standings=standings)

    lives = {device: hindered(life) for device, life in evidence.records.lives.items()}
    return replace(evidence, records=replace(evidence.records, lives=lives))


@pytest.mark.parametrize(
    ("lie", "promise"),
    [
        (without_a_sound, Promise.TRUE),
        (heard_twice, Promise.ONCE),
        (at_night, Promise.QUIET_HOURS),
        (never_approved, Promise.SIGNED),
        (a_receipt_lost, Promise.RECEIPTS),
        (without_outcomes, Promise.EXPLAINED),
        (said_to_be_missed, Promise.READY_PLAYS),
        (nobody_was_ready, Promise.READY_IN_TIME),
    ],
)
def test_the_ledger_finds_what_is_not_as_it_was_told(
    evidence: Evidence, lie: Callable[[Evidence], Evidence], promise: Promise
) -> None:
    assert judge(lie(evidence)).count(promise) > 0


class Forgetful(Stories):
    """In these towns a loudspeaker whose disk is damaged forgets all that it has written down."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._places = (folder / f"town-{number}" for number in count())
        self._spoken = folder.parent / "spoken"

    def tell(self, setting: Setting, events: Sequence[Event]) -> Ledger:
        story = Story(setting, events, next(self._places), self._spoken)
        horns = list(story.town.horns.values())
        for event in events:
            if event.kind is Kind.FILE_DAMAGED:
                story.at(setting.span.start + event.when, partial(forget, horns[event.number]))
        story.tell()
        return judge(story.evidence())


def forget(horn: Horn) -> None:
    horn.cut_power()
    (horn.folder / "journal.sqlite").unlink()
    horn.boot()


@pytest.mark.long
def test_a_town_that_breaks_a_promise_is_told_in_its_shortest_story(folder: Path) -> None:
    setting = Setting(seed=1, days=1, speakers=2, weather=Weather.NONE)
    events = (
        Event(0.3 * DAY, Kind.LINE_CUT, 1, 60.0),
        Event(0.7 * DAY, Kind.FILE_DAMAGED, 1),
        Event(0.8 * DAY, Kind.BROKER_RESTARTED),
    )
    forgetful = Forgetful(folder / "forgetful")
    broken = forgetful.tell(setting, events).broken
    part, _, again = forgetful.shorten(setting, events, broken[0])
    assert part == events[1:2]
    assert {one.promise for one in again} == {broken[0].promise}


@given(events=st.lists(st.integers(0, 30), unique=True, min_size=1), culprits=st.data())
def test_of_a_shortest_story_nothing_can_be_left_out(events: list[int], culprits: st.DataObject) -> None:
    needed = set(culprits.draw(st.lists(st.sampled_from(events), min_size=1, unique=True)))
    told = [Event(float(one), Kind.NOTICE, one) for one in sorted(events)]
    part = shortest(told, lambda story: needed <= {one.number for one in story}, tries=10_000)
    assert {one.number for one in part} == needed


@given(seed=st.integers(), days=st.integers(1, 40), speakers=st.integers(1, 50), weather=st.sampled_from(Weather))
def test_the_same_seed_draws_the_same_events_all_within_their_days(
    seed: int, days: int, speakers: int, weather: Weather
) -> None:
    events = draw(seed, days, speakers, weather)
    assert events == draw(seed, days, speakers, weather)
    assert all(0 <= one.at <= days * DAY for one in events)
    assert list(events) == sorted(events, key=lambda one: one.at)
    assert weather is not Weather.NONE or all(one.kind.by_people for one in events)


@pytest.mark.long
def test_the_command_tells_programs_in_json_what_was_asked_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["town", "--days", "1", "--speakers", "2", "--faults", "none", "--seed", "7", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == set(figures(Ledger(), 0.0))
    assert told["planned"] > 0
    assert [told[promise.value] for promise in Promise] == [0] * len(Promise)


@pytest.mark.parametrize("wrong", [["--days", "0"], ["--speakers", "-3"], ["--faults", "storm"], ["--seed", "x"]])
def test_what_it_cannot_do_is_bad_input(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["town", *wrong])
    assert ended.value.code == 2
