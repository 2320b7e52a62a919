"""The laws of one line of sound, for whatever is asked of a place."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as some

from schedules.conflicts import line_of_sound
from schedules.due import due
from schedules.occurrence import Hush, Occurrence, Why, occurrence_id
from schedules.priority import BulletinClass, Entry, Late, Resume
from schedules.programme import AreaId, ProgrammeId
from schedules.reasons import in_words
from schedules.verdicts import Fate

COMMUNE, NORTH, SOUTH = AreaId("xa"), AreaId("thon-bac"), AreaId("thon-nam")
EVENING = datetime(2026, 3, 7, 12, tzinfo=UTC)
ASKED = datetime(2026, 1, 1, tzinfo=UTC)

areas = some.sampled_from([COMMUNE, NORTH, SOUTH])
minutes = some.integers(0, 180)
seconds = some.sampled_from([1800.0, 600.0, 3600.0, 299.75, 60.0, 0.5])
classes = some.sampled_from(BulletinClass)
waits = some.sampled_from([1800.0, 600.0, 60.0, 0.0])


@some.composite
def hushes(draw: some.DrawFn, start: datetime) -> tuple[Hush, ...]:
    found = []
    for _ in range(draw(some.integers(0, 2))):
        begin = start + timedelta(minutes=draw(some.integers(-30, 90)))
        end = begin + timedelta(minutes=draw(some.integers(1, 60)))
        found.append(Hush(draw(some.none() | areas), begin, end, Why.QUIET_HOURS))
    return tuple(found)


@some.composite
def wishes(draw: some.DrawFn) -> Occurrence:
    programme = ProgrammeId(draw(some.sampled_from("abcdefgh")))
    start = EVENING + timedelta(minutes=draw(minutes))
    bulletin_class = draw(classes)
    return Occurrence(
        id=occurrence_id(programme, start),
        programme=programme,
        title=programme,
        start=start,
        seconds=draw(seconds),
        bulletin_class=bulletin_class,
        sounds=(),
        volume=80,
        order=draw(some.integers(0, 2)),
        requested_at=ASKED + timedelta(minutes=draw(some.integers(0, 2))),
        late=Late.JOIN,
        grace=600.0,
        resume=draw(some.sampled_from(Resume)),
        entry=draw(some.sampled_from(Entry)),
        longest_wait=draw(waits),
        hushes=() if bulletin_class is BulletinClass.EMERGENCY else draw(hushes(start)),
    )


many_wishes = some.lists(wishes(), max_size=12, unique_by=lambda wish: wish.id)
paths = some.sampled_from([(), (COMMUNE,), (COMMUNE, NORTH)])


@settings(max_examples=100)
@given(many_wishes, paths)
def test_every_wish_ends_as_exactly_one_thing_and_each_loss_has_its_reason(
    asked_for: list[Occurrence], path: tuple[AreaId, ...]
) -> None:
    line = line_of_sound(asked_for, path)
    assert sorted(verdict.occurrence.id for verdict in line.verdicts) == sorted(wish.id for wish in asked_for)
    for verdict in line.verdicts:
        own = [one for one in line.segments if one.occurrence.id == verdict.occurrence.id]
        heard = sum((one.end - one.start for one in own), timedelta())
        match verdict.fate:
            case Fate.STANDS:
                assert len(own) == 1 and own[0].start == verdict.occurrence.start and verdict.whole
                assert heard == verdict.occurrence.length and verdict.by is None and verdict.hush is None
            case Fate.MOVED:
                assert len(own) == 1 and own[0].start > verdict.occurrence.start and verdict.whole
                assert heard == verdict.occurrence.length and verdict.by is not None
            case Fate.INTERRUPTED:
                assert own and verdict.by is not None
                assert own[0].end - own[0].start < verdict.occurrence.length
            case Fate.DROPPED:
                assert not own and (verdict.by is None) != (verdict.hush is None)
        for language in ("vi", "en"):
            assert in_words(verdict, language).endswith(".")


@settings(max_examples=80)
@given(many_wishes)
def test_an_interrupted_sound_goes_on_where_it_stopped_or_begins_again_or_is_dropped_as_it_says(
    asked_for: list[Occurrence],
) -> None:
    line = line_of_sound(asked_for)
    for verdict in line.verdicts:
        own = [one for one in line.segments if one.occurrence.id == verdict.occurrence.id]
        heard = timedelta()
        for number, segment in enumerate(own):
            resumes = verdict.occurrence.resume is Resume.RESUME
            assert timedelta(seconds=segment.offset) == (heard if resumes else timedelta())
            assert number == 0 or verdict.occurrence.resume is not Resume.DROP
            heard += segment.end - segment.start
        if own and verdict.whole:
            last = own[-1]
            assert timedelta(seconds=last.offset) + (last.end - last.start) == verdict.occurrence.length


@settings(max_examples=100)
@given(many_wishes, paths)
def test_nothing_overlaps_and_nothing_sounds_while_it_is_silenced_or_after_its_patience(
    asked_for: list[Occurrence], path: tuple[AreaId, ...]
) -> None:
    line = line_of_sound(asked_for, path)
    for one, following in pairwise(line.segments):
        assert one.start < one.end <= following.start < following.end
    for segment in line.segments:
        assert segment.occurrence.start <= segment.start
        assert segment.end <= segment.occurrence.last_end
        for hush in segment.occurrence.hushes:
            assert not (hush.concerns(path) and hush.meets(segment.start, segment.end))


@settings(max_examples=100)
@given(many_wishes, paths)
def test_a_higher_class_never_loses_to_a_lower_one_and_equals_never_interrupt(
    asked_for: list[Occurrence], path: tuple[AreaId, ...]
) -> None:
    for verdict in line_of_sound(asked_for, path).losses:
        if verdict.by is None:
            continue
        ours, theirs = verdict.occurrence.bulletin_class.rank, verdict.by.bulletin_class.rank
        if verdict.fate is Fate.INTERRUPTED:
            assert theirs > ours
        elif verdict.fate is Fate.DROPPED:
            assert theirs >= ours
        elif theirs < ours:
            assert verdict.occurrence.entry is Entry.SOFT
            assert verdict.occurrence.bulletin_class is not BulletinClass.EMERGENCY


@settings(max_examples=80)
@given(many_wishes)
def test_what_is_weaker_changes_nothing_for_what_is_stronger(asked_for: list[Occurrence]) -> None:
    hard = [wish for wish in asked_for if wish.entry is Entry.HARD]
    for lowest in BulletinClass:
        strong = [wish for wish in hard if wish.bulletin_class.rank >= lowest.rank]
        among_all = [one for one in line_of_sound(hard).segments if one.occurrence.bulletin_class.rank >= lowest.rank]
        assert [(one.occurrence.id, one.start, one.end) for one in line_of_sound(strong).segments] == [
            (one.occurrence.id, one.start, one.end) for one in among_all
        ]


@settings(max_examples=80)
@given(many_wishes, some.randoms(use_true_random=False), some.integers(0, 180))
def test_the_order_of_asking_asking_twice_and_what_comes_later_change_nothing(
    asked_for: list[Occurrence], chance: random.Random, cut: int
) -> None:
    line = line_of_sound(asked_for, (COMMUNE,))
    mixed = [*asked_for, *asked_for]
    chance.shuffle(mixed)
    assert line_of_sound(mixed, (COMMUNE,)) == line
    moment = EVENING + timedelta(minutes=cut)
    known = line_of_sound([wish for wish in asked_for if wish.start < moment], (COMMUNE,))
    assert [one for one in line.segments if one.end < moment] == [one for one in known.segments if one.end < moment]


@given(many_wishes)
def test_a_line_can_be_played_with_what_is_due(asked_for: list[Occurrence]) -> None:
    line = line_of_sound(asked_for)
    done: set[str] = set()
    for segment in line.segments:
        found = due(line.occurrences, done, segment.start)  # type: ignore[arg-type]
        starting = [one.id for one in found.to_start if one.start == segment.start]
        if segment.occurrence.id not in done:
            assert starting == [segment.occurrence.id]
        done.add(segment.occurrence.id)
