"""From the steps of incidents to notices: what broke is told once, and its end to whoever was told of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from controller.store import incident_list, incidents, notices
from controller.store.channels import News, What
from controller.store.database import Connection
from controller.store.incident_list import Incident, IncidentId, Taken
from controller.store.incident_states import IncidentStep
from controller.store.troubles import Severity, SubjectKind, TroubleKind

PATIENCE = timedelta(seconds=20)
"""So long an incident may find a wider cause, or end, before anybody is told; not one that is critical."""
AT_ONCE = 500

Describe = Callable[[Connection, Collection[Incident]], Mapping[IncidentId, tuple[str, str]]]
"""Title and text for people of each."""

_BEGINS = frozenset({IncidentStep.OPEN, IncidentStep.REOPEN, IncidentStep.RENEW, IncidentStep.RELEASE})
_ENDS = frozenset({IncidentStep.RESOLVE, IncidentStep.CLOSE})


def tell_of_incidents(connection: Connection, describe: Describe, now: datetime) -> int:
    """Writes notices for what nobody has been told of; returns how many steps that was."""
    steps = incidents.untold(connection, AT_ONCE)
    found = {one.id: one for one in incident_list.some(connection, {step.incident for step in steps})}
    ripe = [step for step in steps if _is_ripe(step, found[step.incident], now)]
    mine = incidents.told(connection, [step.id for step in ripe], now) if ripe else frozenset()
    last = {step.incident: step for step in ripe if step.id in mine and step.step in _BEGINS | _ENDS}
    words = describe(connection, [found[one] for one in last]) if last else {}
    for number, step in last.items():
        if (news := news_of(found[number], step, words[number], now)) is not None:
            notices.write(connection, news, now)
    return len(ripe)


def news_of(one: Incident, step: Taken, words: tuple[str, str], now: datetime) -> News | None:
    """None where nobody is to be told: it is muted, or people are told of its cause, or of the warning itself. Pure."""
    over = one.state.over
    if one.kind is TroubleKind.ALERT_WAITING or one.is_muted(now) or (one.cause is not None and not over):
        return None
    if over is not (step.step in _ENDS):
        return None
    title, text = words
    return News(
        what=What.RECOVERED if over else What.INCIDENT,
        thread=f"incident:{one.id}",
        title=title,
        text=text,
        facts={
            "type": "incident.ended" if over else "incident.open",
            "incident": one.id,
            "kind": one.kind.value,
            "subject": {"kind": one.subject.kind.value, "id": one.subject.id},
            "severity": one.severity.name.lower(),
            "reason": one.reason,
            "area": one.area,
            "at": step.at.isoformat(),
        },
        urgent=one.severity is Severity.CRITICAL,
        severity=one.severity,
        again=step.step is not IncidentStep.RENEW or one.severity is Severity.CRITICAL,
        besides=one.subject.id if one.subject.kind is SubjectKind.CHANNEL else "",
    )


def _is_ripe(step: Taken, one: Incident, now: datetime) -> bool:
    return one.severity is Severity.CRITICAL or now - step.at >= PATIENCE
