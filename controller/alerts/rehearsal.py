"""The way of a warning, step by step as it is gone in earnest: read, verified, decided, matched, worded, addressed.

Nothing is kept and nobody is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from controller.alerts.addressing import cover
from controller.alerts.announcing import ReadAloud, title_of
from controller.alerts.areas.ground import Ground, names
from controller.alerts.cap.containers import find_alerts
from controller.alerts.cap.genuine import Genuine, SourceName
from controller.alerts.cap.message import Alert, CapArea, Certainty, Info, Kind, Named, Scope, Status, Urgency
from controller.alerts.cap.own_key import make_key
from controller.alerts.cap.reading import read_alert
from controller.alerts.cap.trust import Pin, Trust
from controller.alerts.cap.writing import sign, write_alert
from controller.alerts.cap.xml import parse
from controller.alerts.errors import Unreadable
from controller.alerts.own_alerts import LEVEL_NAME, Template
from controller.alerts.policy.decision import Circumstances, Judgement, Part, Received, Verdict
from controller.alerts.policy.judge import judge
from controller.alerts.policy.sounds import same_words
from controller.alerts.reception import receive
from controller.alerts.urgent import sounds_of
from controller.alerts.wording import announcement
from controller.store.alerts import AlertId
from controller.store.announcements import Announcement, AnnouncementId, SpokenKind
from controller.store.areas import Area, AreaKind, AreaTree
from devices.clock import Clock
from devices.protocol.errors import WireError
from devices.protocol.topics import AreaChannel, DeviceId, Topics
from schedules.priority import BulletinClass
from schedules.programme import AreaId

SENDER = "dien-tap"
_SCHEME = "LOA-DRILL"
_LASTS = timedelta(hours=1)


class Broken(Exception):
    """A step failed; the message is a sentence for whoever rehearses."""


@dataclass(slots=True)
class Step:
    """`said` is one English sentence part, `facts` the same as JSON values; `seconds` is how long it took."""

    name: str
    well: bool = True
    said: str = ""
    seconds: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)


class Steps:
    """What was done so far. After a step that failed there is no other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.done: list[Step] = []

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Lets Broken through, after it was noted."""
        made, begun = Step(name), self._clock.monotonic()
        self.done.append(made)
        try:
            yield made
        except Broken as broken:
            made.well, made.said = False, str(broken)
            raise
        finally:
            made.seconds = round(self._clock.monotonic() - begun, 3)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where it is rehearsed: the commune as it is, or a file of areas."""

    ground: Ground
    tree: AreaTree
    trust: Trust
    given: Circumstances
    topics: Topics
    read_aloud: ReadAloud

    @property
    def standing(self) -> dict[DeviceId, AreaId]:
        return {one.id: one.area for one in self.ground.loudspeakers}


@dataclass(frozen=True, slots=True)
class Course:
    """What came of it: which nodes of the tree would be told, and whom that reaches."""

    nodes: tuple[AreaId, ...]
    reached: frozenset[DeviceId]


def tree_of(ground: Ground) -> AreaTree:
    """The tree as a file of areas draws it, which says nothing of levels."""
    return AreaTree(Area(one.id, one.parent, AreaKind.VILLAGE, one.name) for one in ground.areas.values())


def made_for(scene: Scene, template: Template, level: int, areas: Collection[AreaId]) -> tuple[bytes, Scene]:
    """A signed message from a template, and the scene in which its key is believed and its areas have codes: the way
    is gone whole although no source has sent anything. The key lives no longer than the rehearsal."""
    now = scene.given.now.replace(microsecond=0)
    key = make_key(SENDER, now)
    info = Info(
        language="vi-VN",
        categories=("Met",),
        event=template.event,
        urgency=Urgency.IMMEDIATE,
        certainty=Certainty.LIKELY,
        expires=now + _LASTS,
        headline=template.headline,
        instruction=template.instructions[level],
        parameters=(Named(LEVEL_NAME, str(level)),),
        areas=tuple(CapArea(area, geocodes=(Named(_SCHEME, area),)) for area in areas),
    )
    alert = Alert(f"{SENDER}-{now:%Y%m%dT%H%M%S}", SENDER, now, Status.ACTUAL, Kind.ALERT, Scope.PUBLIC, infos=(info,))
    coded = {name: replace(one, codes=(*one.codes, f"{_SCHEME}={name}")) for name, one in scene.ground.areas.items()}
    believed = scene.ground.geocode_names and scene.ground.geocode_names | names((_SCHEME,))
    ground = replace(scene.ground, areas=coded, geocode_names=believed)
    pin = Pin(SourceName(SENDER), (key.certificate,), frozenset((SENDER,)))
    return sign(write_alert(alert), key.key, key.certificate), replace(scene, ground=ground, trust=Trust((pin,)))


def rehearse(scene: Scene, data: bytes, steps: Steps) -> Course:
    """Goes the way up to the topics. Raises Broken at the step that fails, which a warning that would not be heard
    does as well."""
    received = _received(scene, data, steps)
    judgement = _decided(scene, received, steps)
    _placed(judgement, steps)
    _worded(scene, received, judgement, steps)
    return _addressed(scene, judgement, steps)


