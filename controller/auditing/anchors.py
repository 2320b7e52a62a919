"""Signed words on how the audit stood: in the database, in a file beside it, and wherever somebody copies that.

Whoever can write the database can write a whole chain anew. He cannot sign for it, and cannot reach the copies.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from controller.store import audit
from controller.store.audit import PRUNED as PRUNED
from controller.store.audit import KeptAnchor
from controller.store.database import Database
from devices.clock import Clock
from devices.protocol.errors import WireError
from devices.protocol.signing import FindKey, SigningKey, unseal

TOPIC = "audit"
"""No device listens to such a topic: an anchor can never be taken for an order."""
EVERY = timedelta(hours=1)
FILE = "audit-anchors.jsonl"
KEPT_MONTHS = 24
ANCHOR = "anchor"
_LIFE = timedelta(days=365 * 100)
_MONTH = timedelta(days=30.44)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The row of this id had this digest then. Of kind `pruned`: and all rows up to it were deleted for their age."""

    row: int
    digest: str
    kind: str
    at: datetime


class BadAnchor(Exception):
    """Nobody of this site has signed it."""


class Anchors:
    """Drops an anchor each hour in which something was written, and deletes what is older than `months`."""

    def __init__(
        self,
        database: Database,
        key: Callable[[], SigningKey],
        clock: Clock,
        folder: Path,
        months: float = KEPT_MONTHS,
    ) -> None:
        """`key` is asked for each anchor, since keys are exchanged."""
        self._database = database
        self._key = key
        self._clock = clock
        self._file = folder / FILE
        self._kept = months * _MONTH
        self._next: datetime | None = None

    def tend(self) -> None:
        """Does what is due."""
        now = self._clock.now()
        if self._next is not None and now < self._next:
            return
        self._next = now + EVERY
        self.drop()
        self.prune()

    def drop(self) -> None:
        """An anchor at the newest row, unless there is one."""
        with self._database.read() as connection:
            head = audit.head(connection)
            known = {anchor.row for anchor in audit.anchors(connection)}
        if head.last and head.last not in known:
            self._keep(Anchor(head.last, head.digest, ANCHOR, self._clock.now()))

    def prune(self) -> None:
        now = self._clock.now()
        with self._database.read() as connection:
            last = audit.newest_before(connection, now - self._kept)
        if last is not None:
            self._keep(Anchor(last.id, last.digest, PRUNED, now))
            with self._database.write() as connection:
                audit.prune(connection, last.id)

    def _keep(self, anchor: Anchor) -> None:
        sealed = signed(anchor, self._key())
        with self._database.write() as connection:
            audit.keep_anchor(connection, KeptAnchor(anchor.row, anchor.kind, anchor.at, sealed))
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"row": anchor.row, "at": anchor.at.isoformat(), "sealed": sealed}) + "\n")


def signed(anchor: Anchor, key: SigningKey) -> str:
    said = {"row": anchor.row, "digest": anchor.digest, "kind": anchor.kind}
    sealed = key.seal(json.dumps(said).encode(), topic=TOPIC, issued_at=anchor.at, expires_at=anchor.at + _LIFE)
    return sealed.decode()


def read_anchor(sealed: str, find_key: FindKey) -> Anchor:
    """Raises BadAnchor."""
    try:
        opened = unseal(sealed.encode(), topic=TOPIC, now=None, find_key=find_key)
        said = json.loads(opened.payload)
        return Anchor(int(said["row"]), str(said["digest"]), str(said["kind"]), opened.issued_at)
    except (WireError, ValueError, KeyError, TypeError) as wrong:
        raise BadAnchor(str(wrong)) from wrong


def signer(sealed: str) -> str:
    """Whose key an anchor names, before anything is believed; empty for rubbish."""
    head = sealed.partition(".")[0]
    try:
        said = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        return str(said["kid"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def anchors_in(file: Path, after: int = 0, up_to: int | None = None) -> list[str]:
    """The sealed anchors of such a file, or of certain rows; what is no line of ours is left out, as it proves nothing.
    They are read from the end, where the newest stand, as far as need be."""
    if not file.exists():
        return []
    found: list[str] = []
    for line in reversed(file.read_bytes().splitlines()):
        try:
            said = json.loads(line)
            row, sealed = int(said.get("row", after + 1)), str(said["sealed"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
        if after and row <= after:
            break
        if up_to is None or row <= up_to:
            found.append(sealed)
    return found[::-1]
