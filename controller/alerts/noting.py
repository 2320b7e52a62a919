"""What was decided over each message, noted on its row: verdict, state, places, story, and who must look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from controller.alerts.announcing import Circle, title_of
from controller.alerts.archive import Remembered
from controller.alerts.policy.decision import Judgement, Key, Part, Verdict, WaitsFor
from controller.alerts.telling import news_of
from controller.store import alerts, incidents, notices
from controller.store.alert_states import AlertState, AlertStep, after_step
from controller.store.alerts import AlertRow, Concerned, Decided
from controller.store.channels import What
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from schedules.priority import BulletinClass

MOST_ESCALATIONS = 3
"""After so many unanswered deadlines everybody has been asked."""
_ASKED = (AlertState.WAITING, AlertState.SECONDED)
_TOLD_AS = {AlertState.WAITING: What.WAITING, AlertState.SPOKEN: What.SPOKEN, AlertState.ENDED: What.ENDED}
_SAID = (AlertState.RELEASED, AlertState.SPOKEN)


def note(circle: Circle, remembered: Remembered) -> bool:
    """Brings every row up to date; True when one has changed."""
    news = False
    asking: dict[str, int] = {}
    for key, row in remembered.rows.items():
        changed, asks = _note(circle, key, row)
        news |= changed
        asking[row.source] = max(asking.get(row.source, -1), asks)
    for row in remembered.copies:
        if row.decided.code != "duplicate":
            copied = Decided(row.decided.title or row.identifier, Verdict.IGNORE.value, "duplicate", "the same message")
            alerts.decide(circle.connection, row.id, copied)
            news = True
    for source, asks in asking.items():
        _tell_of_waiting(circle, source, asks)
    return news


def steps(row: AlertRow, judgement: Judgement, now: datetime, slot: datetime | None) -> Iterator[AlertStep]:
    """The steps that a message takes by itself from where it is. `slot` is when it is read out, if it is. Pure."""
    state: AlertState | None = row.state
    while state is not None:
        step = _step(state, judgement, now, slot)
        state = after_step(state, step) if step else None
        if step and state:
            yield step


def _step(state: AlertState, judgement: Judgement, now: datetime, slot: datetime | None) -> AlertStep | None:
    if judgement.verdict is Verdict.IGNORE:
        return AlertStep.END
    if judgement.verdict is Verdict.SPEAK:
        begun = any(_speaks(part) and (part.begins is None or part.begins <= now) for part in judgement.parts)
        if state is AlertState.RELEASED:
            return AlertStep.SPEAK if begun else None
        return AlertStep.RELEASE if state is not AlertState.SPOKEN else None
    if state is AlertState.SILENT:
        return AlertStep.SLOT if _waits_only_for_slot(judgement) else AlertStep.ASK
    return AlertStep.SPEAK if state is AlertState.SLOTTED and slot and slot <= now else None


def deadline(row: AlertRow) -> datetime | None:
    """When the next person is asked: as long again after each deadline that nobody kept. None: everybody was."""
    if row.decided.answer_by is None or row.escalations >= MOST_ESCALATIONS:
        return None
    patience = max(row.decided.answer_by - row.received_at, timedelta(minutes=1))
    return row.received_at + patience * (row.escalations + 1)


def _note(circle: Circle, key: Key, row: AlertRow) -> tuple[bool, int]:
    """Whether the row has changed, and how often it has been escalated, or -1 when nobody is asked."""
    judgement = circle.standings.judged[key]
    state = row.state
    for step in steps(row, judgement, circle.now, circle.slots.get(row.id)):
        state = after_step(state, step) or state
        alerts.tell(circle.connection, row.id, circle.now, f"state-{state.value}")
    moved = state is row.state or alerts.move(circle.connection, row, state)
    decided = _decided(circle, key, row, state, judgement)
    escalated = decided.asks and (due := deadline(row)) is not None and due <= circle.now
    if escalated:
        alerts.note(circle.connection, row.id, escalations=row.escalations + 1)
        alerts.tell(circle.connection, row.id, circle.now, "escalated")
    if escalated or (state is not row.state and state in _TOLD_AS):
        what, info = What.WAITING if escalated else _TOLD_AS[state], next(iter(circle.messages[key].infos), None)
        news = news_of(what, row, decided, info, circle.now, row.escalations + escalated)
        notices.write(circle.connection, news, circle.now)
    if decided != row.decided:
        alerts.decide(circle.connection, row.id, decided)
    if (decided.verdict, decided.code) != (row.decided.verdict, row.decided.code):
        alerts.tell(circle.connection, row.id, circle.now, f"decided-{decided.verdict}", decided.reason)
        if judgement.parts:
            alerts.keep_places(circle.connection, row.id, _concerned(judgement))
    changed = escalated or decided != row.decided or (moved and state is not row.state)
    return changed, row.escalations + escalated if decided.asks else -1


def _decided(circle: Circle, key: Key, row: AlertRow, state: AlertState, judgement: Judgement) -> Decided:
    leading = judgement.leading[0] if judgement.leading else None
    said = leading or next(iter(judgement.parts), None)
    info = said.info if said else next(iter(circle.messages[key].infos), None)
    open_parts = [part for part in judgement.parts if _asks(part)]
    asks = state in _ASKED or (state in _SAID and bool(open_parts) and not row.releases)
    deadlines = [part.answer_by for part in open_parts if part.answer_by]
    patience = circle.table.answer_within[BulletinClass.PRIORITY]
    return Decided(
        title=(title_of(info) if info else "") or row.identifier,
        verdict=judgement.verdict.value,
        code=judgement.reason.code,
        reason=judgement.reason.text,
        bulletin_class=leading.bulletin_class if leading else row.decided.bulletin_class,
        level=said.level.value if said else row.decided.level,
        standing_order=leading.rule.standing_order if leading and leading.rule else row.decided.standing_order,
        drill=judgement.drill or row.decided.drill,
        asks=asks,
        answer_by=min(deadlines, default=row.received_at + patience) if asks else None,
        ends_at=max((part.ends for part in judgement.parts if part.ends), default=row.decided.ends_at),
    )


def _concerned(judgement: Judgement) -> Iterator[Concerned]:
    found = {hit.place.key: hit for part in judgement.parts for hit in part.hits}
    for key, hit in found.items():
        yield Concerned(key, hit.place.area, hit.place.loudspeaker, hit.why)


def _tell_of_waiting(circle: Circle, source: str, escalations: int) -> None:
    subject = Subject(SubjectKind.SOURCE, source)
    if escalations < 0:
        incidents.resolve(circle.connection, TroubleKind.ALERT_WAITING, subject, circle.now)
        return
    severity = Severity.SERIOUS if escalations == 0 else Severity.CRITICAL
    trouble = Trouble(TroubleKind.ALERT_WAITING, subject, severity, facts={"escalations": escalations})
    incidents.report(circle.connection, trouble, circle.now)


def _asks(part: Part) -> bool:
    return part.verdict is Verdict.QUEUE and part.waits_for is WaitsFor.PERSON


def _speaks(part: Part) -> bool:
    return part.verdict is Verdict.SPEAK


def _waits_only_for_slot(judgement: Judgement) -> bool:
    waiting = [part for part in judgement.parts if part.verdict is Verdict.QUEUE]
    return bool(waiting) and all(part.waits_for is WaitsFor.SLOT for part in waiting)
