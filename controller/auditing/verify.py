"""Is the audit whole: is every row as it was written, is none missing, and none put in?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from controller.auditing.anchors import PRUNED, Anchor, BadAnchor, read_anchor, signer
from controller.store import audit
from controller.store.audit import START, Entry, Head
from controller.store.database import Database
from devices.protocol.signing import FindKey


@dataclass(frozen=True, slots=True)
class Fault:
    """`row` is where it shows: the row itself, or the first behind what is missing."""

    row: int
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    rows: int
    first: int
    last: int
    anchors: int
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        return not self.faults


def verify(
    database: Database, find_key: FindKey, elsewhere: Iterable[str] = (), revoked: Collection[str] = ()
) -> Verdict:
    """Reads all rows. `elsewhere` are sealed anchors that lie outside the database; what a `revoked` key has signed
    proves nothing any more, and is no fault."""
    with database.read() as connection:
        head = audit.head(connection)
        known = [*(anchor.sealed for anchor in audit.anchors(connection)), *elsewhere]
        sealed = [one for one in known if signer(one) not in revoked]
        return judge(audit.entries(connection, last=None), head, sealed, find_key)


def judge(entries: Iterable[Entry], head: Head, sealed: Iterable[str], find_key: FindKey) -> Verdict:
    """Pure. Goes once over `entries`."""
    anchors, bad = read_anchors(sealed, find_key)
    return Walk(faults=bad).over(entries, anchors).verdict(head, anchors)


@dataclass(frozen=True, slots=True)
class Walk:
    """How far one has come over the rows, in order, and what was found; the next part goes on from here. Pure."""

    last: int = 0
    digest: str = START
    first: int = 0
    rows: int = 0
    anchors: int = 0
    faults: tuple[Fault, ...] = ()

    def over(self, entries: Iterable[Entry], anchors: Collection[Anchor]) -> Walk:
        """`anchors` are at least all of these rows, and the newest of kind `pruned`."""
        pruned = max((one for one in anchors if one.kind == PRUNED), key=lambda one: one.row, default=None)
        last, digest, first, rows, met = self.last, self.digest, self.first, self.rows, self.anchors
        if pruned and pruned.row > last:
            last, digest = pruned.row, pruned.digest
        at = {one.row: one for one in anchors}
        faults = list(self.faults)
        for entry in entries:
            if pruned and entry.id <= pruned.row:
                continue  # it is signed for that it may go, and its going is under way
            first = first or entry.id
            rows += 1
            faults += _step(entry, last, digest, at.get(entry.id))
            met += entry.id in at
            last, digest = entry.id, entry.digest
        return Walk(last, digest, first, rows, met, tuple(faults))

    def verdict(self, head: Head, anchors: Iterable[Anchor]) -> Verdict:
        """What it is when there are no more rows; `anchors` are at least those of rows beyond the last."""
        faults = (*self.faults, *_end(self.last, self.digest, head, anchors))
        return Verdict(self.rows, self.first, self.last, self.anchors, tuple(dict.fromkeys(faults)))


def read_anchors(sealed: Iterable[str], find_key: FindKey) -> tuple[list[Anchor], tuple[Fault, ...]]:
    """Those that this site has signed, and a fault for each other one."""
    anchors: list[Anchor] = []
    faults: list[Fault] = []
    for one in dict.fromkeys(sealed):
        try:
            anchors.append(read_anchor(one, find_key))
        except BadAnchor as wrong:
            faults.append(Fault(0, "bad-anchor", f"An anchor is not signed by this site: {wrong}"))
    return anchors, tuple(faults)


def _step(entry: Entry, before: int, digest: str, anchor: Anchor | None) -> Iterator[Fault]:
    if entry.id != before + 1:
        gap = f"{before + 1}" if entry.id == before + 2 else f"{before + 1} to {entry.id - 1}"
        yield Fault(entry.id, "missing", f"Missing before row {entry.id}: {gap}.")
    elif entry.digest_after(digest) != entry.digest:
        yield Fault(entry.id, "altered", f"Row {entry.id}, or the one before it, is not as it was written.")
    if anchor and anchor.digest != entry.digest:
        yield Fault(entry.id, "rewritten", f"Row {entry.id} is not what was signed at {anchor.at:%Y-%m-%d %H:%M} UTC.")


def _end(last: int, digest: str, head: Head, anchors: Iterable[Anchor]) -> Iterator[Fault]:
    beyond = max((one.row for one in anchors), default=0)
    if last < beyond:
        yield Fault(last + 1, "cut-off", f"The end is missing: row {beyond} was signed, the last here is {last}.")
    if not head.genuine:
        yield Fault(last, "end-not-ours", "What says where the audit ends was not written by this site.")
    elif (last, digest) != (head.last, head.digest):
        yield Fault(last, "cut-off", f"The audit ended with row {head.last}, the last here is {last}.")
