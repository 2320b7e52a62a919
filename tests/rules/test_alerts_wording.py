"""What is spoken: class, issue time, level in words with its colour, the bulletin's own words, and nothing hostile."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from controller.alerts.cap.message import Alert, Info
from controller.alerts.policy.decision import Part, Reason, Verdict
from controller.alerts.policy.levels import Level
from controller.alerts.policy.sounds import Ending
from controller.alerts.wording import LONGEST, announcement, correction, ending, plain_text
from schedules.priority import BulletinClass

ALERT = Alert("A", "canhbao@kttv.example", datetime(2026, 11, 22, 2, 55, tzinfo=UTC))
INFO = Info(
    language="vi-VN",
    event="Lũ quét",
    sender_name="Đài Khí tượng Thủy văn Phú Yên",
    headline="Cảnh báo lũ quét trên sông Bàn Thạch",
    description="Mực nước đang lên nhanh.",
    instruction="Bà con ven sông di chuyển ngay đến nơi cao. Xem https://kttv.example/lu",
)


def part(info: Info = INFO, value: int | None = 4, language: str = "vi-VN") -> Part:
    rank = BulletinClass.EMERGENCY
    return Part(Verdict.SPEAK, Reason("at-once", ""), info, (), rank, Level(value), language=language)


def said(info: Info = INFO, value: int | None = 4) -> str:
    (phrase,) = announcement(ALERT, part(info, value))
    assert phrase.language == "vi"
    return phrase.text


def test_an_announcement_says_class_issue_time_level_and_what_to_do() -> None:
    assert said() == (
        "Cảnh báo khẩn cấp. Đài Khí tượng Thủy văn Phú Yên phát lúc 9 giờ 55 phút, ngày 22 tháng 11 năm 2026. "
        "Cấp độ rủi ro thiên tai cấp bốn, màu đỏ, rủi ro rất lớn. "
        "Cảnh báo lũ quét trên sông Bàn Thạch. Bà con ven sông di chuyển ngay đến nơi cao."
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1, "cấp một, màu xanh dương nhạt"),
        (2, "cấp hai, màu vàng nhạt"),
        (3, "cấp ba, màu da cam"),
        (4, "cấp bốn, màu đỏ"),
        (5, "cấp năm, màu tím, thảm họa"),
    ],
)
def test_all_five_levels_are_said_in_words_with_their_colours(value: int, words: str) -> None:
    assert words in said(value=value)


def test_a_level_that_the_bulletin_does_not_state_is_not_said() -> None:
    assert "cấp độ" not in said(value=None).casefold()


def test_the_description_is_said_where_there_is_no_instruction() -> None:
    assert "Mực nước đang lên nhanh." in said(replace(INFO, instruction=""))
    assert "Mực nước" not in said()


def test_another_language_is_left_to_its_own_voice() -> None:
    english = replace(INFO, language="en", event="Flood", headline="Flash flood", instruction="Move up.")
    phrases = announcement(ALERT, part(english, language="en"))
    assert [phrase.language for phrase in phrases] == ["vi", "en"]
    assert "Flash flood. Move up." in phrases[1].text and "Flood" not in phrases[0].text


def test_an_exercise_is_called_one_before_and_after() -> None:
    phrases = announcement(ALERT, part(), exercise="Hòa Xuân 2026")
    assert "diễn tập Hòa Xuân 2026" in phrases[0].text and "diễn tập" in phrases[-1].text and len(phrases) == 3


@pytest.mark.parametrize("how", Ending)
def test_every_ending_and_the_correction_name_the_alert_and_when_it_was_issued(how: Ending) -> None:
    for phrases in (ending(ALERT, INFO, how), correction(ALERT, INFO)):
        assert "Lũ quét phát lúc 9 giờ 55 phút, ngày 22 tháng 11 năm 2026" in phrases[0].text
    assert correction(ALERT, INFO)[0].text.startswith("Đính chính.")


def test_an_ending_is_said_even_of_an_alert_that_nothing_is_known_about() -> None:
    assert ending(Alert(), None, Ending.CANCELLED)[0].text


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Xem <a href='https://x.example'>tin</a>", "Xem tin"),
        ("a &amp; b &lt;script&gt;x&lt;/script&gt;", "a & b x"),
        ("Di tản. Chi tiết xem tại: https://a.example/x?y=1", "Di tản."),
        ("gọi www.kttv.example hoặc tin@kttv.example ngay", "gọi hoặc ngay"),
        ("lũ\u200b quét\u202e\x07", "lũ quét"),
        ("* UNTIL\n* NOW", "UNTIL NOW"),
        ("lũ".encode().decode() + "u\u0303", "lũũ"),
    ],
)
def test_markup_addresses_and_invisible_letters_are_not_spoken(written: str, spoken: str) -> None:
    assert plain_text(written) == spoken


@given(some.text(max_size=300))
def test_whatever_is_written_what_is_spoken_is_one_clean_line(text: str) -> None:
    spoken = plain_text(text)
    assert not re.search(r"[<>\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e]|https?://", spoken)
    assert spoken == " ".join(spoken.split())


def test_a_text_without_end_is_cut_after_a_sentence() -> None:
    text = said(replace(INFO, instruction="Di chuyển ngay đến nơi cao. " * 10_000))
    assert len(text) < LONGEST + 400 and text.endswith("nơi cao.")
    assert len(said(replace(INFO, instruction="a" * 2_000_000))) < LONGEST + 400
