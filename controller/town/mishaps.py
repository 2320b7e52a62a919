"""What befalls the town: to each mishap its beginning, and its end when it has lasted long enough."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from controller.town.events import Event, Kind
from controller.town.horn import Horn
from controller.town.records import Records
from controller.town.town import CONTROLLER, Town
from devices.protocol.codec import decode, encode
from devices.protocol.messages import AreaPlan
from devices.protocol.signing import SigningKey
from devices.protocol.topics import AreaChannel
from devices.simulator.clock import Fuse
from schedules.plan import Occurrence, OccurrenceId
from schedules.priority import BulletinClass

LIFE = timedelta(days=1)
USURPED = 13 * 3600.0
"""Seconds until the truth is certainly published again, in the place of what somebody else has left with the broker."""
AGAIN = 1.0
"""Seconds until a program that was killed is started again, when nobody says otherwise."""


class Mishaps:
    def __init__(self, town: Town, records: Records, later: Callable[[datetime, Callable[[], object]], None]) -> None:
        self._town = town
        self._records = records
        self._later = later
        self._horns = list(town.horns.values())
        self._dark: dict[Fuse, float] = {}
        self._captured: dict[str, bytes] = {}
        self._thief = SigningKey.generate()

    def befall(self, event: Event) -> None:
        match event.kind:
            case Kind.CONTROLLER_STOPPED:
                self._stop_controller(event.seconds)
            case Kind.CONTROLLER_KILLED:
                self._dark[self._town.fuse] = event.seconds
                self._town.fuse.blow_after(event.steps)
            case Kind.CONTROLLER_CUT:
                self._cut_controller(event.seconds)
            case Kind.BROKER_RESTARTED:
                self._town.broker.restart()
            case Kind.ORDER_FORGED:
                self._forge(event.number)
            case Kind.ORDER_REPLAYED:
                self._replay()
            case _:
                self._befall_horn(self._horns[event.number % len(self._horns)], event)

    def blown(self, fuse: Fuse) -> None:
        """A program was killed in the middle of a step."""
        dark = self._dark.pop(fuse, AGAIN)
        if fuse is self._town.fuse:
            self._stop_controller(dark)
            return
        self._cut_power(next(horn for horn in self._horns if horn.fuse is fuse), dark)

    def mend_everything(self) -> None:
        now = self._town.clock.now()
        self._town.fuse.blow_after(0)
        self._town.broker.restore(CONTROLLER)
        if not self._town.controller_runs:
            self._town.boot_controller()
        for horn in self._horns:
            horn.fuse.blow_after(0)
            horn.disk_is_full = False
            self._town.mend_line(horn.device)
            if horn.agent is None:
                horn.boot()
            self._records.lives[horn.device].mend(now)
        self._records.controller.mend(now)
        self._records.broker.mend(now)

    def _befall_horn(self, horn: Horn, event: Event) -> None:
        life, now = self._records.lives[horn.device], self._town.clock.now()
        match event.kind:
            case Kind.LINE_CUT:
                life.line.begin(now)
                self._town.cut_line(horn.device)
                self._after(event.seconds, lambda: self._mend_line(horn))
            case Kind.POWER_CUT:
                self._cut_power(horn, event.seconds)
            case Kind.AGENT_KILLED if horn.agent is not None:
                self._dark[horn.fuse] = event.seconds
                horn.fuse.blow_after(event.steps)
            case Kind.CLOCK_STEPPED:
                life.clock_set.append(now)
                horn.step_clock(event.seconds)
            case Kind.CLOCK_LOST:
                life.clock_set.append(now)
                self._cut_power(horn, event.seconds)
                horn.board.forget()
            case Kind.DISK_FULL:
                life.disk.begin(now)
                horn.disk_is_full = True
                self._after(event.seconds, lambda: self._empty_disk(horn))
            case Kind.FILE_DAMAGED:
                life.disk.begin(now)
                life.disk.end(now)
                self._damage(horn)

    def _cut_power(self, horn: Horn, seconds: float) -> None:
        life = self._records.lives[horn.device]
        life.power.begin(self._town.clock.now())
        horn.cut_power()
        self._after(seconds, lambda: self._power_returns(horn))

    def _power_returns(self, horn: Horn) -> None:
        if self._records.lives[horn.device].power.end(self._town.clock.now()):
            horn.boot()

    def _mend_line(self, horn: Horn) -> None:
        if self._records.lives[horn.device].line.end(self._town.clock.now()):
            self._town.mend_line(horn.device)

    def _empty_disk(self, horn: Horn) -> None:
        if self._records.lives[horn.device].disk.end(self._town.clock.now()):
            horn.disk_is_full = False

    def _damage(self, horn: Horn) -> None:
        """A recording on the disk loses its end."""
        for file in sorted((horn.folder / "audio").iterdir())[:1]:
            with file.open("r+b") as damaged:
                damaged.truncate(file.stat().st_size // 2)

    def _stop_controller(self, seconds: float) -> None:
        self._records.controller.begin(self._town.clock.now())
        if self._town.controller_runs:
            self._town.kill_controller()
        self._after(seconds, self._controller_returns)

    def _cut_controller(self, seconds: float) -> None:
        self._records.controller.begin(self._town.clock.now())
        self._town.broker.cut(CONTROLLER)
        self._after(seconds, self._controller_returns)

    def _controller_returns(self) -> None:
        if not self._records.controller.end(self._town.clock.now()):
            return
        self._town.broker.restore(CONTROLLER)
        if not self._town.controller_runs:
            self._town.boot_controller()

    def _forge(self, number: int) -> None:
        """An emergency that nobody approved: under somebody else's seal, or in place of what a true seal covers."""
        topic = self._town.topics.area(self._town.commune, AreaChannel.PLAN)
        parts = self._town.broker.retained.get(topic, b"").split(b".")
        if len(parts) != 3:
            return
        now = self._town.clock.now()
        true = decode(urlsafe_b64decode(parts[1] + b"=="), AreaPlan)
        loud = [_loud(one, number, now) for one in true.occurrences[:1]]
        plan = msgspec.structs.replace(true, serial=true.serial + 1, issued_at=now, occurrences=tuple(loud))
        forged = self._thief.seal(encode(plan), topic=topic, issued_at=now, expires_at=now + LIFE)
        if number % 2:
            forged = b".".join((parts[0], urlsafe_b64encode(encode(plan)).rstrip(b"="), parts[2]))
        self._usurp(topic, forged)

    def _replay(self) -> None:
        """What was captured last time is published again; what is true now is captured."""
        truth = dict(self._town.broker.retained)
        for topic, sealed in self._captured.items():
            self._usurp(topic, sealed)
        self._captured = {topic: sealed for topic, sealed in truth.items() if topic.endswith("/plan")}

    def _usurp(self, topic: str, payload: bytes) -> None:
        now = self._town.clock.now()
        self._records.broker.begin(now)
        self._town.broker.publish(topic, payload, retain=True)
        self._after(USURPED, lambda: self._records.broker.end(self._town.clock.now()))

    def _after(self, seconds: float, happens: Callable[[], object]) -> None:
        self._later(self._town.clock.now() + timedelta(seconds=seconds), happens)


def _loud(one: Occurrence, number: int, now: datetime) -> Occurrence:
    start = now + timedelta(minutes=2)
    return replace(
        one, id=OccurrenceId(f"forged-{number}"), start=start, bulletin_class=BulletinClass.EMERGENCY, volume=100
    )
