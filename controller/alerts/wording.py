"""What is spoken for an alert, its ending and its correction: a Vietnamese frame around the bulletin's own words. Pure.

Texts are ordinary written Vietnamese; the reading of numbers and abbreviations belongs to whoever speaks them.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from controller.alerts.cap.message import Alert, Info
from controller.alerts.policy.decision import Part
from controller.alerts.policy.language import MOST_LETTERS, VIETNAMESE, primary
from controller.alerts.policy.sounds import Ending
from controller.speech.phrases import FixedPhrase
from schedules.priority import BulletinClass
from schedules.timespan import COMMUNE_ZONE

LONGEST = 1500
"""Letters of the bulletin's own text; a longer one is cut after a sentence."""
_SHORT = 120

_LEVELS = {
    1: "cấp một, màu xanh dương nhạt, rủi ro nhỏ",
    2: "cấp hai, màu vàng nhạt, rủi ro trung bình",
    3: "cấp ba, màu da cam, rủi ro lớn",
    4: "cấp bốn, màu đỏ, rủi ro rất lớn",
    5: "cấp năm, màu tím, thảm họa",
}
_OPENINGS = {
    BulletinClass.EMERGENCY: "Cảnh báo khẩn cấp.",
    BulletinClass.PRIORITY: "Cảnh báo.",
    BulletinClass.NORMAL: "Thông báo.",
}
_ENDINGS = {
    Ending.CANCELLED: "đã được cơ quan ban hành hủy bỏ",
    Ending.ALL_CLEAR: "đã kết thúc",
    Ending.DROPPED: "không còn áp dụng cho khu vực này",
    Ending.LOWERED: "không còn ở mức khẩn cấp tại khu vực này",
}
FIXED = (
    *(FixedPhrase(f"opening-{kind.value}", text) for kind, text in _OPENINGS.items()),
    *(FixedPhrase(f"level-{level}", f"Cấp độ rủi ro thiên tai {text}.") for level, text in _LEVELS.items()),
    *(FixedPhrase(f"ending-{how.value}", f"Cảnh báo {text}.") for how, text in _ENDINGS.items()),
    FixedPhrase("issued", "Phát lúc"),
    FixedPhrase("over", "Thông báo kết thúc cảnh báo."),
    FixedPhrase("which", "Cảnh báo phát lúc"),
    *(FixedPhrase(f"which-{how.value}", text) for how, text in _ENDINGS.items()),
    FixedPhrase("correction", "Đính chính."),
    FixedPhrase("which-wrong", "là không đúng và đã được thu hồi."),
    FixedPhrase("do-not-follow", "Đề nghị bà con không làm theo."),
    FixedPhrase("exercise", "Diễn tập. Đây là diễn tập."),
    FixedPhrase("exercise-over", "Vừa rồi là diễn tập. Diễn tập."),
)
"""What is the same in every alert, for devices to have at hand."""
# With the word that leads to it: nobody can follow "see" without the address.
_LEAD = r"(?:\b(?:(?:chi tiết )?(?:xem|truy cập)(?: thêm)?(?: tại)?|chi tiết tại|see|visit)[\s:]+)?"
_ADDRESS = re.compile(
    _LEAD + r"(?:\b(?:https?|ftp)://\S+|\bwww\.\S+|\bmailto:\S+|\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)", re.I
)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,500}>")
_MARKS = re.compile(r"[*_#|~^`{}\[\]\\<>]+")
_SENTENCE_END = re.compile(r"[.!?…]\s")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text with the language of the voice that it needs."""

    language: str
    text: str


def announcement(alert: Alert, part: Part, *, exercise: str = "") -> tuple[Phrase, ...]:
    """Class, issue time, level in words with its colour, and the bulletin: what happens and what to do. In an exercise
    that is said before and after; outside one the word for it never occurs in the frame."""
    info = part.info
    frame = [_OPENINGS[part.bulletin_class or BulletinClass.NORMAL]]
    sender = _sentence(info.sender_name)[:_SHORT] if primary(part.language) == VIETNAMESE else ""
    if alert.sent:
        issued = f"lúc {_moment(alert.sent)}"
        frame.append(f"{sender.rstrip('.')} phát {issued}." if sender else f"Phát {issued}.")
    if part.level.value:
        frame.append(f"Cấp độ rủi ro thiên tai {_LEVELS[part.level.value]}.")
    return _around(exercise, *_joined(frame, part.language, _own_words(info)))


def ending(alert: Alert, info: Info | None, how: Ending, *, exercise: str = "") -> tuple[Phrase, ...]:
    """What a place hears in which `alert` sounded and is over. `info` is the block that was spoken there."""
    text = f"Thông báo kết thúc cảnh báo. {_which(alert, info)} {_ENDINGS[how]}."
    return _around(exercise, Phrase(VIETNAMESE, text))


def correction(alert: Alert, info: Info | None, *, exercise: str = "") -> tuple[Phrase, ...]:
    """The approved words for an alert that should not have sounded."""
    text = f"Đính chính. {_which(alert, info)} là không đúng và đã được thu hồi. Đề nghị bà con không làm theo."
    return _around(exercise, Phrase(VIETNAMESE, text))


def plain_text(text: str) -> str:
    """Text from outside, fit for a voice: no markup, no addresses, no invisible letters, one line."""
    composed = unicodedata.normalize("NFC", html.unescape(text[:MOST_LETTERS]))
    visible = "".join(" " if one in "\r\n\t" else one for one in composed if one in "\r\n\t" or _is_visible(one))
    without = _MARKS.sub(" ", _ADDRESS.sub(" ", _TAG.sub(" ", visible)))
    return " ".join(without.split())


def _is_visible(one: str) -> bool:
    return unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _own_words(info: Info) -> str:
    """The headline or the event, then what to do; the description only where one of them is missing."""
    headline, instruction = _sentence(info.headline) or _sentence(info.event), _sentence(info.instruction)
    described = _sentence(info.description) if not (info.headline.strip() and instruction) else ""
    event = _sentence(info.event)
    named = event if event and event.rstrip(".").casefold() not in headline.casefold() else ""
    text = " ".join(one for one in (named, headline, described, instruction) if one)
    if len(text) <= LONGEST:
        return text
    last = max((found.end() for found in _SENTENCE_END.finditer(text[:LONGEST])), default=0)
    return text[: last or LONGEST].strip()


def _sentence(text: str) -> str:
    plain = plain_text(text)
    return plain if not plain or plain[-1] in ".!?…" else plain + "."


def _joined(frame: list[str], language: str, words: str) -> list[Phrase]:
    if primary(language) == VIETNAMESE:
        return [Phrase(VIETNAMESE, " ".join([*frame, words]).strip())]
    return [Phrase(VIETNAMESE, " ".join(frame)), *([Phrase(language, words)] if words else [])]


def _which(alert: Alert, info: Info | None) -> str:
    event = plain_text(info.event)[:_SHORT] if info and primary(info.language or VIETNAMESE) == VIETNAMESE else ""
    named = f"Cảnh báo {event}".strip() if event else "Cảnh báo"
    return f"{named} phát lúc {_moment(alert.sent)}" if alert.sent else named


def _moment(moment: datetime) -> str:
    local = moment.astimezone(COMMUNE_ZONE)
    minutes = f" {local.minute:02d} phút" if local.minute else ""
    return f"{local.hour} giờ{minutes}, ngày {local.day} tháng {local.month} năm {local.year}"


def _around(exercise: str, *phrases: Phrase) -> tuple[Phrase, ...]:
    if not exercise:
        return phrases
    before = Phrase(VIETNAMESE, f"Diễn tập. Đây là diễn tập {plain_text(exercise)}. Diễn tập.")
    after = Phrase(VIETNAMESE, "Vừa rồi là diễn tập. Diễn tập.")
    return (before, *phrases, after)
