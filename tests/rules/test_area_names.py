"""The short name of an area is made of what people call it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.fleet.area_desk import short_name
from devices.protocol.topics import is_name


@pytest.mark.parametrize(
    ("name", "short"),
    [("Thôn Đông 3", "thon-dong-3"), ("Tổ dân phố số 1 (cũ)", "to-dan-pho-so-1-cu"), (" Ấp Mỹ–Hoà ", "ap-my-hoa")],
)
def test_marks_and_signs_go_words_stay(name: str, short: str) -> None:
    assert short_name(name) == short


@given(st.text(max_size=120))
def test_it_is_a_name_or_nothing(name: str) -> None:
    assert short_name(name) == "" or is_name(short_name(name))
