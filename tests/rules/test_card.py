"""The picture of a bulletin holds every Vietnamese letter with its marks, on a machine that has no font."""

from __future__ import annotations

import io
import unicodedata
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from controller.web.card import SIZE, card, font, lines

TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = "aăâeêioôơuưy"
LETTERS = "".join(
    sorted(
        {unicodedata.normalize("NFC", one + tone) for one, tone in product(VOWELS + VOWELS.upper(), TONES)} | set("đĐ")
    )
)


def test_every_letter_has_a_shape_of_its_own() -> None:
    assert len(LETTERS) == 146
    large = font(62)
    shapes = {bytes(large.getmask(letter)) + bytes(large.getmask(letter).size) for letter in f"{LETTERS}\uffff"}
    assert len(shapes) == 147, "and none is the box of a letter that the font does not have"


def test_marks_that_were_typed_apart_are_drawn_as_one() -> None:
    title = "Tiếng Việt có dấu: ẵ ậ ợ ữ Ỷ"
    assert card("xã", unicodedata.normalize("NFD", title), "17:00") == card("xã", title, "17:00")
    assert card("xã", title, "17:00") != card("xã", "Tieng Viet co dau: a a o u Y", "17:00")


@given(st.text(max_size=400), st.integers(3, 40))
def test_no_line_is_wider_than_its_room_and_none_is_a_fifth(text: str, room: int) -> None:
    found = lines(text, room, len)
    assert len(found) <= 4
    assert all(len(line) <= room for line in found)


@settings(max_examples=8)
@given(st.text(max_size=300))
def test_any_title_gives_a_picture(title: str) -> None:
    with Image.open(io.BytesIO(card("xã Thử", title, "17:00 22/11/2026"))) as drawn:
        assert (drawn.size, drawn.format) == (SIZE, "PNG")
