"""What is learnt about a camera is small, survives a restart, and is refused when it is anything else."""

from __future__ import annotations

import sys
import zlib
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.agent.cameras.picture.burst import Burst
from devices.agent.cameras.picture.judging import judge
from devices.agent.cameras.picture.keeping import MAGIC, MOST_BYTES, from_bytes, to_bytes
from devices.agent.cameras.picture.profile import Profile
from devices.agent.errors import BadProfile

sys.path.append(str(Path(__file__).parent))
from pretend_camera import MONDAY, PretendCamera, a_day, looks

HOURLY = timedelta(hours=1)
LEARNT = a_day(PretendCamera(), HOURLY)
KEPT = to_bytes(LEARNT)


def kinds(profile: Profile, bursts: list[Burst]) -> list[list[str]]:
    return [[finding.kind for finding in verdict.findings] for verdict in looks(profile, bursts)]


def test_a_day_is_learnt_by_itself() -> None:
    assert LEARNT.learnt == 23 / 24  # the last look waits for the next one
    assert len(LEARNT.history) >= 20


def test_a_restart_changes_nothing() -> None:
    again = from_bytes(KEPT)
    assert to_bytes(again) == KEPT
    at = MONDAY + timedelta(days=1, hours=9)
    bursts = [Burst(at + number * timedelta(minutes=10), PretendCamera().pictures(at)) for number in range(3)]
    assert kinds(again, bursts) == kinds(LEARNT, bursts)


def test_a_profile_stays_small_however_noisy_the_camera_is() -> None:
    camera = PretendCamera(noise=60)
    profile = LEARNT
    for number in range(3):
        profile, _ = judge(profile, Burst(MONDAY + number * HOURLY, camera.pictures(MONDAY)))
    assert len(to_bytes(profile)) <= MOST_BYTES
    assert len(KEPT) <= MOST_BYTES


def test_a_camera_never_seen_has_a_profile_too() -> None:
    assert from_bytes(to_bytes(Profile())).learnt == 0


@given(st.binary(max_size=300), st.integers(0, len(KEPT)))
def test_rubbish_is_refused_with_words(rubbish: bytes, at: int) -> None:
    packed = zlib.compress(rubbish)
    for kept in (
        rubbish,
        MAGIC + rubbish,
        MAGIC + packed,
        KEPT[:at] + rubbish + KEPT[at + len(rubbish) + 1 :],
        KEPT[:-1],
    ):
        try:
            profile = from_bytes(kept)
        except BadProfile as refused:
            assert refused.vi
            assert "learnt anew" in str(refused)
        else:
            assert np.isfinite(profile.moments).all()


def test_a_bomb_is_refused() -> None:
    with pytest.raises(BadProfile):
        from_bytes(MAGIC + zlib.compress(b"\0" * 50_000_000))
