"""What people decide over warnings: release, reject, correct, all stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from controller.alerts.announcing import key_of
from controller.alerts.archive import received_of
from controller.alerts.areas.commune import Commune
from controller.alerts.conduct import Conduct
from controller.alerts.exercises import open_name
from controller.alerts.office import Office
from controller.alerts.policy.decision import Circumstances, Judgement, Verdict
from controller.alerts.policy.judge import judge
from controller.alerts.policy.levels import read_level
from controller.alerts.standing_orders import read_orders
from controller.alerts.telling import news_of
from controller.errors import Invalid, NotAllowed, NotFound, NotNow
from controller.store import alerts, announcements, notices
from controller.store.alert_states import AlertState, AlertStep, after_step, release_step
from controller.store.alerts import AlertId, AlertRow
from controller.store.allowing import allow
from controller.store.announcements import Stop
from controller.store.areas import own_node
from controller.store.channels import What
from controller.store.database import Connection
from controller.store.people import Account, Role
from devices.clock import Clock
from schedules.priority import BulletinClass
from schedules.programme import AreaId

LONGEST_SILENCE = timedelta(hours=24)
MAX_REASON = 1000


class Decisions:
    def __init__(self, office: Office, conduct: Conduct, clock: Clock) -> None:
        self._office = office
        self._conduct = conduct
        self._clock = clock

    def release(self, alert: AlertId, who: Account, areas: tuple[AreaId, ...] = ()) -> None:
        """One person's release. Whoever releases an alert whose area no machine can read chooses its `areas`.

        Raises NotFound, NotAllowed, Invalid or NotNow, and then nothing has changed.
        """
        _check_approver(who)
        with self._office.acting() as connection:
            row = _row(connection, alert)
            _check_areas(row, areas, self._office.commune(connection))
            people, needed = _people(row), self._needed(connection, row)
            if who.id in row.releases or (who.id in people and len(people) < needed):
                raise NotNow("another-person", "You stand for this alert already; another person must, too.")
            step = release_step(len(people | {who.id}), needed)
            state = after_step(row.state, step)
            if state is None or not (row.decided.asks or row.state is AlertState.SPOKEN):
                raise NotNow("not-waiting", "This alert does not wait for anybody.")
            judgement = self._if_released(connection, replace(row, chosen=areas or row.chosen))
            if judgement.verdict is Verdict.QUEUE:
                raise NotNow(
                    "cannot-be-said",
                    "This alert cannot be said as it is: {why}. Write one of your own instead.",
                    why=judgement.reason.text,
                )
            released: dict[str, object] = {"releases": [*row.releases, who.id], "chosen": list(areas or row.chosen)}
            self._take(connection, row, state, who, step, "", released)

    def second(self, alert: AlertId, author: Account) -> None:
        """An emergency that `author` has just written: its author is the first of the two who must stand for it."""
        with self._office.acting() as connection:
            row = _row(connection, alert)
            state = after_step(row.state, AlertStep.SECOND)
            if state is not None and row.author == author.id and self._needed(connection, row) > 1:
                self._take(connection, row, state, author, AlertStep.SECOND, "", {})

    def reject(self, alert: AlertId, who: Account, reason: str) -> None:
        """It is never said. Raises NotFound, NotAllowed, Invalid or NotNow."""
        self._end(alert, who, AlertStep.REJECT, reason, {})

    def correct(self, alert: AlertId, who: Account, reason: str) -> None:
        """It was wrong: it falls silent at once, and its correction is said wherever it sounded."""
        self._end(alert, who, AlertStep.CORRECT, reason, {"code": "withdrawn"})

    def stop(self, nodes: tuple[AreaId, ...], who: Account, reason: str, silence: timedelta) -> tuple[AreaId, ...]:
        """All stop in these areas, or in all without any: what sounds of warnings falls silent, what was requested
        is over, and nothing planned begins for as long as `silence`. Returns the areas; Invalid or NotAllowed."""
        if not timedelta() <= silence <= LONGEST_SILENCE:
            raise Invalid("bad-silence", "All stop holds for at most a day.", field="minutes")
        now = self._clock.now()
        with self._office.acting() as connection:
            commune = self._office.commune(connection)
            chosen = nodes or tuple(area.id for area in commune.tree.children(None))
            for node in chosen:
                if node not in commune.tree:
                    raise Invalid("unknown-area", "There is no area {area!r}.", field="areas", area=node)
            allow(connection, who, chosen, Role.APPROVER, Role.EDITOR, Role.OPERATOR)
            for node in chosen:
                why = " ".join(reason.split())[:MAX_REASON]
                announcements.stop(connection, Stop(node, now, now + silence, who.id, why))
            hush(connection, commune, chosen)
            return chosen

    def _end(self, alert: AlertId, who: Account, step: AlertStep, reason: str, changed: dict[str, object]) -> None:
        _check_approver(who)
        reason = " ".join(reason.split())
        if not reason:
            raise Invalid("no-reason", "Say why.", field="reason")
        if len(reason) > MAX_REASON:
            raise Invalid("long-reason", "A reason has at most {most} characters.", field="reason", most=MAX_REASON)
        with self._office.acting() as connection:
            row = _row(connection, alert)
            state = after_step(row.state, step)
            if state is None:
                raise NotNow("not-now", "This alert is {state}: that is not possible now.", state=row.state.value)
            self._take(connection, row, state, who, step, reason, changed)
            now = self._clock.now()
            notices.write(connection, news_of(What.ENDED, row, row.decided, None, now, why=reason), now)

    def _take(
        self,
        connection: Connection,
        row: AlertRow,
        state: AlertState,
        who: Account,
        step: AlertStep,
        reason: str,
        changed: dict[str, object],
    ) -> None:
        if not alerts.move(connection, row, state, **changed):
            raise NotNow("moved-meanwhile", "Somebody else has just decided over this alert: look again.")
        alerts.tell(connection, row.id, self._clock.now(), step.value, reason, who.id)

    def _needed(self, connection: Connection, row: AlertRow) -> int:
        """How many people must stand for it: two for an emergency that is written here, where that is set."""
        settled = read_orders(connection)
        if row.author is None or not settled.two_people:
            return 1
        infos = self._conduct.archive.alert(connection, row.id).infos
        classes = [settled.table.rule_for(info, read_level(info)).bulletin_class for info in infos]
        return 2 if BulletinClass.EMERGENCY in classes else 1

    def _if_released(self, connection: Connection, row: AlertRow) -> Judgement:
        alert = self._conduct.archive.alert(connection, row.id)
        now, key = self._clock.now(), key_of(row)
        table = read_orders(connection).table
        given = Circumstances(now, table, open_name(connection, now), confirmed=frozenset({key}))
        return judge(received_of(row, alert, self._office.commune(connection)), given)


def hush(connection: Connection, commune: Commune, nodes: tuple[AreaId, ...]) -> None:
    """What stands in these areas stands on, but is not said there any more."""
    inside = commune.tree.within(nodes)
    devices = [device for device, area in commune.standing.items() if {area, own_node(device)} & inside]
    announcements.stopped(connection, devices, sorted(inside))


def _people(row: AlertRow) -> set[str]:
    """Who stands for it so far."""
    return {*row.releases, *([row.author] if row.author else [])}


def _check_approver(who: Account) -> None:
    if not who.is_any(Role.APPROVER):
        raise NotAllowed("not-approver", "Only an approver may do this.")


def _row(connection: Connection, alert: AlertId) -> AlertRow:
    found = alerts.find(connection, alert)
    if found is None:
        raise NotFound("unknown-alert", "There is no alert {alert}.", alert=alert)
    return found


def _check_areas(row: AlertRow, areas: tuple[AreaId, ...], commune: Commune) -> None:
    for area in areas:
        if area not in commune.tree:
            raise Invalid("unknown-area", "There is no area {area!r}.", field="areas", area=area)
    unreadable = row.decided.code in ("no-area", "area-unclear") and not row.chosen
    if unreadable and not areas:
        raise Invalid("no-area", "Choose at least one area.", field="areas")
    if areas and not unreadable:
        raise Invalid("area-known", "This alert says itself whom it is for.", field="areas")
