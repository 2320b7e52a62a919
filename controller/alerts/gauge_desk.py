"""Gauges on MQTT: their settings, their readings, and the proposals that people decide over."""

from __future__ import annotations

import math
import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec

from controller.alerts.cap.message import Alert, CapArea, Certainty, Info, Kind, Named, Scope, Severity, Status, Urgency
from controller.alerts.cap.writing import write_alert
from controller.alerts.gauges import Gauge, GaugeState, Proposal, read
from controller.alerts.office import Office
from controller.alerts.own_alerts import LEVEL_NAME, template_of
from controller.alerts.standing_orders import read_orders
from controller.errors import Invalid, NotFound
from controller.store import alert_sources, gauges, incident_list, incidents
from controller.store.alert_sources import OWN, SourceKind
from controller.store.database import Connection
from controller.store.incident_list import IncidentsAsked
from controller.store.troubles import Severity as Urgent
from controller.store.troubles import Subject, SubjectKind, Trouble, TroubleKind
from devices.clock import Clock
from devices.protocol.topics import OutsideKind, is_name

LASTS = timedelta(hours=6)
SLACK = timedelta(minutes=5)
MOST_BYTES = 4096
_PREFIX = f"{OutsideKind.SENSOR.value}."
_SILENCES = IncidentsAsked(open=True, kinds=(TroubleKind.SOURCE_SILENT,))


class _Reading(msgspec.Struct, frozen=True):
    value: float
    at: datetime | None = None


class GaugeDesk:
    def __init__(self, office: Office, clock: Clock) -> None:
        self._office = office
        self._clock = clock

    def put(self, name: str, said: Any) -> Gauge:
        """Settles a gauge anew; what it has read is forgotten. Raises Invalid."""
        if not is_name(name):
            raise Invalid("bad-id", "An id is 1 to 63 of a-z, 0-9 and '-'.", field="name")
        try:
            gauge = msgspec.convert(said, Gauge, strict=False)
        except msgspec.ValidationError as wrong:
            raise Invalid("bad-gauge", "This gauge cannot be used: {why}", why=str(wrong)) from wrong
        template_of(gauge.hazard)
        tree = self._office.ask(self._office.commune).tree
        for area in gauge.areas:
            if area not in tree:
                raise Invalid("unknown-area", "There is no area {area!r}.", field="areas", area=area)
        self._office.settle(lambda connection: self._keep(connection, name, gauge, GaugeState()))
        return gauge

    def remove(self, name: str) -> None:
        if not self._office.ask(lambda connection: gauges.find(connection, name)):
            raise NotFound("unknown-gauge", "There is no gauge {name!r}.", name=name)
        now = self._clock.now()

        def remove(connection: Connection) -> None:
            gauges.remove(connection, name)
            incidents.resolve(connection, TroubleKind.SOURCE_SILENT, _subject(name), now)

        self._office.settle(remove)

    def watch(self) -> None:
        """The silence of a gauge that has spoken is a fault, and its return the end of it. Asked every few seconds."""
        now = self._clock.now()
        found = self.everything()
        if not found:
            return
        silent = {
            _subject(name): (gauge, state.at)
            for name, (gauge, state) in found.items()
            if state.at is not None and now - state.at > timedelta(seconds=gauge.gap_seconds)
        }
        known = self._office.ask(lambda connection: incident_list.asked(connection, _SILENCES))
        over = [one.key for one in known if one.subject.id.startswith(_PREFIX) and one.subject not in silent]
        new = [
            Trouble(TroubleKind.SOURCE_SILENT, subject, Urgent.SERIOUS, facts={"name": gauge.name, "since": str(at)})
            for subject, (gauge, at) in silent.items()
            if subject not in {one.subject for one in known}
        ]
        if over:
            self._office.write(lambda connection: incidents.resolve_all(connection, over, now))
        if new:
            self._office.write(lambda connection: incidents.report_all(connection, new, now))

    def everything(self) -> dict[str, tuple[Gauge, GaugeState]]:
        rows = self._office.ask(gauges.everything)
        return {name: _as_values(*plain) for name, plain in rows.items()}

    def hear(self, name: str, payload: bytes) -> bool:
        """Takes in a reading: a number, or {"value": …, "at": …}. False for what is none, or of no gauge here."""
        reading = _reading(payload)
        plain = self._office.ask(lambda connection: gauges.find(connection, name)) if reading else None
        if reading is None or plain is None:
            return False
        now = self._clock.now()
        at = reading.at if reading.at and reading.at.tzinfo else now
        if at > now + SLACK:
            return False
        gauge, before = _as_values(*plain)
        state, proposal = read(gauge, before, reading.value, at)
        self._office.write(lambda connection: self._keep(connection, name, gauge, state))
        if proposal is not None:
            self._propose(gauge, proposal)
        return True

    def _keep(self, connection: Connection, name: str, gauge: Gauge, state: GaugeState) -> None:
        gauges.keep(connection, name, msgspec.to_builtins(gauge), _plain(state), self._clock.now())
        alert_sources.heard(connection, OWN[SourceKind.SENSOR], self._clock.now())

    def _propose(self, gauge: Gauge, proposal: Proposal) -> None:
        template, now = template_of(gauge.hazard), self._clock.now().replace(microsecond=0)
        sender = self._office.ask(read_orders).sender
        measured = f"{gauge.name} đo được {proposal.value:g} {gauge.unit}".strip()
        info = Info(
            language="vi-VN",
            categories=("Met",),
            event=template.event,
            urgency=Urgency.IMMEDIATE,
            severity=Severity.UNKNOWN,
            certainty=Certainty.OBSERVED,
            expires=now + LASTS,
            headline=f"{template.headline}. {measured}",
            instruction=template.instructions.get(proposal.level) or template.instructions[max(template.instructions)],
            parameters=(Named(LEVEL_NAME, str(proposal.level)),),
            areas=(CapArea(", ".join(gauge.areas)),),
        )
        identifier = f"{sender}-gauge-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        alert = Alert(identifier, sender, now, Status.ACTUAL, Kind.ALERT, Scope.PUBLIC, infos=(info,))
        self._office.take_in(OWN[SourceKind.SENSOR], write_alert(alert), None, gauge.areas)


def _reading(payload: bytes) -> _Reading | None:
    try:
        if len(payload) > MOST_BYTES:
            return None
        said = msgspec.json.decode(payload)
        plain = {"value": said} if isinstance(said, int | float) and not isinstance(said, bool) else said
        found = msgspec.convert(plain, _Reading)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found if math.isfinite(found.value) else None


def _subject(name: str) -> Subject:
    """As its account on the broker is called; no source has a dot in its name."""
    return Subject(SubjectKind.SOURCE, f"{_PREFIX}{name}")


def _plain(state: GaugeState) -> dict[str, Any]:
    return {
        "since": {str(level): begun.isoformat() for level, begun in state.since.items()},
        "reached": state.reached,
        "at": state.at and state.at.isoformat(),
        "value": state.value,
    }


def _as_values(gauge: Any, state: Any) -> tuple[Gauge, GaugeState]:
    since = {int(level): datetime.fromisoformat(begun) for level, begun in state["since"].items()}
    at = datetime.fromisoformat(state["at"]) if state["at"] else None
    return msgspec.convert(gauge, Gauge, strict=False), GaugeState(since, state["reached"], at, state["value"])
