"""Why a wish did not get what it asked for, in words, Vietnamese or English."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from schedules.occurrence import Hush, Occurrence, Why
from schedules.priority import BulletinClass
from schedules.timespan import COMMUNE_ZONE
from schedules.verdicts import Fate, Verdict

Language = Literal["vi", "en"]

CLASSES: dict[Language, dict[BulletinClass, str]] = {
    "vi": {
        BulletinClass.NORMAL: "thông thường",
        BulletinClass.PRIORITY: "ưu tiên",
        BulletinClass.EMERGENCY: "khẩn cấp",
    },
    "en": {
        BulletinClass.NORMAL: "normal",
        BulletinClass.PRIORITY: "priority",
        BulletinClass.EMERGENCY: "emergency",
    },
}

WHY: dict[Language, dict[Why, str]] = {
    "vi": {
        Why.QUIET_HOURS: "giờ yên lặng",
        Why.CLASS_HOURS: "ngoài khung giờ của loại bản tin này",
        Why.MOURNING: "những ngày quốc tang không phát nhạc",
        Why.EXAM: "đang giờ thi",
        Why.MAINTENANCE: "đang bảo trì",
        Why.HOLIDAY: "ngày nghỉ lễ",
        Why.SKIPPED: "được bỏ riêng ngày này",
        Why.DAY_LIMIT: "vượt tổng thời lượng phát trong ngày",
        Why.SESSION_LIMIT: "vượt thời lượng một buổi phát",
    },
    "en": {
        Why.QUIET_HOURS: "quiet hours",
        Why.CLASS_HOURS: "outside the hours of this class",
        Why.MOURNING: "no music in days of mourning",
        Why.EXAM: "an exam is being written",
        Why.MAINTENANCE: "maintenance",
        Why.HOLIDAY: "a holiday",
        Why.SKIPPED: "skipped for this day",
        Why.DAY_LIMIT: "more than may sound in one day",
        Why.SESSION_LIMIT: "more than may sound in one session",
    },
}


def in_words(verdict: Verdict, language: Language = "vi", zone: ZoneInfo = COMMUNE_ZONE) -> str:
    """One sentence that says what becomes of the wish and why; times of day are those of `zone`."""
    if verdict.begins is None or verdict.ends is None:
        return _dropped(verdict, language, zone)
    begins, ends = _clock(verdict.begins, zone), _clock(verdict.ends, zone)
    if verdict.fate is Fate.STANDS:
        return {"vi": f"Phát đúng lúc {begins}.", "en": f"Heard at {begins}."}[language]
    if verdict.fate is Fate.MOVED:
        asked, other = _clock(verdict.occurrence.start, zone), _in_the_way(verdict, language)
        return {
            "vi": f"Phát lúc {begins} thay vì {asked}, sau {other}.",
            "en": f"Heard at {begins} instead of {asked}, after {other}.",
        }[language]
    other = _in_the_way(verdict, language)
    if verdict.whole:
        return {
            "vi": f"Bị ngắt bởi {other}; vẫn được phát đủ, xong lúc {ends}.",
            "en": f"Cut short by {other}; still heard as a whole, until {ends}.",
        }[language]
    lost = "" if verdict.hush is None else f" ({_forbidden(verdict.hush, language, zone)})"
    return {
        "vi": f"Bị ngắt lúc {ends} bởi {other}; phần còn lại không được phát{lost}.",
        "en": f"Cut short at {ends} by {other}; the rest is not heard{lost}.",
    }[language]


def _dropped(verdict: Verdict, language: Language, zone: ZoneInfo) -> str:
    if verdict.hush is not None:
        reason = _forbidden(verdict.hush, language, zone)
        return {"vi": f"Không phát: {reason}.", "en": f"Not heard: {reason}."}[language]
    minutes = round(verdict.occurrence.patience.total_seconds() / 60)
    other = _in_the_way(verdict, language)
    return {
        "vi": f"Không phát: phải chờ {other} lâu hơn {minutes} phút cho phép.",
        "en": f"Not heard: waiting for {other} takes longer than the {minutes} minutes that it may wait.",
    }[language]


def _in_the_way(verdict: Verdict, language: Language) -> str:
    """Whose sound stood in the way, and by what right."""
    other, own = verdict.by, verdict.occurrence
    if other is None:
        return {"vi": "chương trình khác", "en": "another programme"}[language]
    return f"“{other.title}” ({_right(other, own, language)})"


def _right(other: Occurrence, own: Occurrence, language: Language) -> str:
    if other.bulletin_class.rank < own.bulletin_class.rank:
        return {"vi": "nhường phát xong", "en": "which it lets end first"}[language]
    if other.bulletin_class is not own.bulletin_class:
        name = CLASSES[language][other.bulletin_class]
        return {"vi": f"loại {name}", "en": f"class {name}"}[language]
    if other.order < own.order:
        return {"vi": "cùng loại, xếp thứ tự trước", "en": "same class, earlier in order"}[language]
    return {"vi": "cùng loại, đến trước", "en": "same class, came first"}[language]


def _forbidden(hush: Hush, language: Language, zone: ZoneInfo) -> str:
    reason = WHY[language][hush.why]
    if hush.why in (Why.QUIET_HOURS, Why.CLASS_HOURS, Why.EXAM, Why.MAINTENANCE):
        reason = f"{reason}, {_clock(hush.start, zone)}–{_clock(hush.end, zone)}"
    return f"{reason} ({hush.name})" if hush.name else reason


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"
