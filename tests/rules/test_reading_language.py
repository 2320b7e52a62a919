"""A notice in the wrong language, or without its marks, is noticed before anybody approves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.speech.reading.language import Doubt, doubts

LISTS = ("vi-spoken-forms.tsv", "vi-spoken-forms-own.tsv")


@pytest.mark.parametrize(
    "text",
    [
        "thong bao mat dien tu 7h den 17h ngay 15/8",
        "Kinh moi ba con thon 3 ra nha van hoa hop dan vao toi nay.",
        "THONG BAO KHAN CUA UY BAN NHAN DAN XA VE VIEC SO TAN",
        "Thông báo. De nghi ba con khong di qua suoi khi nuoc lon",
    ],
)
def test_vietnamese_without_its_marks_is_noticed(text: str) -> None:
    assert doubts(text) == (Doubt.NO_MARKS,)


@pytest.mark.parametrize(
    "text",
    [
        "There will be a power cut from seven in the morning until five in the afternoon.",
        "Thông báo cúp điện. Please do not cross flooded roads until further notice",
        "Nyob zoo cov kwv tij neej tsa hauv lub zej zog no",
        "សូមប្រជាពលរដ្ឋទាំងអស់ មកប្រជុំ នៅ វត្ត នៅ ម៉ោង ប្រាំពីរ ព្រឹក",
        "请 各位 村民 今天 晚上 到 文化 中心 开会",
        "La coupure de courant aura lieu demain matin entre sept et onze heures",
    ],
)
def test_another_language_is_noticed(text: str) -> None:
    assert doubts(text) == (Doubt.FOREIGN,)


@pytest.mark.parametrize("name", LISTS)
def test_nothing_that_offices_write_is_doubted(name: str) -> None:
    rows = (Path(__file__).parent / name).read_text("utf-8").splitlines()[1:]
    doubted = [row for row in rows for text in row.split("\t")[:2] if doubts(text)]
    assert doubted == []


@pytest.mark.parametrize(
    "text",
    ["", "OK", "Zalo OA VNeID", "Gửi về ubnd.tanhoi@angiang.gov.vn", "UBND HĐND MTTQ BCH QS CA TYT", "Họp"],
)
def test_what_is_too_little_to_tell_is_not_doubted(text: str) -> None:
    assert doubts(text) == ()


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    assert set(doubts(text)) <= set(Doubt)
