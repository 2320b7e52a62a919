"""`loa speak --text` prints how each line is read aloud, with the commune's own words where they are given."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from controller.speech.reading.command import speak_lines

TEXT = "UBND xã Ia Krái họp 7h30.\n\n...\nLiên hệ QZX.\n"


def spoken(lexicon: Path | None = None, region: str = "north", text: str = TEXT) -> tuple[int, list[str], str]:
    out, errors = io.StringIO(), io.StringIO()
    code = speak_lines(io.StringIO(text), out, errors, region, lexicon)
    return code, out.getvalue().splitlines(), errors.getvalue()


def test_one_line_comes_out_for_one_line_in() -> None:
    first = "Ủy ban nhân dân xã Ia Krái họp bảy giờ ba mươi phút."
    assert spoken() == (0, [first, "", "", "Liên hệ quy dét ích."], "")


def test_the_communes_own_words_are_said_as_its_people_say_them(tmp_path: Path) -> None:
    file = tmp_path / "tu-rieng.tsv"
    file.write_text("# tên riêng\nIa Krái\tI a Krái\n\nQZX\tanh Quân\n", "utf-8")
    assert spoken(file)[1][0].startswith("Ủy ban nhân dân xã I a Krái")
    assert spoken(file)[1][3] == "Liên hệ anh Quân."


def test_the_regions_say_numbers_in_their_own_way() -> None:
    assert spoken(region="south", text="101 nghìn; 1.005; 24")[1] != spoken(text="101 nghìn; 1.005; 24")[1]


@pytest.mark.parametrize(
    "content", [b"QZX anh Qu\xc3\xa2n", b"QZX\t", b"\tnghe", b"\xff\xfe\x00", b"QZX\tmot\nQZX\thai"]
)
def test_a_lexicon_that_cannot_be_used_is_told_before_anything_is_read(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "hong.tsv"
    file.write_bytes(content)
    code, lines, errors = spoken(file)
    assert (code, lines) == (2, [])
    assert "không dùng được từ điển riêng" in errors


def test_a_lexicon_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert spoken(tmp_path / "no-such.tsv")[0] == 2
