"""Proves the audit again and again, some rows at a time: a page need only prove what came since, and says so."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from controller.auditing.anchors import FILE, Anchor, anchors_in, signer
from controller.auditing.verify import Fault, Verdict, Walk, read_anchors
from controller.fleet.keys import Trusted
from controller.store import audit
from controller.store.database import Connection, Database
from devices.clock import Clock

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
"""So often all rows begin to be read anew."""
REST = timedelta(minutes=1)
"""Between two parts of a reading, unless it is the first since the start."""
ROWS_AT_ONCE = 2000
_PARTS = EVERY // REST - 1
"""In so many parts at most, so that a reading is over before the next begins."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One time over all rows, from the first to the last that there was."""

    began: datetime
    ended: datetime
    last: int


@dataclass(frozen=True, slots=True)
class Proof:
    """`verdict` is about all rows: those up to the end of `whole`, the last reading of all, as they were then; those
    behind it as they were proven since. None: no reading has been finished since the start, and `reached` is the row
    that the first has come to."""

    verdict: Verdict
    whole: Reading | None
    reached: int


class Proofs:
    """What is proven lies in this memory, where nobody who can write the database alters it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        folder: Path,
        keys: Callable[[], Trusted],
        at_once: int = ROWS_AT_ONCE,
    ) -> None:
        self._database = database
        self._clock = clock
        self._file = folder / FILE
        self._keys = keys
        self._at_once = at_once
        self._lock = threading.Lock()
        self._whole: Reading | None = None
        self._end = Walk()
        self._under_way: Walk | None = None
        self._began = self._stepped = clock.now()

    @property
    def due(self) -> datetime:
        """When there is something to do next."""
        if self._under_way is not None:
            return self._stepped + REST
        return self._began + EVERY if self._whole else self._began

    def tend(self) -> bool:
        """Reads one part of all rows, where it is time; True while the first reading has not come to its end."""
        now = self._clock.now()
        if now < self.due and self._whole is not None:
            return False
        if self._under_way is None:
            self._under_way, self._began = Walk(), now
        self._stepped = now
        with self._database.read() as connection:
            walked, over = self._step(connection, self._under_way)
        self._tell(walked.faults[len(self._under_way.faults) :])
        if over:
            self._finish(walked, Reading(self._began, self._clock.now(), walked.last))
        else:
            self._under_way = walked
        return self._whole is None

    def proof(self) -> Proof:
        """Proves the rows that came since; the others it takes for what they were when they were read."""
        whole, under_way = self._whole, self._under_way or Walk()
        if whole is None:
            return Proof(Verdict(under_way.rows, 0, under_way.last, 0, under_way.faults), None, under_way.last)
        with self._database.read() as connection:
            end = self._end
            rows = list(audit.entries(connection, max(end.last, 1)))
            anchors, bad = self._anchors(connection, end.last)
            pruned = max((one.row for one in anchors if one.kind == audit.PRUNED), default=0)
            if end.last > pruned:
                altered = not rows or (rows[0].id, rows[0].digest) != (end.last, end.digest)
                bad += (_no_longer(end.last),) if altered else ()
                rows = rows[1:] if rows and rows[0].id == end.last else rows
            walked = replace(end, faults=(*end.faults, *bad)).over(rows, anchors)
            verdict = walked.verdict(audit.head(connection), anchors)
        with self._lock:
            if self._end is end and verdict.whole:
                self._end = walked
        found = tuple(dict.fromkeys((*verdict.faults, *under_way.faults)))
        return Proof(replace(verdict, faults=found), whole, under_way.last)

    def prove_whole(self) -> Verdict:
        """Reads all rows now, however many."""
        began, walked, over = self._clock.now(), Walk(), False
        with self._database.read() as connection:
            while not over:
                walked, over = self._step(connection, walked)
        self._tell(walked.faults)
        self._finish(walked, Reading(began, self._clock.now(), walked.last))
        return Verdict(walked.rows, walked.first, walked.last, walked.anchors, walked.faults)

    def _step(self, connection: Connection, so_far: Walk) -> tuple[Walk, bool]:
        """One part further; True where that was the end, which is then judged too."""
        head = audit.head(connection)
        most = max(self._at_once, head.last // _PARTS + 1)
        rows = list(islice(audit.entries(connection, so_far.last + 1), most))
        over = len(rows) < most
        anchors, bad = self._anchors(connection, so_far.last, None if over else rows[-1].id)
        walked = replace(so_far, faults=(*so_far.faults, *bad)).over(rows, anchors)
        found = walked.verdict(head, anchors).faults if over else walked.faults
        return replace(walked, faults=tuple(dict.fromkeys(found))), over

    def _anchors(
        self, connection: Connection, after: int, up_to: int | None = None
    ) -> tuple[list[Anchor], tuple[Fault, ...]]:
        kept = (one.sealed for one in audit.anchors(connection, after, up_to))
        keys = self._keys()
        known = (*kept, *anchors_in(self._file, after, up_to))
        return read_anchors((one for one in known if signer(one) not in keys.told.revoked), keys.find)

    def _finish(self, walked: Walk, whole: Reading) -> None:
        with self._lock:
            self._end, self._whole, self._under_way, self._began = walked, whole, None, whole.began

    def _tell(self, found: Collection[Fault]) -> None:
        for fault in found:
            log.error("the audit is not whole: %s", fault.words)


def _no_longer(row: int) -> Fault:
    return Fault(row, "altered", f"Row {row} is no longer what it was when it was read.")
