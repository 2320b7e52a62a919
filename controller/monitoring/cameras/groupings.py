"""What seems to hang on one thing, because it fell together and hardly ever alone. A proposal, never more. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from controller.monitoring.cameras.causes import FEWEST, TOGETHER
from controller.store.nodes import NodeId
from devices.protocol.messages.cameras import CameraId

OFTEN = 3
MOSTLY = 0.8
"""Two belong together that fell together so often of all the times when either fell."""
MOST_AT_ONCE = 200
"""When more fall at once, it was the whole commune, and says nothing of switches."""


@dataclass(frozen=True, slots=True)
class Proposal:
    cameras: tuple[CameraId, ...]
    together: int


def proposals(
    falls: Iterable[tuple[CameraId, datetime]],
    hanging: Mapping[CameraId, NodeId | None],
    together: timedelta = TOGETHER,
) -> tuple[Proposal, ...]:
    """Groups of at least three that are not known to hang on one node; `falls` in order of time."""
    alone, pairs = Counter[CameraId](), Counter[tuple[CameraId, CameraId]]()
    for fallen in _at_once(falls, together):
        alone.update(fallen)
        if len(fallen) <= MOST_AT_ONCE:
            pairs.update(combinations(sorted(fallen), 2))
    near: dict[CameraId, set[CameraId]] = {}
    for (one, two), times in pairs.items():
        if times >= OFTEN and times >= MOSTLY * (alone[one] + alone[two] - times):
            near.setdefault(one, set()).add(two)
            near.setdefault(two, set()).add(one)
    found = []
    for group in _connected(near):
        if len(group) >= FEWEST and not _known(group, hanging):
            least = min(pairs[pair] for pair in combinations(group, 2) if pairs[pair] >= OFTEN)
            found.append(Proposal(group, least))
    return tuple(sorted(found, key=lambda one: (-one.together, one.cameras)))


def _at_once(falls: Iterable[tuple[CameraId, datetime]], together: timedelta) -> Iterable[set[CameraId]]:
    begun: datetime | None = None
    fallen: set[CameraId] = set()
    for camera, at in falls:
        if begun is None or at - begun > together:
            if fallen:
                yield fallen
            begun, fallen = at, set()
        fallen.add(camera)
    if fallen:
        yield fallen


def _connected(near: Mapping[CameraId, set[CameraId]]) -> Iterable[tuple[CameraId, ...]]:
    left = set(near)
    while left:
        group, waiting = set[CameraId](), [min(left)]
        while waiting:
            one = waiting.pop()
            if one not in group:
                group.add(one)
                waiting += near[one]
        left -= group
        yield tuple(sorted(group))


def _known(group: Iterable[CameraId], hanging: Mapping[CameraId, NodeId | None]) -> bool:
    """True when all of them hang on the same node already."""
    on = {hanging.get(camera) for camera in group}
    return len(on) == 1 and None not in on