def _received(scene: Scene, data: bytes, steps: Steps) -> Received:
    with steps.step("message") as step:
        try:
            found = [read_alert(parse(one.document)) for one in find_alerts(data)]
        except Unreadable as trouble:
            raise Broken(f"It cannot be read: {trouble}") from trouble
        if len(found) != 1:
            raise Broken(f"It holds {len(found)} alerts; a drill is of one.")
        (alert,) = found
        status, kind = alert.status.value if alert.status else "?", alert.kind.value if alert.kind else "?"
        step.said = f"{alert.identifier} of {alert.sender}: {status} {kind}, {len(alert.infos)} info"
        step.facts = {"identifier": alert.identifier, "sender": alert.sender, "status": status, "kind": kind}
    with steps.step("signature") as step:
        (received,) = receive(data, scene.ground, scene.trust, scene.given.now)
        genuine, reason = received.signature.genuine, received.signature.reason
        step.facts = {"signature": genuine.value, "reason": reason, "source": received.signature.source}
        if genuine is Genuine.FAILED:
            raise Broken(f"The signature failed: {reason}. Nothing sounds, and it is an incident.")
        step.said = f"{genuine.value}: {reason}"
    return received


def _decided(scene: Scene, received: Received, steps: Steps) -> Judgement:
    with steps.step("decision") as step:
        judgement = judge(received, scene.given)
        first = next(iter(judgement.leading), None)
        kind = first.bulletin_class.value if first and first.bulletin_class else None
        waits = first.waits_for.value if first and first.waits_for else None
        step.facts = {
            "verdict": judgement.verdict.value,
            "class": kind,
            "code": judgement.reason.code,
            "waits_for": waits,
            "drill": judgement.drill,
        }
        if judgement.verdict is Verdict.IGNORE:
            raise Broken(f"It would be ignored: {judgement.reason.text}.")
        step.said = f"{judgement.verdict.value} {kind or ''}: {judgement.reason.text}"
        step.said += f"; it waits for a {waits}" if waits else ""
    return judgement


def _placed(judgement: Judgement, steps: Steps) -> None:
    with steps.step("areas") as step:
        hits = {hit.place.key: hit for part in judgement.leading for hit in part.hits}
        wanted = sorted(hit.place.loudspeaker for hit in hits.values() if hit.place.loudspeaker)
        mute = sorted(hit.place.area for hit in hits.values() if not hit.place.loudspeaker)
        step.facts = {"loudspeakers": {one: hits[one].why for one in wanted}, "areas_without": mute}
        if not wanted:
            raise Broken("It reaches no loudspeaker.")
        step.said = f"{len(wanted)} loudspeakers in {', '.join(sorted({hits[one].place.area for one in wanted}))}"
        step.said += f"; without any: {', '.join(mute)}" if mute else ""


def _worded(scene: Scene, received: Received, judgement: Judgement, steps: Steps) -> None:
    with steps.step("words") as step:
        for part in judgement.leading:
            spoken = _spoken(scene, received.alert, part, drill=judgement.drill)
            step.facts.setdefault("said", []).extend(spoken)
        step.said = " / ".join(
            f"[{one['language']}{', siren ' + one['siren'] if one['siren'] else ''}] {one['words']}"
            for one in step.facts["said"]
        )


def _spoken(scene: Scene, alert: Alert, part: Part, *, drill: bool) -> Iterator[Mapping[str, Any]]:
    """The first time that it is said, each voice for itself."""
    now, table = scene.given.now, scene.given.table
    kind = part.bulletin_class or BulletinClass.NORMAL
    phrases = tuple(
        (one.language, scene.read_aloud(one.text) if one.language.casefold().startswith("vi") else one.text)
        for one in announcement(alert, part, exercise=scene.given.exercise if drill else "")
    )
    said = Announcement(
        AnnouncementId("drill"),
        AlertId(0),
        SpokenKind.ALERT,
        same_words(part),
        title_of(part.info),
        phrases,
        kind,
        kind is BulletinClass.EMERGENCY,
        drill,
        now,
        part.ends or now + table.without_expiry,
    )
    for one in sounds_of(said, now):
        siren = one.siren
        yield {
            "language": one.language,
            "words": one.words,
            "siren": siren.pattern.value if siren else None,
            "siren_seconds": siren.seconds if siren else 0,
            "seconds": round(one.occurrence.seconds, 1),
            "repeated_minutes": table.repeat.total_seconds() / 60 if kind is BulletinClass.EMERGENCY else None,
            "ends": said.ends_at.isoformat(),
        }


def _addressed(scene: Scene, judgement: Judgement, steps: Steps) -> Course:
    with steps.step("topics") as step:
        topics: set[str] = set()
        nodes: set[AreaId] = set()
        reached: set[DeviceId] = set()
        for part in judgement.leading:
            wanted = {hit.place.loudspeaker for hit in part.hits if hit.place.loudspeaker}
            there = cover(scene.tree, scene.standing, wanted)
            channel = _channel(part, drill=judgement.drill)
            try:
                topics |= {scene.topics.area(node, channel) for node in there}
            except WireError as wrong:
                raise Broken(f"An area cannot be addressed: {wrong}") from wrong
            nodes |= there
            reached |= wanted
        step.facts = {"topics": sorted(topics)}
        step.said = ", ".join(sorted(topics))
        return Course(tuple(sorted(nodes)), frozenset(reached))


def _channel(part: Part, *, drill: bool) -> AreaChannel:
    if drill:
        return AreaChannel.EXERCISE
    return AreaChannel.URGENT if part.bulletin_class is BulletinClass.EMERGENCY else AreaChannel.PLAN
