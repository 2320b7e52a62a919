"""What has just happened, told to whoever listens: the live lines of the demo, the live parts of the pages."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

FOUND_BY_LOOKING: dict[str, object] = {"found": "by looking"}
"""The detail of what a look at the rows found: no reason to look again."""


class Kind(Enum):
    PLAN = "plan"
    DEVICE = "device"
    READY = "ready"
    RECEIPT = "receipt"
    PROGRAMME = "programme"
    REFUSED = "refused"
    INCIDENT = "incident"
    ALERT = "alert"
    CAMERA = "camera"


@dataclass(frozen=True, slots=True)
class Happening:
    """`about` is the id of the area, device, occurrence or programme; `detail` is small and free of secrets."""

    kind: Kind
    at: datetime
    about: str
    detail: dict[str, object] = field(default_factory=dict)


Listener = Callable[[Happening], None]


class Happenings:
    """Tells each happening to every listener, in the thread where it happens. The rows are the truth, not this."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._lock = threading.Lock()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Returns what ends the listening."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def leave() -> None:
            with self._lock:
                self._listeners = tuple(one for one in self._listeners if one is not listener)

        return leave

    def tell(self, happening: Happening) -> None:
        for listener in self._listeners:
            listener(happening)
