"""How a text will sound is beside what was written, for author and approver, with all that is doubtful."""

from __future__ import annotations

from typing import Any

import pytest

QUESTIONABLE = "UBND xã mời bà con thôn 3, tổ QZX họp lúc 19h30."
WITHOUT_MARKS = "Thong bao mat dien toan xa tu 7h den 17h ngay mai."
ENGLISH = "Thông báo mất điện. There will be no electricity in the village tomorrow morning."


def preview(person: Any, text: str) -> str:
    return str(person.http.post("/bulletins/preview", data={"text": text}, headers={"HX-Request": "true"}).text)


def test_author_and_approver_see_both_forms_with_the_differences_and_the_unknown_marked(hoa: Any, binh: Any) -> None:
    for page in (preview(hoa, QUESTIONABLE), binh.get(hoa.write(text=QUESTIONABLE))):
        assert "<mark>UBND</mark>" in page
        assert "<mark>Ủy ban nhân dân</mark>" in page
        assert "<mark>mười chín giờ ba mươi phút</mark>" in page
        assert '<mark class="unknown">QZX</mark>' in page


def test_an_approver_sees_the_reading_that_was_made_and_not_one_with_later_words(hoa: Any, binh: Any) -> None:
    where = hoa.write(text="Mời tổ QZW 7h30 ra họp.")
    hoa.post("/lexicon", {"written": "QZW", "spoken": "Quang Trung"})
    page = binh.get(where)
    assert '<mark class="unknown">QZW</mark>' in page
    assert "Quang Trung" not in page


@pytest.mark.parametrize(
    ("text", "doubt", "sentence"),
    [(WITHOUT_MARKS, "no-marks", "gõ không dấu"), (ENGLISH, "foreign", "không phải tiếng Việt")],
)
def test_a_text_in_the_wrong_language_is_noticed_before_it_is_approved(
    hoa: Any, binh: Any, text: str, doubt: str, sentence: str
) -> None:
    assert hoa.http.post("/api/v1/speech/readings", json={"text": text}).json()["doubts"] == [doubt]
    assert sentence in preview(hoa, text)
    assert sentence in binh.get(hoa.write(text=text))


def test_ordinary_vietnamese_is_not_doubted(hoa: Any) -> None:
    assert hoa.http.post("/api/v1/speech/readings", json={"text": QUESTIONABLE}).json()["doubts"] == []


def test_an_unknown_abbreviation_leads_everybody_to_what_they_may_do_about_it(hoa: Any, binh: Any) -> None:
    where = hoa.write(text=QUESTIONABLE)
    assert '<a href="/lexicon?written=QZX"' in hoa.get(where)
    page = binh.get(where)
    assert '<a href="#reason"><mark class="unknown">QZX</mark></a>' in page
    assert 'id="reason"' in page
    assert "/lexicon?written" not in page


def test_the_issuer_of_a_document_whom_nobody_knows_is_reported(hoa: Any) -> None:
    text = "Theo Quyết định số 12/QĐ-QZX và Kế hoạch số 5/KH-UBND."
    reading = hoa.http.post("/api/v1/speech/readings", json={"text": text}).json()
    assert reading["unknown"] == ["12/QĐ-QZX"]
    assert "của quy dét ích" in reading["spoken"]
