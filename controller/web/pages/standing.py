"""How everything stands at this moment: what the first page says above the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from controller.alerts.held import Held, in_force, read_held
from controller.alerts.own_alerts import TEMPLATES
from controller.alerts.standing_orders import read_orders
from controller.monitoring.cameras.overview import tally
from controller.store import alerts, announcements, incident_list
from controller.store.alert_states import AlertState
from controller.store.alerts import AlertId, AlertRow
from controller.store.announcements import Stop
from controller.store.areas import AreaTree
from controller.store.camera_states import Condition
from controller.store.concerns import seen, seen_inside
from controller.store.database import Connection
from controller.store.overview import Speakers
from controller.store.people import Account, Role
from controller.web.pages.area_choice import Choice, choices
from controller.web.pages.frame import to_look_after
from controller.web.pages.incident_lines import Line, lines_of
from controller.web.pages.words import Words
from schedules.programme import AreaId

_IN_FORCE = (AlertState.SLOTTED, AlertState.RELEASED, AlertState.SPOKEN)
_WAITING = (AlertState.WAITING, AlertState.SECONDED)
_ALERTS, _INCIDENTS = 20, 5
_MOST_AREAS = 60
STOPPERS = (Role.EDITOR, Role.APPROVER, Role.OPERATOR)


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody may know of cameras, incidents and warnings now; of `wrong` incidents `worst` are the first."""

    cameras: Counter[Condition]
    wrong: int
    worst: list[Line]
    in_force: tuple[AlertRow, ...]
    waiting: tuple[AlertRow, ...]
    held: Mapping[AlertId, Held]
    stops: tuple[Stop, ...]

    @property
    def watched(self) -> int:
        return self.cameras.total()

    @property
    def working(self) -> int:
        """Cameras that can be reached and whose picture is worth something, as far as it was judged."""
        return self.cameras[Condition.UP] + self.cameras[Condition.UNJUDGED]


def read_standing(connection: Connection, who: Account, now: datetime, words: Words, tree: AreaTree) -> Standing:
    inside = seen_inside(connection, who, None)
    asked = to_look_after(now, inside)
    said = seen(connection, who, "alert", alerts.latest(connection, _ALERTS, _IN_FORCE))
    return Standing(
        cameras=tally(connection, now, inside),
        wrong=incident_list.count(connection, asked),
        worst=lines_of(connection, incident_list.page(connection, asked, 0, _INCIDENTS), words, now),
        in_force=_worst_first(said),
        waiting=_worst_first(seen(connection, who, "alert", alerts.latest(connection, _ALERTS, _WAITING))),
        held=read_held(connection, tree, said, now),
        stops=_stops(connection, who, tree, now),
    )


def _stops(connection: Connection, who: Account, tree: AreaTree, now: datetime) -> tuple[Stop, ...]:
    """Those in force that concern where this person serves: there, or all around it."""
    given = in_force(announcements.stops_given(connection), now)
    inside = who.inside(tree)
    return tuple(one for one in given if inside is None or inside & tree.within([one.node]))


@dataclass(frozen=True, slots=True)
class RedControls:
    """What somebody may stop or sound at once: `threats` are templates, as `hazard-level`. What is written so waits for
    a second person where `two_people` is set."""

    everywhere: bool
    speakers: int
    areas: tuple[Choice, ...]
    threats: tuple[tuple[str, str], ...]
    two_people: bool


def read_controls(
    connection: Connection, who: Account, standing: Mapping[AreaId, Speakers], tree: AreaTree, words: Words
) -> RedControls | None:
    """None for whoever may neither stop nor warn."""
    if not who.holds(*STOPPERS):
        return None
    widest = choices(tree, standing, who.inside(tree))
    both = tuple(one for area in widest for one in (area, *area.children))
    return RedControls(
        everywhere=bool(who.roles),
        speakers=sum(area.speakers for area in widest),
        areas=both if len(both) <= _MOST_AREAS else widest,
        threats=_threats(words) if who.holds(Role.EDITOR, Role.APPROVER) else (),
        two_people=read_orders(connection).two_people,
    )


def _threats(words: Words) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"{one.hazard}-{level}", words.say("{event}, level {level}", event=one.event, level=level))
        for one in TEMPLATES
        for level in sorted(one.instructions, reverse=True)
    )


def _worst_first(rows: Collection[AlertRow]) -> tuple[AlertRow, ...]:
    return tuple(sorted(rows, key=lambda one: (one.decided.drill, -(one.decided.level or 0), -one.id)))
