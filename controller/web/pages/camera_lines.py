"""Cameras in words and shapes: for the wall, for one camera, and for the evidence of an incident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.monitoring.cameras.overview import Shown
from controller.monitoring.cameras.tally import Tally
from controller.store.camera_pictures import Picture
from controller.store.camera_states import Axis, AxisState, Condition
from controller.web.language import Language
from controller.web.pages.camera_words import (
    AXES,
    BELIEFS,
    CAMERA_REASONS,
    CONDITIONS,
    FINDINGS,
    PICTURE_ROLES,
)
from controller.web.pages.words import Words, upfirst
from devices.protocol.messages.cameras import CameraId, PictureFinding

MARKS = {
    Condition.UP: ("good", "check"),
    Condition.UNJUDGED: ("info", "camera"),
    Condition.DEGRADED: ("warn", "alert"),
    Condition.DOWN: ("bad", "offline"),
    Condition.MAINTENANCE: ("plain", "settings"),
    Condition.UNKNOWN: ("plain", "info"),
}
_AXIS_MARKS = {AxisState.UP: "good", AxisState.DOWN: "bad"}


@dataclass(frozen=True, slots=True)
class PictureLine:
    """A picture with its age: nothing is shown as if it were live."""

    href: str
    label: str
    taken_at: datetime | None

    @classmethod
    def of(cls, one: Picture, words: Words) -> PictureLine:
        label = upfirst(words.say(PICTURE_ROLES.get(one.role, one.role)))
        return cls(f"/api/v1/cameras/{one.camera}/pictures/{one.sha256}", label, one.taken_at)


@dataclass(frozen=True, slots=True)
class AxisLine:
    label: str
    mark: str
    icon: str
    said: str
    why: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class FindingLine:
    what: str
    measure: str
    value: str
    limit: str
    usual: str


@dataclass(frozen=True, slots=True)
class CameraLine:
    id: CameraId
    name: str
    area: str
    mark: str
    icon: str
    said: str
    why: str
    since: datetime | None
    heard_at: datetime | None
    watched: bool
    picture: PictureLine | None
    axes: tuple[AxisLine, ...]
    findings: tuple[FindingLine, ...]


def line_of(one: Shown, area: str, words: Words) -> CameraLine:
    mark, icon = MARKS[one.condition]
    seen = one.thumbnail or one.latest
    broken = one.health.broken() if one.watched else {}
    findings = () if one.report is None or Axis.PICTURE not in broken else one.report.findings
    return CameraLine(
        id=one.camera.id,
        name=one.camera.name,
        area=area,
        mark=mark,
        icon=icon,
        said=upfirst(words.say(CONDITIONS[one.condition.name.lower()])),
        why=words.listed([reason_in_words(reason, words) for reason in broken.values()]) if broken else "",
        since=one.since,
        heard_at=one.heard_at,
        watched=one.watched,
        picture=None if seen is None else PictureLine.of(seen, words),
        axes=tuple(_axes(one, words)),
        findings=tuple(findings_in_words(findings, words)),
    )


def reason_in_words(reason: str, words: Words) -> str:
    return words.say(CAMERA_REASONS[reason]) if reason in CAMERA_REASONS else reason


def findings_in_words(found: Iterable[PictureFinding], words: Words) -> Iterable[FindingLine]:
    """Each with the figure that it rests on, its limit, and what is usual there."""
    for one in found:
        low, high = _number(one.usual_low, words), _number(one.usual_high, words)
        yield FindingLine(
            upfirst(words.say(FINDINGS[one.kind])) if one.kind in FINDINGS else one.kind,
            one.measure,
            _number(one.value, words),
            _number(one.limit, words),
            f"{low} – {high}" if low and high else low or high,
        )


def _axes(one: Shown, words: Words) -> Iterable[AxisLine]:
    for axis, belief in one.health.axes.items():
        believed = belief.believed if one.watched else AxisState.UNKNOWN
        reason = "unstable" if belief.flaps else "" if believed is AxisState.UP else belief.reason
        yield AxisLine(
            words.say(AXES[axis]),
            "warn" if belief.flaps and one.watched else _AXIS_MARKS.get(believed, "plain"),
            "check" if believed is AxisState.UP else "close" if believed is AxisState.DOWN else "info",
            words.say(BELIEFS[believed]),
            reason_in_words(reason, words) if reason and one.watched else "",
            belief.believed_since if one.watched else None,
        )


def _number(value: float | None, words: Words) -> str:
    return "" if value is None else _digits(f"{value:.3g}", words)


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: its parts from the bottom up, each with kind, where it begins and how high it is, in percent."""

    x: float
    parts: tuple[tuple[str, float, float], ...]
    said: str


_KINDS = (
    Condition.DOWN,
    Condition.DEGRADED,
    Condition.UNJUDGED,
    Condition.UP,
    Condition.MAINTENANCE,
    Condition.UNKNOWN,
)


def bars_of(days: list[tuple[datetime, Tally]], words: Words) -> list[Bar]:
    """One bar for each day; what each says in words stands beside the picture as a table."""
    bars = []
    for place, (start, tally) in enumerate(days):
        whole = tally.time(*Condition)
        bottom, parts = 100.0, []
        for condition in _KINDS:
            if whole and (length := tally.time(condition)):
                height = 100 * (length / whole)
                bottom -= height
                parts.append((condition.name.lower(), round(bottom, 2), round(height, 2)))
        bars.append(Bar(place, tuple(parts), f"{words.day(start)}: {percent(tally.reachable, words)}"))
    return bars


def percent(share: float | None, words: Words) -> str:
    """At most two decimals, and never a hundred where something is missing."""
    if share is None:
        return "–"
    return f"{_digits(f'{int(share * 10_000) / 100:.2f}', words)} %"


def span(length: timedelta | None, words: Words) -> str:
    """Roughly how long, in the unit that fits."""
    if not length:
        return "–"
    hours = length.total_seconds() / 3600
    if hours < 1:
        return words.say("{number} min", number=_digits(f"{hours * 60:.0f}", words))
    if hours < 48:
        return words.say("{number} h", number=_digits(f"{hours:.1f}", words))
    return words.say("{number} d", number=_digits(f"{hours / 24:.1f}", words))


def _digits(number: str, words: Words) -> str:
    return number.replace(".", ",") if words.language is Language.VIETNAMESE else number
