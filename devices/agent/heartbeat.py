"""What the device says of itself, and when: on every heartbeat, and at once when something changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from devices.agent.board import BoardReading
from devices.protocol.messages import DeviceState, NotReady, PlanDigest
from devices.protocol.topics import DeviceId
from schedules.plan import OccurrenceId
from schedules.programme import AreaId

DEFAULT_EVERY = 30.0
LEAST_GAP = 0.5
"""Two states are never sent closer together than this many seconds."""
NOTHING_READ = BoardReading()
MOST_NAMED = 200
"""A state names at most so many occurrences that are not ready; the first ones matter."""


@dataclass(frozen=True, slots=True)
class Condition:
    """All that is worth a word at once when it changes."""

    plans: Mapping[AreaId, PlanDigest] = field(default_factory=dict)
    not_ready: tuple[NotReady, ...] = ()
    playing: OccurrenceId | None = None
    volume: int = 0
    clock_proven: bool = False
    urgent: Mapping[AreaId, int] = field(default_factory=dict)
    exercises: Mapping[AreaId, int] = field(default_factory=dict)


def not_ready(problems: Iterable[tuple[OccurrenceId, str]]) -> tuple[NotReady, ...]:
    """The occurrences with a problem, in order of time, as a state names them."""
    named = [NotReady(occurrence, reason) for occurrence, reason in problems if reason]
    return tuple(named[:MOST_NAMED])


class Heartbeat:
    """The states of one session. Times are seconds of the monotonic clock."""

    def __init__(self, device: DeviceId, session: str, software: str, lock: str = "") -> None:
        self._device = device
        self._lock = lock
        self._session = session
        self._software = software
        self._sequence = 0
        self._said: Condition | None = None
        self._said_at = 0.0

    def due_at(self, condition: Condition, every: float) -> float | None:
        """When the next state is to be sent; None means at once."""
        if self._said is None:
            return None
        return self._said_at + (LEAST_GAP if condition != self._said else max(every, LEAST_GAP))

    def not_before(self, moment: float) -> float:
        """`moment`, or the earliest at which another state may follow the last."""
        return max(moment, self._said_at + LEAST_GAP)

    def repeat(self) -> None:
        """Nobody may have heard the last state."""
        self._said = None

    def state(
        self,
        condition: Condition,
        now: datetime,
        elapsed: float,
        *,
        waiting_receipts: int,
        refused: Mapping[str, int],
        clock_offset: float | None = None,
        time_question: str = "",
        online: bool = True,
        board: BoardReading = NOTHING_READ,
    ) -> DeviceState:
        """The next state of this session."""
        self._sequence += 1
        self._said, self._said_at = condition, elapsed
        return DeviceState(
            device=self._device,
            session=self._session,
            sequence=self._sequence,
            at=now,
            online=online,
            plans=dict(condition.plans),
            not_ready=condition.not_ready,
            playing=condition.playing,
            volume=condition.volume,
            waiting_receipts=waiting_receipts,
            refused=dict(refused),
            clock_proven=condition.clock_proven,
            clock_offset=None if clock_offset is None else round(clock_offset, 3),
            time_question=time_question,
            software=self._software,
            urgent=dict(condition.urgent),
            exercises=dict(condition.exercises),
            lock=self._lock,
            temperature=board.temperature,
            signal=board.signal,
        )

    def last_will(self, now: datetime) -> DeviceState:
        """What the broker says when this device falls silent: as old as the last state, and offline."""
        return DeviceState(
            device=self._device, session=self._session, sequence=self._sequence, at=now, online=False, volume=0
        )
