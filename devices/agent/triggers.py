"""Alarms that somebody sets off at the device itself, when nobody can be reached."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5
"""Seconds."""
STEADY = 2
"""So many looks in a row a contact must be closed: a flash of lightning closes it for one."""


class Triggers:
    """A file `alarms/NAME` in `folder`, or a contact: a file that says `1` while it is closed, as the kernel's do below
    /sys/class/gpio. `contacts` says which alarm each of them sets off, whenever it closes.

    `sound_alarm` is false while there is no agent that could take it; it is told again until it does.
    """

    def __init__(self, folder: Path, contacts: Mapping[str, str], sound_alarm: Callable[[str], bool]) -> None:
        self._folder = folder / "alarms"
        self._contacts = contacts
        self._sound_alarm = sound_alarm
        self._looks: dict[str, int] = {}

    def look(self) -> None:
        """To be asked every LOOK_EVERY seconds."""
        try:
            for file in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
                # Removed afterwards: an alarm that is heard twice is better than one that is not heard.
                if self._sound_alarm(file.name):
                    file.unlink()
        except OSError as wrong:
            log.warning("the alarms in %s cannot be read: %s", self._folder, wrong)
        for contact, name in self._contacts.items():
            self._look_at(contact, name)

    def _look_at(self, contact: str, name: str) -> None:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            closed = Path(contact).read_text().strip() == "1"
            # What is closed when we begin to look was closed by nobody who wants to be heard now.
            looks = self._looks.get(contact, STEADY) + 1 if closed else 0
            if looks != STEADY or self._sound_alarm(name):
                self._looks[contact] = min(looks, STEADY + 1)
