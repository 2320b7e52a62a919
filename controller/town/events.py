"""What happens in a town, drawn from a seed: to its lines, its power, its clocks, and by its people. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from random import Random

DAY = 86400.0
HOUR = 3600.0
MINUTE = 60.0


class Kind(Enum):
    """`number` of an event is the loudspeaker it befalls, counted from 0, or which programme people mean."""

    LINE_CUT = "line-cut"
    POWER_CUT = "power-cut"
    AGENT_KILLED = "agent-killed"
    """At any step: `steps` readings of its clock later."""
    CLOCK_STEPPED = "clock-stepped"
    """By `seconds`."""
    CLOCK_LOST = "clock-lost"
    """The power fails, and with it the clock's battery: it wakes in 1970."""
    DISK_FULL = "disk-full"
    FILE_DAMAGED = "file-damaged"
    CONTROLLER_STOPPED = "controller-stopped"
    CONTROLLER_KILLED = "controller-killed"
    """At any step, as above."""
    CONTROLLER_CUT = "controller-cut"
    BROKER_RESTARTED = "broker-restarted"
    ORDER_FORGED = "order-forged"
    """Somebody who owns the broker publishes a plan of his own."""
    ORDER_REPLAYED = "order-replayed"
    """He publishes a plan that was true some time ago."""
    NOTICE = "notice"
    """A single broadcast, written at this moment, that begins `seconds` later."""
    NIGHT_NOTICE = "night-notice"
    """The same, for a time in the coming night."""
    EMERGENCY = "emergency"
    WITHDRAWAL = "withdrawal"
    """Of something that was approved before; `number` counts back from the newest."""
    EDIT = "edit"
    """One of the standing programmes is withdrawn and written anew with another text."""

    @property
    def by_people(self) -> bool:
        return self in _PEOPLE

    @property
    def of_commune(self) -> bool:
        """It befalls everybody, not one loudspeaker."""
        return self in _COMMUNE


STEPS = 400
"""So many readings of its clock later, at most, a program is killed."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that begins `at` seconds after the start of the story and lasts `seconds`."""

    at: float
    kind: Kind
    number: int = 0
    seconds: float = 0.0
    steps: int = 0

    @property
    def when(self) -> timedelta:
        return timedelta(seconds=self.at)


@dataclass(frozen=True, slots=True)
class Habit:
    """How often something happens in 30 days, to each loudspeaker or to the one commune, and how long it lasts."""

    times: float
    shortest: float = 0.0
    longest: float = 0.0


class Weather(Enum):
    NONE = "none"
    LIGHT = "light"
    HEAVY = "heavy"


_EACH: Mapping[Kind, Habit] = {
    Kind.LINE_CUT: Habit(6.0, 20.0, 3 * DAY),
    Kind.POWER_CUT: Habit(3.0, 1.0, 2 * DAY),
    Kind.AGENT_KILLED: Habit(6.0, 1.0, 5 * MINUTE),
    Kind.CLOCK_STEPPED: Habit(1.5, -2 * DAY, 2 * DAY),
    Kind.CLOCK_LOST: Habit(0.7, 1.0, DAY),
    Kind.DISK_FULL: Habit(0.7, HOUR, DAY),
    Kind.FILE_DAMAGED: Habit(1.0),
}
_COMMUNE: Mapping[Kind, Habit] = {
    Kind.CONTROLLER_STOPPED: Habit(4.0, 10.0, DAY),
    Kind.CONTROLLER_KILLED: Habit(12.0, 1.0, HOUR),
    Kind.CONTROLLER_CUT: Habit(4.0, 20.0, 12 * HOUR),
    Kind.BROKER_RESTARTED: Habit(4.0),
    Kind.ORDER_FORGED: Habit(6.0),
    Kind.ORDER_REPLAYED: Habit(10.0),
}
_PEOPLE: Mapping[Kind, Habit] = {
    Kind.NOTICE: Habit(45.0, 2 * MINUTE, 10 * HOUR),
    Kind.NIGHT_NOTICE: Habit(2.0),
    Kind.EMERGENCY: Habit(5.0, MINUTE, 10 * MINUTE),
    Kind.WITHDRAWAL: Habit(12.0),
    Kind.EDIT: Habit(8.0),
}
_STRENGTH: Mapping[Weather, float] = {Weather.NONE: 0.0, Weather.LIGHT: 0.3, Weather.HEAVY: 1.0}


def draw(seed: int, days: float, speakers: int, weather: Weather) -> tuple[Event, ...]:
    """All that happens in so many days, in order of time. The same arguments give the same answer."""
    random = Random(f"{seed} {days} {speakers} {weather.value}")
    strength = _STRENGTH[weather]
    drawn = [
        *(one for speaker in range(speakers) for one in _habits(random, _EACH, strength, days, speaker)),
        *_habits(random, _COMMUNE, strength, days),
        *_habits(random, _PEOPLE, 1.0, days),
    ]
    return tuple(sorted(drawn, key=lambda one: (one.at, one.kind.value, one.number)))


def _habits(
    random: Random, habits: Mapping[Kind, Habit], strength: float, days: float, speaker: int | None = None
) -> Iterator[Event]:
    for kind, habit in habits.items():
        for _ in range(_how_often(random, habit.times * strength * days / 30)):
            number = random.randrange(1000) if speaker is None else speaker
            at = random.uniform(HOUR, days * DAY)
            yield Event(round(at, 3), kind, number, _how_long(random, habit), random.randint(1, STEPS))


def _how_often(random: Random, mean: float) -> int:
    """A number of chance events of this mean (Poisson), by adding up the waits between them."""
    count, waited = 0, random.expovariate(1.0)
    while waited < mean:
        count, waited = count + 1, waited + random.expovariate(1.0)
    return count


def _how_long(random: Random, habit: Habit) -> float:
    """Short ones are common and long ones rare: as many last minutes as last days."""
    if habit.shortest < 0:
        return round(random.choice((-1.0, 1.0)) * math.pow(habit.longest, random.random()), 3)
    if habit.longest == 0:
        return 0.0
    return round(habit.shortest * math.pow(habit.longest / habit.shortest, random.random()), 3)
