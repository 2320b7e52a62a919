"""What befalls a commune in some minutes, drawn from a seed: who, when, for how long."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from tests.scenarios.field.commune import Commune, OnAir
from tests.scenarios.field.processes import Life

Act = Callable[[], None]


@dataclass(frozen=True)
class Fault:
    """In seconds since the first broadcast. `who` is `centre` or the name of a loudspeaker."""

    at: float
    who: str
    what: str
    seconds: float


CENTRE = "centre"
LINE_FAULTS = {"cut": (1.0, 15.0), "freeze": (1.0, 12.0), "throttle": (3.0, 10.0), "lose the far ends": (1.0, 1.0)}
CENTRE_FAULTS = {"kill the broker": (0.3, 5.0), "kill the controller": (0.3, 8.0), "kill the box": (0.5, 8.0)}
POWER_CUT = (0.2, 6.0)
NEWS_AHEAD = 12.0
DEAF = 50.0
"""Until so many seconds after its far end was lost a connection may be believed in: 1.5 keep-alives, and a try."""


def draw(random: Random, names: list[str], seconds: float, rounds: int) -> list[Fault]:
    """Each round has every fault once for everyone it can befall; without rounds, each part is killed once.

    What befalls the centre, a line or a board does not overlap with what else befalls it.
    """
    found: list[Fault] = []

    def strew(who: str, kinds: dict[str, tuple[float, float]]) -> None:
        chosen = [*kinds] * max(rounds, 1)
        random.shuffle(chosen)
        share = seconds / len(chosen)
        for number, what in enumerate(chosen):
            length = min(random.uniform(*kinds[what]), 0.7 * share)
            found.append(Fault(number * share + random.uniform(0, share - length), who, what, length))

    strew(CENTRE, CENTRE_FAULTS)
    for name in names:
        strew(name, {"kill": POWER_CUT})
        if rounds:
            strew(name, LINE_FAULTS)
    return sorted(found, key=lambda fault: fault.at)


class Fate:
    """Brings the faults about, and remembers what happened when, in seconds since 1970."""

    def __init__(self, commune: Commune, faults: list[Fault]) -> None:
        self.log: list[tuple[float, str, str]] = []
        self.bad_lines: dict[str, list[Life]] = {one.name: [] for one in commune.loudspeakers}
        self._commune = commune
        self._faults = faults

    def run(self, air: OnAir) -> None:
        """Returns when all broadcasts are over and everything is whole again."""
        due: list[tuple[float, int, Act]] = []
        for fault in self._faults:
            for offset, act in self._acts(fault):
                heapq.heappush(due, (air.first + fault.at + offset, len(due), act))
        for gap in air.gaps:
            at = air.first + gap
            heapq.heappush(due, (at - NEWS_AHEAD, len(due), self._writing(at)))
        while time.time() < air.first + air.seconds or due:
            while due and due[0][0] <= time.time():
                heapq.heappop(due)[2]()
            self._commune.centre.tend()
            time.sleep(0.05)

    def _writing(self, at: float) -> Act:
        return lambda: self._commune.write_news(at)

    def _acts(self, fault: Fault) -> Iterator[tuple[float, Act]]:
        """When, in seconds after it begins, what is to be done."""
        centre = self._commune.centre
        horn = next((one for one in self._commune.loudspeakers if one.name == fault.who), None)
        if horn is None:
            kill = {
                "kill the broker": centre.kill_broker,
                "kill the controller": centre.kill_controller,
                "kill the box": centre.kill_box,
            }[fault.what]
            yield 0.0, self._noted(fault, kill)
            yield fault.seconds, self._noted(fault, centre.come_back, "over: ")
        elif fault.what == "kill":
            yield 0.0, self._noted(fault, horn.kill)
            yield fault.seconds, self._noted(fault, horn.process.start, "over: ")
        else:
            hurt = {
                "cut": horn.line.cut,
                "freeze": horn.line.freeze,
                "throttle": horn.line.throttle,
                "lose the far ends": horn.line.lose_the_far_ends,
            }[fault.what]
            bad = self.bad_lines[horn.name]
            length = DEAF if fault.what == "lose the far ends" else fault.seconds
            yield 0.0, self._noted(fault, lambda: (bad.append(Life(time.time(), time.time() + length)), hurt()))
            yield fault.seconds, self._noted(fault, horn.line.mend, "over: ")

    def _noted(self, fault: Fault, act: Callable[[], object], word: str = "") -> Act:
        def do() -> None:
            self.log.append((time.time(), fault.who, word + fault.what))
            act()

        return do
