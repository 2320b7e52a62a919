"""An exercise is opened by name and ends by itself; only then may anything marked Exercise be heard."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from controller.alerts.cap.times import read_moment
from controller.errors import Invalid, NotAllowed
from controller.store import alert_settings
from controller.store.database import Connection
from controller.store.people import Account, Role

LONGEST = timedelta(hours=12)


class Exercise(msgspec.Struct, frozen=True):
    """`until` in UTC. One whose time is over is kept for its name, under which its ending is told."""

    name: str
    until: datetime

    def is_open(self, now: datetime) -> bool:
        return now < self.until


def read_exercise(connection: Connection) -> Exercise | None:
    """The exercise that is open, or the last one."""
    kept = alert_settings.read(connection, alert_settings.EXERCISE)
    until = read_moment(kept["until"]) if kept else None
    return Exercise(kept["name"], until) if until else None


def open_name(connection: Connection, now: datetime) -> str:
    """The name of the exercise that is open now; empty when there is none."""
    exercise = read_exercise(connection)
    return exercise.name if exercise and exercise.is_open(now) else ""


def open_exercise(connection: Connection, name: str, until: datetime, who: Account, now: datetime) -> Exercise:
    """Raises NotAllowed or Invalid."""
    _check(who)
    name = " ".join(name.split())
    if not 3 <= len(name) <= 100 or not name.isprintable():
        raise Invalid("bad-exercise", "Name the exercise in 3 to 100 letters.", field="name")
    if not now < until <= now + LONGEST:
        raise Invalid("bad-exercise-end", "An exercise ends in the future, within 12 hours.", field="until")
    return _kept(connection, Exercise(name, until), who, now)


def close_exercise(connection: Connection, who: Account, now: datetime) -> None:
    """Ends it at once; nothing happens where none is open."""
    _check(who)
    exercise = read_exercise(connection)
    if exercise and exercise.is_open(now):
        _kept(connection, Exercise(exercise.name, now), who, now)


def _check(who: Account) -> None:
    if not who.is_any(Role.APPROVER):
        raise NotAllowed("not-approver", "Only an approver may do this.")


def _kept(connection: Connection, exercise: Exercise, who: Account, now: datetime) -> Exercise:
    plain = {"name": exercise.name, "until": exercise.until.isoformat()}
    alert_settings.keep(connection, alert_settings.EXERCISE, plain, who.id, now)
    return exercise
