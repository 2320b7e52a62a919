"""What the operator is shown while editing is what the loudspeaker does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from schedules.conflicts import line_of_sound
from schedules.occurrence import Hush, Why
from schedules.priority import BulletinClass, Entry, Late, Resume
from schedules.programme import AreaId
from schedules.verdicts import Fate, Verdict

VILLAGE, COMMUNE = AreaId("thon-3"), AreaId("xa-an-phu")

WISH = st.fixed_dictionaries(
    {
        "minute": st.integers(1, 12),
        "length": st.sampled_from([10.0, 20.0, 60.0, 300.0]),
        "area": st.sampled_from([VILLAGE, COMMUNE]),
        "bulletin_class": st.sampled_from(BulletinClass),
        "order": st.integers(0, 1),
        "resume": st.sampled_from(Resume),
        "entry": st.sampled_from(Entry),
        "late": st.sampled_from(Late),
        "longest_wait": st.sampled_from([0.0, 60.0, 600.0]),
        "mourns": st.none() | st.tuples(st.integers(1, 15), st.integers(1, 5)),
    }
)


PLAIN: dict[str, Any] = {"area": VILLAGE, "order": 0, "resume": Resume.RESUME, "late": Late.JOIN, "mourns": None}


def wish(
    minute: int, length: float, bulletin_class: BulletinClass, entry: Entry, longest_wait: float
) -> dict[str, Any]:
    given = {"minute": minute, "length": length, "bulletin_class": bulletin_class, "entry": entry}
    return {**PLAIN, **given, "longest_wait": longest_wait}


@settings(max_examples=40, deadline=None)
@example(
    [
        wish(1, 10.0, BulletinClass.NORMAL, Entry.HARD, 0.0),
        wish(1, 10.0, BulletinClass.NORMAL, Entry.HARD, 0.0),
        wish(1, 60.0, BulletinClass.NORMAL, Entry.HARD, 60.0),
        wish(2, 10.0, BulletinClass.PRIORITY, Entry.SOFT, 60.0),
        wish(2, 10.0, BulletinClass.PRIORITY, Entry.HARD, 0.0),
    ]
)
@given(st.lists(WISH, min_size=1, max_size=6))
def test_a_loudspeaker_follows_the_line_to_the_second(
    new_home: Any, an_occurrence: Any, wishes: list[dict[str, Any]]
) -> None:
    with TemporaryDirectory() as folder:
        station = new_home(Path(folder))
        noon = station.clock.now()
        by_area: dict[AreaId, list[Any]] = {VILLAGE: [], COMMUNE: []}
        for number, wish in enumerate(wishes):
            asked = dict(wish)
            start, area = noon + timedelta(minutes=asked.pop("minute")), asked.pop("area")
            mourns, length = asked.pop("mourns"), asked.pop("length")
            if mourns is not None and asked["bulletin_class"] is not BulletinClass.EMERGENCY:
                begins = noon + timedelta(minutes=mourns[0])
                hush = Hush(VILLAGE, begins, begins + timedelta(minutes=mourns[1]), Why.MOURNING)
                asked["hushes"] = (hush,)
            by_area[area].append(an_occurrence(f"{number}", start, length, **asked))
        for area, planned in by_area.items():
            station.send_plan(1, *planned, area=area)
        station.run_until(noon + timedelta(minutes=75))
        everything = [one for planned in by_area.values() for one in planned]
        line = line_of_sound(everything, (VILLAGE, COMMUNE))
        heard = [(one.track.occurrence, one.at, one.position, one.seconds) for one in station.heard]
        shown = [
            (one.occurrence.id, one.start, one.offset, (one.end - one.start).total_seconds()) for one in line.segments
        ]
        assert heard == shown
        assert station.outcomes == {one.occurrence.id: outcome(one) for one in line.verdicts}
        station.cut_power()


def outcome(verdict: Verdict) -> str:
    if verdict.whole:
        return "played"
    if verdict.fate is Fate.DROPPED:
        return f"missed {verdict.hush.why.value if verdict.hush else 'busy'}"
    return f"interrupted {verdict.hush.why.value if verdict.hush else 'stronger-sound'}"
