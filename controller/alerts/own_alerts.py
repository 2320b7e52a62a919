"""Warnings that the commune writes itself, from templates by hazard and level, each with its approved correction."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from controller.alerts.cap.message import (
    Alert,
    CapArea,
    Certainty,
    Info,
    Kind,
    Named,
    Scope,
    Severity,
    Status,
    Urgency,
)
from controller.alerts.cap.writing import write_alert
from controller.alerts.decisions import Decisions
from controller.alerts.office import Office
from controller.alerts.policy.decision import Part, Reason, Verdict
from controller.alerts.policy.levels import read_level
from controller.alerts.standing_orders import read_orders
from controller.alerts.wording import announcement, correction
from controller.errors import Invalid, NotAllowed
from controller.speech.phrases import FixedPhrase
from controller.store.alert_sources import OWN, SourceKind
from controller.store.alerts import AlertId
from controller.store.database import Database
from controller.store.people import Account, Role
from devices.clock import Clock
from schedules.programme import AreaId

LONGEST = timedelta(hours=48)
MAX_TEXT = 1500
LEVEL_NAME = "Cấp độ rủi ro thiên tai"
_SEVERITIES = {1: Severity.MINOR, 2: Severity.MODERATE, 3: Severity.SEVERE, 4: Severity.EXTREME, 5: Severity.EXTREME}


@dataclass(frozen=True, slots=True)
class Template:
    """The words for one hazard; an instruction for each level at which it is warned of."""

    hazard: str
    event: str
    headline: str
    instructions: dict[int, str]

    def correction(self, sent: datetime) -> str:
        """The approved words, should it have been sent in error."""
        alert = Alert(sent=sent)
        return " ".join(phrase.text for phrase in correction(alert, Info(language="vi-VN", event=self.event)))


_WATCH = "Bà con theo dõi thông báo trên loa và chuẩn bị sẵn sàng."
_LEAVE = "Bà con di chuyển ngay đến nơi an toàn theo hướng dẫn của thôn. Giúp người già và trẻ em đi trước."
TEMPLATES = (
    Template(
        "flood",
        "Lũ, ngập lụt",
        "Nước lũ đang lên nhanh",
        {2: _WATCH + " Đưa đồ đạc lên cao.", 3: "Không đi qua ngầm tràn, suối. " + _LEAVE, 4: _LEAVE, 5: _LEAVE},
    ),
    Template(
        "flash-flood",
        "Lũ quét, sạt lở đất",
        "Nguy cơ lũ quét và sạt lở đất",
        {
            2: _WATCH + " Tránh xa sườn dốc và ven suối.",
            3: "Rời ngay khu vực ven suối và sườn dốc. " + _LEAVE,
            4: _LEAVE,
        },
    ),
    Template(
        "storm",
        "Bão",
        "Bão đang đến gần",
        {
            3: "Chằng chống nhà cửa, không ra khơi. " + _WATCH,
            4: "Ở trong nhà kiên cố, tránh xa cửa kính. " + _WATCH,
            5: "Sơ tán ngay theo lệnh của xã. " + _LEAVE,
        },
    ),
    Template("dam", "Vỡ đập, xả lũ", "Hồ chứa đang xả lũ khẩn cấp", {3: _LEAVE, 4: _LEAVE, 5: _LEAVE}),
    Template(
        "tsunami",
        "Sóng thần",
        "Cảnh báo sóng thần",
        {
            3: "Rời ngay bờ biển, chạy lên nơi cao.",
            4: "Rời ngay bờ biển, chạy lên nơi cao.",
            5: "Chạy ngay lên nơi cao.",
        },
    ),
    Template(
        "forest-fire",
        "Cháy rừng",
        "Cháy rừng gần khu dân cư",
        {2: "Không đốt lửa trong và gần rừng. " + _WATCH, 3: "Rời khỏi khu vực gần rừng. " + _LEAVE, 4: _LEAVE},
    ),
    Template("heat", "Nắng nóng", "Nắng nóng gay gắt", {1: "Hạn chế ra ngoài buổi trưa, uống đủ nước."}),
)


_SENTENCE_END = re.compile(r"(?<=\.) ")


def _sentences() -> Iterator[tuple[str, str]]:
    for one in TEMPLATES:
        yield f"{one.event}.", f"{one.hazard}-event"
        yield f"{one.headline}.", f"{one.hazard}-headline"
        # The ending and the correction name it so.
        yield f"Cảnh báo {one.event} phát lúc", f"{one.hazard}-which"
        for level, instruction in one.instructions.items():
            for place, text in enumerate(_SENTENCE_END.split(instruction)):
                yield text, f"{one.hazard}-{level}-{place}"


def _phrases() -> Iterator[FixedPhrase]:
    said: set[str] = set()
    for text, key in _sentences():
        if text not in said:
            said.add(text)
            yield FixedPhrase(f"own-{key}", text)


PHRASES = tuple(_phrases())
"""Every sentence of the templates once, for devices to have at hand: an unchanged one sounds without a download."""


@dataclass(frozen=True, slots=True)
class OwnAlert:
    """What an editor fills in."""

    hazard: str
    level: int
    headline: str
    instruction: str
    areas: tuple[AreaId, ...]
    lasts: timedelta


class OwnAlerts:
    def __init__(self, database: Database, office: Office, decisions: Decisions, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._decisions = decisions
        self._clock = clock

    def submit(self, said: OwnAlert, who: Account) -> AlertId:
        """Writes it as CAP and puts it before people; nothing sounds yet. Raises NotAllowed or Invalid."""
        template = _checked(said)
        if not said.areas:
            raise Invalid("no-area", "Choose at least one area.", field="areas")
        now = self._clock.now().replace(microsecond=0)
        with self._database.read() as connection:
            sender = read_orders(connection).sender
            tree = self._office.commune(connection).tree
        for area in said.areas:
            if area not in tree:
                raise Invalid("unknown-area", "There is no area {area!r}.", field="areas", area=area)
        if not who.at(tree, said.areas).is_any(Role.EDITOR, Role.APPROVER):
            raise NotAllowed("not-editor", "Only an editor may do this.")
        named = CapArea(", ".join(tree[area].name for area in said.areas))
        info = replace(_info(said, template, now), areas=(named,))
        identifier = f"{sender}-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        alert = Alert(identifier, sender, now, Status.ACTUAL, Kind.ALERT, Scope.PUBLIC, infos=(info,))
        (taken,) = self._office.take_in(OWN[SourceKind.OPERATOR], write_alert(alert), who, said.areas)
        self._decisions.second(taken.alert, who)
        return taken.alert

    def words(self, said: OwnAlert) -> str:
        """What would be said, as it is written. Raises Invalid."""
        template, now = _checked(said), self._clock.now().replace(microsecond=0)
        info = _info(said, template, now)
        level = read_level(info)
        with self._database.read() as connection:
            rule = read_orders(connection).table.rule_for(info, level)
        part = Part(
            Verdict.QUEUE,
            Reason("own", "written here"),
            info,
            bulletin_class=rule.bulletin_class,
            level=level,
            language=info.language,
        )
        return " ".join(phrase.text for phrase in announcement(Alert(sent=now), part))


def _info(said: OwnAlert, template: Template, now: datetime) -> Info:
    return Info(
        language="vi-VN",
        categories=("Met",),
        event=template.event,
        urgency=Urgency.IMMEDIATE if said.level >= 3 else Urgency.EXPECTED,
        severity=_SEVERITIES[said.level],
        certainty=Certainty.LIKELY,
        expires=now + said.lasts,
        headline=said.headline,
        instruction=said.instruction,
        parameters=(Named(LEVEL_NAME, str(said.level)),),
    )


def template_of(hazard: str) -> Template:
    """Raises Invalid."""
    found = next((one for one in TEMPLATES if one.hazard == hazard), None)
    if found is None:
        raise Invalid("unknown-hazard", "There is no template for {hazard!r}.", field="hazard", hazard=hazard)
    return found


def _checked(said: OwnAlert) -> Template:
    template = template_of(said.hazard)
    if said.level not in _SEVERITIES:
        raise Invalid("bad-level", "A level of risk is a number from 1 to 5.", field="level")
    for name, text in (("headline", said.headline), ("instruction", said.instruction)):
        if not text.strip() or len(text) > MAX_TEXT:
            raise Invalid("bad-text", "Write between 1 and {most} characters.", field=name, most=MAX_TEXT)
    if not timedelta(minutes=5) <= said.lasts <= LONGEST:
        raise Invalid("bad-length", "An alert holds for 5 minutes to 48 hours.", field="lasts_minutes")
    return template
