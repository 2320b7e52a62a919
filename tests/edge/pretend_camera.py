"""A pretend camera for the picture checks: a yard with a street lamp, people and a running clock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.agent.cameras.picture.burst import Burst, Picture
from devices.agent.cameras.picture.judging import judge
from devices.agent.cameras.picture.profile import Profile
from devices.agent.cameras.picture.verdict import Verdict

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
PICTURES = 6
APART = timedelta(seconds=0.5)
ROOM = 80


def _yard() -> NDArray[np.float32]:
    dice = np.random.default_rng(5)
    yard = np.full((360 + 2 * ROOM, 640 + 2 * ROOM, 3), 120, np.float32)
    for _ in range(90):
        corner = (int(dice.integers(0, 760)), int(dice.integers(0, 480)))
        size = (int(dice.integers(20, 120)), int(dice.integers(20, 90)))
        colour = tuple(float(level) for level in dice.integers(30, 220, 3))
        cv2.rectangle(yard, corner, (corner[0] + size[0], corner[1] + size[1]), colour, -1)
    return np.asarray(cv2.GaussianBlur(yard, (0, 0), 0.8), np.float32)


YARD = _yard()
LAMP = cv2.GaussianBlur(cv2.circle(np.zeros((360, 640), np.float32), (420, 120), 150, 1.0, -1), (0, 0), 60)[..., None]


class Grain:
    """Noise, another at every moment and the same at the same: parts of one large piece."""

    def __init__(self) -> None:
        self._piece = np.random.default_rng(7).normal(0, 1, (360 + 97, 640 + 97, 3)).astype(np.float32)

    def for_moment(self, at: datetime) -> NDArray[np.float32]:
        x, y = np.random.default_rng(int(at.timestamp() * 10)).integers(0, 97, 2)
        return self._piece[y : y + 360, x : x + 640]


GRAIN = Grain()


@dataclass
class PretendCamera:
    """`shift` turns it; `noise` is the sensor's; `still` keeps nobody from walking through the picture."""

    shift: tuple[int, int] = (0, 0)
    noise: float = 2.0
    people: int = 4

    def picture(self, at: datetime) -> Picture:
        """What it sees at that moment."""
        hour = at.hour + at.minute / 60
        sun = 1 / (1 + math.exp(-4 * (6 - abs(hour - 12)))) + 0.02
        across, down = self.shift
        scene = YARD[ROOM + down : ROOM + down + 360, ROOM + across : ROOM + across + 640].copy()
        for number in range(self.people):
            x = int((at.timestamp() * (17 + 5 * number) + 311 * number) % 900) - 100
            cv2.ellipse(scene, (x, 170 + 40 * number), (9, 26), 0, 0, 360, (40, 30 + 50 * number, 160), -1)
        scene *= sun + (1 - sun) * (0.08 + 0.7 * LAMP)
        scene *= min(3.0, 105 / float(scene.mean()))
        scene += GRAIN.for_moment(at) * self.noise
        seen = np.clip(scene, 0, 255).astype(np.uint8)
        return with_clock(seen, at)

    def pictures(self, at: datetime) -> list[Picture]:
        return [self.picture(at + number * APART) for number in range(PICTURES)]


def with_clock(picture: Picture, at: datetime) -> Picture:
    """The picture with the time in its corner, as cameras write it."""
    done = picture.copy()
    cv2.putText(done, f"{at:%Y-%m-%d %H:%M:%S}", (372, 26), cv2.FONT_HERSHEY_SIMPLEX, 0.66, (255, 255, 255), 2)
    return done


def a_day(camera: PretendCamera, every: timedelta = timedelta(minutes=30)) -> Profile:
    """What is learnt about the camera from one whole day."""
    profile = Profile()
    at = MONDAY
    while at < MONDAY + timedelta(days=1):
        profile, _ = judge(profile, Burst(at, camera.pictures(at)))
        at += every
    return profile


def looks(profile: Profile, bursts: list[Burst]) -> list[Verdict]:
    """The verdicts on these bursts, one after the other."""
    verdicts = []
    for burst in bursts:
        profile, verdict = judge(profile, burst)
        verdicts.append(verdict)
    return verdicts
