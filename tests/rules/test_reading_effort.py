"""Hostile texts take time in proportion to their length, however they repeat."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from controller.speech.reading import read

_HOSTILE = [
    "1", "1.", "1,", "0912 ", "1-", "1/2/", "10:00-", "ngày 5/8 ", "A", "A. ", "a.", "x@", "III-", "HĐND-", "(", "<a ",
    "&amp;", "http://", "đ/c ", "đồng/", "5 x ", "1 000 ", "v.v", "\n", "1\n", "- ", "\u0301", "漢", "😀", "Nơi nhận: ",
]  # fmt: skip


def _calls(run: Callable[[], object]) -> int:
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        if event in ("call", "c_call"):
            count += 1

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", _HOSTILE)
def test_four_times_the_text_is_about_four_times_the_work(piece: str) -> None:
    short = piece * (400 // len(piece))
    read(short * 4)
    assert _calls(lambda: read(short * 4)) < 5 * _calls(lambda: read(short)) + 1_000


@pytest.mark.parametrize("piece", ["1/2/", "a. "])
@pytest.mark.long
def test_a_text_of_fifty_thousand_characters_is_read_to_the_end(piece: str) -> None:
    assert len(read(piece * (50_000 // len(piece))).spoken) < 500_000
