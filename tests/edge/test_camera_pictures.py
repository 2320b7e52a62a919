"""What is wrong with a picture is found and named; what merely happens in front of a camera is not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.agent.cameras.picture.burst import Burst, PacketFact, Picture
from devices.agent.cameras.picture.judging import judge
from devices.agent.cameras.picture.look import look_at
from devices.agent.cameras.picture.measures import measure, with_lesson
from devices.agent.cameras.picture.profile import Profile, relearn
from devices.agent.cameras.picture.rules import of_the_view
from devices.agent.cameras.picture.verdict import PictureKind

sys.path.append(str(Path(__file__).parent))
from pretend_camera import APART, GRAIN, MONDAY, PICTURES, PretendCamera, a_day, looks, with_clock

TUESDAY = MONDAY + timedelta(days=1)
MOMENTS = [TUESDAY + timedelta(hours=hour) for hour in (2.2, 6.1, 12.3)]
TEN_MINUTES = timedelta(minutes=10)
CLOTH = 9 * np.sin(np.arange(640, dtype=np.float32) / 60)[None, :, None]
GLOW = cv2.GaussianBlur(cv2.circle(np.zeros((360, 640, 3), np.uint8), (480, 90), 60, (255,) * 3, -1), (0, 0), 40)
Change = Callable[[Picture, datetime], Picture]


@pytest.fixture(scope="module")
def learnt() -> Profile:
    return a_day(PretendCamera())


def bursts(change: Change, at: datetime, camera: PretendCamera | None = None, count: int = 3) -> list[Burst]:
    """Looks ten minutes apart at what the camera sees after `change`."""
    watched = camera or PretendCamera()
    found = []
    for number in range(count):
        begun = at + number * TEN_MINUTES
        times = [begun + index * APART for index in range(PICTURES)]
        found.append(Burst(begun, [change(watched.picture(time), time) for time in times]))
    return found


def same(picture: Picture, at: datetime) -> Picture:
    return picture


def black(picture: Picture, at: datetime) -> Picture:
    return with_clock(picture // 80, at)


def blurred(picture: Picture, at: datetime) -> Picture:
    return with_clock(np.asarray(cv2.GaussianBlur(picture, (0, 0), 4), np.uint8), at)


def covered(picture: Picture, at: datetime) -> Picture:
    cloth = np.full(picture.shape, (60, 70, 40), np.float32) + CLOTH + GRAIN.for_moment(at) * 2
    return with_clock(cloth.clip(0, 255).astype(np.uint8), at)


def partly_covered(picture: Picture, at: datetime) -> Picture:
    done = covered(picture, at)
    done[:, 420:] = picture[:, 420:]
    return done


def washed_out(picture: Picture, at: datetime) -> Picture:
    return np.clip(picture * 1.7 + 75.0, 0, 255).astype(np.uint8)


def noisy(picture: Picture, at: datetime) -> Picture:
    return np.clip(picture + GRAIN.for_moment(at) * 35, 0, 255).astype(np.uint8)


def corrupt(picture: Picture, at: datetime) -> Picture:
    dice = np.random.default_rng(int(at.timestamp() * 2))
    done = picture.copy()
    for _ in range(350):
        x, y, fx, fy = (int(number) * 16 for number in dice.integers(0, (40, 22, 40, 22)))
        done[y : y + 16, x : x + 16] = 128 if dice.random() < 0.5 else picture[fy : fy + 16, fx : fx + 16]
    return done


def no_signal(picture: Picture, at: datetime) -> Picture:
    card = np.full_like(picture, (150, 20, 10))
    cv2.putText(card, "NO VIDEO", (220, 190), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (255, 255, 255), 3)
    return card


@pytest.mark.parametrize("at", MOMENTS, ids=lambda at: f"{at:%H:%M}")
@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (black, {PictureKind.BLACK}),
        (blurred, {PictureKind.BLURRED}),
        (covered, {PictureKind.COVERED}),
        (partly_covered, {PictureKind.PARTLY_COVERED}),
        (washed_out, {PictureKind.WASHED_OUT}),
        (noisy, {PictureKind.NOISE}),
        (corrupt, {PictureKind.CORRUPT}),
        (no_signal, {PictureKind.NO_SIGNAL}),
    ],
    ids=lambda given: given.__name__ if callable(given) else "",
)
def test_what_is_wrong_is_named_within_two_looks(
    learnt: Profile, change: Change, kinds: set[PictureKind], at: datetime
) -> None:
    first, second = looks(learnt, bursts(change, at, count=2))
    assert not first.findings
    assert {finding.kind for finding in first.suspected} == kinds
    assert {finding.kind for finding in second.findings} == kinds


@pytest.mark.parametrize("at", MOMENTS, ids=lambda at: f"{at:%H:%M}")
def test_a_camera_that_was_turned_has_moved(learnt: Profile, at: datetime) -> None:
    last = looks(learnt, bursts(same, at, PretendCamera(shift=(60, -35))))[-1]
    assert {finding.kind for finding in last.findings} == {PictureKind.MOVED}


def parked_lorry(picture: Picture, at: datetime) -> Picture:
    done = picture.copy()
    cv2.rectangle(done, (60, 130), (300, 330), (60, 110, 70), -1)
    cv2.rectangle(done, (80, 150), (280, 240), (80, 150, 90), 3)
    return done


def fog(picture: Picture, at: datetime) -> Picture:
    return (picture * 0.5 + 45).astype(np.uint8)


def headlights(picture: Picture, at: datetime) -> Picture:
    return np.asarray(cv2.add(picture, GLOW), np.uint8)


def insect(picture: Picture, at: datetime) -> Picture:
    turn = at.timestamp() * 2
    where = (int(320 + 180 * np.sin(turn)), int(180 + 90 * np.cos(turn)))
    return np.asarray(cv2.ellipse(picture.copy(), where, (46, 17), 30, 0, 360, (235, 235, 235), -1), np.uint8)


def shaken(picture: Picture, at: datetime) -> Picture:
    return np.roll(picture, (round(2 * np.sin(at.timestamp() * 7)), round(2 * np.cos(at.timestamp() * 5))), (0, 1))


def rain(picture: Picture, at: datetime) -> Picture:
    dice = np.random.default_rng(int(at.timestamp() * 2))
    done = (picture * 0.8 + 20).astype(np.uint8)
    for x, y, length in zip(
        dice.integers(0, 640, 200), dice.integers(0, 360, 200), dice.integers(8, 25, 200), strict=True
    ):
        cv2.line(done, (int(x), int(y)), (int(x), int(y + length)), (170, 170, 170), 1)
    return done


def grey_by_infrared(picture: Picture, at: datetime) -> Picture:
    return np.repeat(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))[..., None], 3, axis=2)


@pytest.mark.parametrize("at", MOMENTS, ids=lambda at: f"{at:%H:%M}")
@pytest.mark.parametrize(
    "change",
    [same, parked_lorry, fog, headlights, insect, shaken, rain, grey_by_infrared],
    ids=lambda given: given.__name__,
)
def test_what_merely_happens_is_no_fault(learnt: Profile, change: Change, at: datetime) -> None:
    verdicts = looks(learnt, bursts(change, at, count=4) + bursts(same, at + 4 * TEN_MINUTES, count=1))
    assert not [finding for verdict in verdicts for finding in verdict.findings]


@pytest.mark.parametrize("at", MOMENTS, ids=lambda at: f"{at:%H:%M}")
@pytest.mark.parametrize("clock_runs", [False, True])
def test_a_frozen_picture_is_found_although_its_clock_runs(learnt: Profile, at: datetime, clock_runs: bool) -> None:
    kept = PretendCamera().picture(at)
    frozen = bursts(lambda _, time: with_clock(kept, time) if clock_runs else kept, at)
    assert {finding.kind for finding in looks(learnt, frozen)[-1].findings} == {PictureKind.FROZEN}


def test_a_camera_that_shakes_learns_nothing_of_its_clock(learnt: Profile) -> None:
    at = MOMENTS[2]
    lesson = measure(learnt, at, look_at(PretendCamera().pictures(at)))
    everywhere = np.full_like(lesson.look.farther, 12.0)
    shakes = replace(
        lesson, look=replace(lesson.look, farther=everywhere), figures={**lesson.figures, "restless": 12.0}
    )
    assert np.array_equal(with_lesson(learnt, shakes).floor, learnt.floor)
    assert not np.array_equal(with_lesson(learnt, lesson).floor, learnt.floor)


def test_a_place_where_somebody_walks_is_never_frozen_however_alike_the_rest_is(learnt: Profile) -> None:
    at = MOMENTS[2]
    kept = PretendCamera(people=0).picture(at)

    def somebody(_: Picture, time: datetime) -> Picture:
        done, x = kept.copy(), int(time.timestamp() * 40 % 560)
        cv2.rectangle(done, (x, 200), (x + 40, 280), (230, 230, 230), -1)
        return with_clock(done, time)

    assert not [finding for verdict in looks(learnt, bursts(somebody, at, count=5)) for finding in verdict.findings]


def test_headlights_that_stand_in_a_dark_street_are_no_cover_and_a_bright_cloth_is() -> None:
    dark = {"level": (12.0, 20.0), "gone": (0.0, 0.1)}
    blinded = {"level": 66.0, "gone": 0.33, "replaced": 0.6, "elsewhere": 0.3, "fine": -0.4, "gone_coarse": 4.0}
    blinded |= {"structure": 0.6, "sharpness": 0.0, "restless": 2.0}
    ranges = {**dark, "sharpness": (-0.5, 0.5), "restless": (1.8, 3.1)}
    assert of_the_view(blinded, ranges) == []
    assert of_the_view({**blinded, "level": 20.0}, ranges)
    assert of_the_view({**blinded, "gone": 0.9, "structure": 0.1}, ranges)


def test_a_finding_ends_with_two_good_looks_and_says_what_it_rests_on(learnt: Profile) -> None:
    at = MOMENTS[2]
    verdicts = looks(learnt, bursts(blurred, at) + bursts(same, at + 3 * TEN_MINUTES))
    assert [bool(verdict.findings) for verdict in verdicts] == [False, True, True, True, False, False]
    (finding,) = verdicts[2].findings
    assert finding.learnt is not None
    assert finding.value < finding.limit < finding.learnt[0]
    assert verdicts[2].figures[finding.measure] == finding.value


def test_nothing_is_learnt_while_a_fault_stands(learnt: Profile) -> None:
    profile = learnt
    for burst in bursts(partly_covered, MOMENTS[2], count=5):
        profile, _ = judge(profile, burst)
    assert np.array_equal(profile.history, learnt.history, equal_nan=True)
    assert np.array_equal(profile.references[0].small, learnt.references[0].small)


def test_a_person_may_say_that_the_new_view_is_right(learnt: Profile) -> None:
    turned = PretendCamera(shift=(60, -35))
    profile = learnt
    for burst in bursts(same, MOMENTS[2], turned):
        profile, verdict = judge(profile, burst)
    assert verdict.findings
    verdicts = looks(relearn(profile), bursts(same, MOMENTS[2] + 3 * TEN_MINUTES, turned))
    assert not [finding for verdict in verdicts for finding in verdict.findings]


def test_without_having_learnt_anything_what_is_plain_is_found_all_the_same() -> None:
    for change, kind in (
        (black, PictureKind.BLACK),
        (no_signal, PictureKind.NO_SIGNAL),
        (corrupt, PictureKind.CORRUPT),
    ):
        last = looks(Profile(), bursts(change, MOMENTS[2]))[-1]
        assert {finding.kind for finding in last.findings} == {kind}


def packets(pace: float, count: int = 30) -> list[PacketFact]:
    return [PacketFact(4000, number == 0, pace * number / 10, number / 10) for number in range(count)]


def test_what_the_stream_says_needs_no_second_look(learnt: Profile) -> None:
    at = MOMENTS[2]
    pictures = PretendCamera().pictures(at)

    def kinds(burst: Burst) -> set[PictureKind]:
        return {finding.kind for finding in judge(learnt, burst)[1].findings}

    assert kinds(Burst(at, pictures, packets(1.0), timedelta(seconds=3))) == set()
    assert kinds(Burst(at, pictures, packets(0.0))) == {PictureKind.STALLED_TIMES}
    assert kinds(Burst(at, pictures[:2], packets(1.0))) == {PictureKind.TOO_FEW_FRAMES}
    assert kinds(Burst(at, [], packets(1.0))) == {PictureKind.TOO_FEW_FRAMES}
    assert kinds(Burst(at, pictures, None, timedelta(hours=-7))) == {PictureKind.WRONG_CLOCK}


def test_other_sizes_are_judged_as_well() -> None:
    grey = np.full((120, 160, 3), 128, np.uint8)
    wide = np.zeros((1080, 1920, 3), np.uint8)
    for picture in (grey, wide):
        assert looks(Profile(), [Burst(MONDAY, [picture] * count) for count in (1, 2, 6)])[-1].findings
