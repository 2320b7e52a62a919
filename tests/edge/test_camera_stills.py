"""Pictures as files: read where they can be read, and never an exception."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from devices.agent.cameras.picture.stills import read_still, thumbnail

GREY = np.full((360, 640, 3), 90, np.uint8)


def test_evidence_is_small_and_keeps_its_proportions() -> None:
    small = read_still(thumbnail(GREY))
    assert small is not None
    assert small.shape == (180, 320, 3)
    assert abs(int(small.mean()) - 90) < 3


@given(st.binary(max_size=400), st.integers(0, 200))
def test_what_a_camera_answers_is_a_picture_or_nothing(rubbish: bytes, at: int) -> None:
    whole = thumbnail(GREY)
    for file in (rubbish, whole[:at] + rubbish + whole[at + len(rubbish) :]):
        picture = read_still(file)
        assert picture is None or picture.ndim == 3
