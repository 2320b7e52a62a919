"""Incidents in words: what is wrong, with what, why, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from controller.monitoring.symptoms import threatened
from controller.store import areas, cameras, fleet, incident_list, nodes, people
from controller.store.areas import AreaTree
from controller.store.database import Connection
from controller.store.incident_list import Incident, IncidentId
from controller.store.nodes import NodeId
from controller.store.people import AccountId
from controller.store.troubles import Severity, SubjectKind, TroubleKind
from controller.web.language import Language
from controller.web.pages.camera_words import CAMERA_REASONS, FINDINGS, NODES
from controller.web.pages.meanings import (
    COMPLAINTS,
    INCIDENT_STATES,
    INCIDENT_STEPS,
    NOT_READY,
    REFUSED,
    SEVERITIES,
    TROUBLES,
)
from controller.web.pages.words import Words, upfirst
from devices.clock import Clock
from devices.protocol.messages.cameras import CameraId
from devices.protocol.topics import DeviceId
from schedules.outcome import Outcome
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

_MARKS = {
    Severity.NOTICE: "plain",
    Severity.WARNING: "warn",
    Severity.SERIOUS: "bad",
    Severity.CRITICAL: "bad",
}


_OF_CAMERAS = frozenset(
    {TroubleKind.CAMERA_REACH, TroubleKind.CAMERA_SERVICE, TroubleKind.CAMERA_STREAM, TroubleKind.CAMERA_PICTURE}
)


@dataclass(frozen=True, slots=True)
class Threatened:
    """A broadcast that an incident threatens or threatened, and how it ended there, where that is known."""

    href: str
    title: str
    start: datetime
    outcome: str
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """One incident as a page shows it."""

    id: IncidentId
    mark: str
    severity: str
    what: str
    why: str
    subject: str
    where: str
    state: str
    over: bool
    count: int
    opened_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None
    muted_until: datetime | None
    acknowledged_by: str
    note: str
    cause: IncidentId | None
    threatened: tuple[Threatened, ...]
    beneath: tuple[Line, ...]


def lines_of(connection: Connection, found: Collection[Incident], words: Words, now: datetime) -> list[Line]:
    """Each with what lies beneath it."""
    below: dict[IncidentId, list[Incident]] = {}
    for one in incident_list.beneath(connection, [one.id for one in found]) if found else ():
        if one.cause is not None:
            below.setdefault(one.cause, []).append(one)
    everything = [*found, *(one for ones in below.values() for one in ones)]
    writer = _Writer(connection, everything, words, now)
    return [writer.line(one, [writer.line(child) for child in below.get(one.id, ())]) for one in found]


def incidents_in_words(
    clock: Clock, connection: Connection, found: Collection[Incident]
) -> dict[IncidentId, tuple[str, str]]:
    """Title and text of the message that tells people of each, in Vietnamese."""
    now = clock.now()
    words = Words(Language.VIETNAMESE, now.astimezone(COMMUNE_ZONE).date())
    writer = _Writer(connection, found, words, now)
    return {one.id: _message(writer.line(one), words) for one in found}


def _message(line: Line, words: Words) -> tuple[str, str]:
    what = f"{line.what}: {line.subject}" + (f" ({line.where})" if line.where else "")
    begun = f"{words.clock(line.opened_at)} {words.short_date(line.opened_at)}"
    title = words.say("Over: {what}", what=what) if line.over else upfirst(f"{line.severity}: {what}")
    return title, " ".join(
        filter(None, (upfirst(line.why) + "." if line.why else "", words.say("Since {moment}.", moment=begun)))
    )


@dataclass(frozen=True, slots=True)
class StoryLine:
    at: datetime
    said: str
    note: str


def story_of(connection: Connection, incident: IncidentId, words: Words) -> list[StoryLine]:
    names = people.names(connection)
    return [
        StoryLine(one.at, words.say(INCIDENT_STEPS[one.step], name=names.get(one.by, one.by)), one.note)
        for one in incident_list.story(connection, incident)
    ]


class _Writer:
    def __init__(self, connection: Connection, found: Iterable[Incident], words: Words, now: datetime) -> None:
        everything = list(found)
        devices = [DeviceId(one.subject.id) for one in everything if one.subject.kind is SubjectKind.DEVICE]
        found_cameras = [CameraId(one.subject.id) for one in everything if one.subject.kind is SubjectKind.CAMERA]
        self._cameras = {one.id: one for one in cameras.some(connection, found_cameras)} if found_cameras else {}
        on_nodes = any(one.subject.kind is SubjectKind.NODE for one in everything)
        self._nodes = {one.id: one for one in nodes.everyone(connection)} if on_nodes else {}
        self._devices = {device.id: device for device in fleet.some(connection, devices)} if devices else {}
        self._tree: AreaTree = areas.tree(connection)
        self._people = people.names(connection)
        self._words = words
        self._now = now

    def line(self, one: Incident, beneath: Iterable[Line] = ()) -> Line:
        words = self._words
        return Line(
            id=one.id,
            mark="plain" if one.state.over else _MARKS[one.severity],
            severity=words.say(SEVERITIES[one.severity.name.lower()]),
            what=words.say(TROUBLES[one.kind]),
            why=self._why(one),
            subject=self._subject(one),
            where=self._area(one.area) if one.subject.kind is not SubjectKind.AREA else "",
            state=words.say(INCIDENT_STATES[one.state]),
            over=one.state.over,
            count=one.count,
            opened_at=one.opened_at,
            last_seen_at=one.last_seen_at,
            closed_at=one.closed_at,
            muted_until=one.muted_until if one.is_muted(self._now) else None,
            acknowledged_by=self._person(one.acknowledged_by) if one.acknowledged_at else "",
            note=one.note,
            cause=one.cause,
            threatened=tuple(self._threatened(one)),
            beneath=tuple(beneath),
        )

    def _why(self, one: Incident) -> str:
        """The reason in words, where it says more than what is wrong."""
        if one.kind in _OF_CAMERAS:
            return self._why_of_camera(one)
        if one.kind is TroubleKind.NODE_DOWN:
            return self._how_many(one)
        if one.kind is TroubleKind.TOLD_BY_PEOPLE and one.reason in COMPLAINTS:
            return f"{self._words.say(COMPLAINTS[one.reason])}: {one.facts.get('place', '')}"
        refused = "refused" in one.facts or "refused_here" in one.facts
        meaning = (REFUSED if refused else NOT_READY).get(one.reason, "") if one.reason else ""
        said = self._words.say(meaning) if meaning else ""
        if isinstance(seconds := one.facts.get("seconds"), int):
            return self._words.say("by {count} seconds", count=seconds)
        return "" if said == self._words.say(TROUBLES[one.kind]) else said

    def _why_of_camera(self, one: Incident) -> str:
        """What was found in its picture, or why an axis is not good."""
        told = one.facts.get("findings")
        kinds = [str(finding.get("kind", "")) for finding in told] if isinstance(told, list) else []
        if kinds:
            return self._words.listed([self._words.say(FINDINGS.get(kind, kind)) for kind in kinds])
        return self._words.say(CAMERA_REASONS[one.reason]) if one.reason in CAMERA_REASONS else one.reason

    def _how_many(self, one: Incident) -> str:
        lost, silent = one.facts.get("cameras"), one.facts.get("devices")
        said = []
        if isinstance(lost, int) and lost:
            said.append(self._words.count(lost, "{count} camera", "{count} cameras"))
        if isinstance(silent, int) and silent:
            said.append(self._words.count(silent, "{count} loudspeaker", "{count} loudspeakers"))
        return self._words.listed(said) if said else ""

    def _subject(self, one: Incident) -> str:
        kind, name = one.subject.kind, one.subject.id
        if kind is SubjectKind.AREA:
            return self._area(AreaId(name))
        if kind is SubjectKind.SITE:
            return self._words.say("This installation")
        if kind is SubjectKind.CAMERA and (camera := self._cameras.get(CameraId(name))) is not None:
            return camera.name or name
        if kind is SubjectKind.NODE and (node := self._nodes.get(NodeId(name))) is not None:
            return upfirst(f"{self._words.say(NODES[node.kind])} {node.name}")
        device = self._devices.get(DeviceId(name)) if kind is SubjectKind.DEVICE else None
        return name if device is None else device.name or name

    def _area(self, area: AreaId | None) -> str:
        return "" if area is None or area not in self._tree else self._tree[area].name

    def _person(self, account: AccountId) -> str:
        return self._people.get(account, account)

    def _threatened(self, one: Incident) -> Iterable[Threatened]:
        words = self._words
        for told in threatened(one.facts):
            outcome, why = told.get("outcome", ""), told.get("why", "")
            yield Threatened(
                f"/occurrences/{told['id']}",
                told["title"],
                datetime.fromisoformat(told["start"]),
                upfirst(words.outcome(Outcome(outcome))) if outcome else "",
                words.silent(why) if why else "",
            )
