"""From what a bulletin says to one of the three legal classes. The level is read, never computed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

from controller.alerts.areas.ground import plain_name
from controller.alerts.cap.message import Certainty, Info, Severity, Urgency
from schedules.priority import BulletinClass

_LEVEL_NAMES = (
    "cap do rui ro",
    "capdoruiro",
    "cap rui ro",
    "rui ro thien tai",
    "muc do rui ro",
    "risk level",
    "risklevel",
)
_NUMERAL = re.compile(r"\d+|\b(?:i{1,3}|iv|v)\b")
_VALUES = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}


@dataclass(frozen=True, slots=True)
class Level:
    """The level of disaster risk that a bulletin states, 1 to 5. `unclear` is text that states one in no known way."""

    value: int | None = None
    unclear: str = ""


UNSTATED = Level()


def read_level(info: Info) -> Level:
    """The greatest that is stated, since hazards come together; none where the bulletin states none."""
    values: list[int] = []
    for parameter in (*info.parameters, *info.event_codes):
        if not _is_level(parameter.name):
            continue
        # Two numerals, as in 3-4 or 2.5, are no level that anybody could be told.
        numerals = _NUMERAL.findall(plain_name(parameter.value))
        if len(numerals) != 1 or numerals[0] not in _VALUES:
            return Level(unclear=parameter.value[:60])
        values.append(_VALUES[numerals[0]])
    return Level(max(values, default=None))


def _is_level(name: str) -> bool:
    plain = plain_name(name)
    return plain in ("cap", "cap do") or any(known in plain for known in _LEVEL_NAMES)


@dataclass(frozen=True, slots=True)
class ClassRule:
    """An info block that has one of everything listed (an empty set asks for nothing) is of this class, by the
    standing order named."""

    bulletin_class: BulletinClass
    standing_order: str
    levels: frozenset[int] = frozenset()
    urgencies: frozenset[Urgency] = frozenset()
    severities: frozenset[Severity] = frozenset()
    certainties: frozenset[Certainty] = frozenset()

    def covers(self, info: Info, level: Level) -> bool:
        return (
            (not self.levels or level.value in self.levels)
            and (not self.urgencies or info.urgency in self.urgencies)
            and (not self.severities or info.severity in self.severities)
            and (not self.certainties or info.certainty in self.certainties)
        )


_DEFAULT_ORDER = "Quyết định 18/2021/QĐ-TTg (mặc định; xã chưa khai lệnh thường trực riêng)"

DEFAULT_RULES = (
    ClassRule(BulletinClass.EMERGENCY, _DEFAULT_ORDER, levels=frozenset({3, 4, 5})),
    ClassRule(
        BulletinClass.EMERGENCY,
        _DEFAULT_ORDER,
        urgencies=frozenset({Urgency.IMMEDIATE}),
        severities=frozenset({Severity.SEVERE, Severity.EXTREME}),
        certainties=frozenset({Certainty.OBSERVED, Certainty.LIKELY}),
    ),
    ClassRule(BulletinClass.PRIORITY, _DEFAULT_ORDER, levels=frozenset({2})),
    ClassRule(BulletinClass.NORMAL, _DEFAULT_ORDER, levels=frozenset({1})),
    ClassRule(BulletinClass.NORMAL, _DEFAULT_ORDER, severities=frozenset({Severity.MINOR})),
    ClassRule(BulletinClass.NORMAL, _DEFAULT_ORDER, urgencies=frozenset({Urgency.FUTURE, Urgency.PAST})),
    ClassRule(BulletinClass.PRIORITY, _DEFAULT_ORDER),
)


@dataclass(frozen=True, slots=True)
class Table:
    """What the commune edits: the first rule that covers a bulletin gives its class. The last must cover everything.

    `languages` are those that a voice here speaks, best first. An emergency is said again every `repeat`; whoever is
    asked answers within `answer_within` before it is put to the next.
    """

    rules: tuple[ClassRule, ...] = DEFAULT_RULES
    languages: tuple[str, ...] = ("vi", "en")
    repeat: timedelta = timedelta(minutes=30)
    without_expiry: timedelta = timedelta(hours=6)
    news_for: timedelta = timedelta(hours=2)
    """A message that arrives later than this after it was sent is not announced as new."""
    clock_slack: timedelta = timedelta(minutes=5)
    answer_within: dict[BulletinClass, timedelta] = field(
        default_factory=lambda: {
            BulletinClass.EMERGENCY: timedelta(minutes=5),
            BulletinClass.PRIORITY: timedelta(minutes=30),
            BulletinClass.NORMAL: timedelta(hours=12),
        }
    )

    def __post_init__(self) -> None:
        if not timedelta(minutes=10) <= self.repeat <= timedelta(hours=2):
            raise ValueError("An emergency is repeated at most every ten minutes and at least every two hours.")
        if not self.rules or not self.rules[-1].covers(Info(), UNSTATED):
            raise ValueError("The last rule must cover every bulletin.")
        if any(not rule.standing_order.strip() for rule in self.rules):
            raise ValueError("Every rule names the standing order that it acts on.")

    def rule_for(self, info: Info, level: Level) -> ClassRule:
        return next(rule for rule in self.rules if rule.covers(info, level))


DEFAULT_TABLE = Table()
