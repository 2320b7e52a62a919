"""What the agent must not forget when the power is cut: one SQLite file, written before anything is done.

What arrived waits in `inbox` until it was acted upon. A row in `turns` is written before the first sample sounds, and
ended together with its receipt. Receipts stay until the controller says that it keeps them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from devices.agent.errors import JournalUnreadable
from devices.link.port import Inbound
from devices.protocol.codec import MAX_BYTES
from devices.protocol.messages import HealthId, PlanDigest, ReceiptId
from schedules.plan import Occurrence, OccurrenceId
from schedules.programme import AreaId

VERSION = 4
INBOX_LIMIT = 1_000
"""More unread messages than this are a flood: they are counted, not kept."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS inbox (
    row INTEGER PRIMARY KEY, topic TEXT NOT NULL, payload BLOB NOT NULL, retained INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS plans (
    area TEXT PRIMARY KEY, sealed BLOB NOT NULL, digest TEXT NOT NULL, payload BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS config (
    one INTEGER PRIMARY KEY CHECK (one = 1), sealed BLOB NOT NULL, payload BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
    channel TEXT NOT NULL, area TEXT NOT NULL, sealed BLOB NOT NULL, payload BLOB NOT NULL,
    PRIMARY KEY (channel, area));
CREATE TABLE IF NOT EXISTS alarms (row INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS latest (one INTEGER PRIMARY KEY CHECK (one = 1), moment REAL NOT NULL);
CREATE TABLE IF NOT EXISTS turns (
    occurrence TEXT PRIMARY KEY, planned BLOB NOT NULL, start REAL NOT NULL, volume INTEGER NOT NULL,
    began_at REAL, sounded REAL NOT NULL DEFAULT 0, ended INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS turns_by_start ON turns (ended, start);
CREATE TABLE IF NOT EXISTS receipts (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, payload BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS health (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, payload BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS site_keys (one INTEGER PRIMARY KEY CHECK (one = 1), payload BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS signers (topic TEXT PRIMARY KEY, key TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refused (reason TEXT PRIMARY KEY, count INTEGER NOT NULL);
"""


# Made before there are threads: see devices.protocol.codec.
_PLANNED = msgspec.json.Decoder(Occurrence)


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """One area's plan as it stands on the disk. `sealed` is the digest of the bytes that came over the wire."""

    area: AreaId
    sealed: bytes
    digest: PlanDigest
    payload: bytes


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """What is urgent, or exercised, in one area. `sealed` is the digest of the bytes that came over the wire."""

    channel: str
    area: AreaId
    sealed: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """An occurrence that began and has not ended. `sounded` is a lower bound, in seconds."""

    occurrence: Occurrence
    volume: int
    began_at: datetime
    sounded: float


class Journal:
    """`durable=False` keeps every promise but the one against a power cut of the machine (for simulated devices)."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self._guard = threading.RLock()
        self._under_way = False
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        self._db.execute("PRAGMA journal_mode = WAL")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            self._db.close()
            raise JournalUnreadable(
                f"Nhật ký {path} do một phiên bản mới hơn ghi. Hãy cài bản mới của loa-agent.",
                f"The journal {path} was written by a newer agent. Install the newer loa-agent.",
            )
        if version < VERSION:
            self._db.executescript(_SCHEMA + f"PRAGMA user_version = {VERSION};")
        self.refused: dict[str, int] = dict(self._db.execute("SELECT reason, count FROM refused"))
        self._alarmed = True
        (self._unread,) = self._db.execute("SELECT count(*) FROM inbox").fetchone()

    def close(self) -> None:
        with self._guard:
            self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is written inside is on the disk when the block ends, or, if it raises, none of it."""
        with self._guard:
            try:
                yield
                if self._under_way:
                    self._commit()
            except BaseException:
                if self._under_way:
                    self._under_way = False
                    self._db.execute("ROLLBACK")
                raise

    def _write(self, statement: str, values: tuple[object, ...]) -> int:
        if not self._under_way:
            self._db.execute("BEGIN IMMEDIATE")
            self._under_way = True
        return self._db.execute(statement, values).rowcount

    def _commit(self) -> None:
        self._db.execute("COMMIT")
        self._under_way = False

    def keep(self, inbound: Inbound) -> None:
        """The message is on the disk when this returns, unless it can only be a flood. Callable from any thread."""
        with self.together():
            if len(inbound.payload) > 2 * MAX_BYTES:
                self.refuse("malformed")
            elif self._unread >= INBOX_LIMIT:
                self.refuse("inbox-full")
            else:
                values = (inbound.topic, inbound.payload, inbound.retained)
                self._write("INSERT INTO inbox (topic, payload, retained) VALUES (?, ?, ?)", values)
                self._unread += 1

    def inbox(self) -> list[tuple[int, Inbound]]:
        """What has not been acted upon, oldest first."""
        with self._guard:
            rows = self._db.execute("SELECT row, topic, payload, retained FROM inbox ORDER BY row").fetchall()
        return [(row, Inbound(topic, payload, bool(retained))) for row, topic, payload, retained in rows]

    def acted_upon(self, row: int) -> None:
        self._write("DELETE FROM inbox WHERE row = ?", (row,))
        self._unread -= 1

    def refuse(self, reason: str) -> None:
        self.refused[reason] = self.refused.get(reason, 0) + 1
        self._write("INSERT OR REPLACE INTO refused VALUES (?, ?)", (reason, self.refused[reason]))

    def first_sight(self, single_use: str, expires_at: datetime, now: datetime) -> bool:
        """True the first time that this id is seen; it is remembered as long as its message could be valid."""
        self._write("DELETE FROM seen WHERE expires_at < ?", (now.timestamp(),))
        return self._write("INSERT OR IGNORE INTO seen VALUES (?, ?)", (single_use, expires_at.timestamp())) == 1

    def plans(self) -> list[KeptPlan]:
        return [KeptPlan(*row) for row in self._db.execute("SELECT area, sealed, digest, payload FROM plans")]

    def keep_plan(self, plan: KeptPlan) -> None:
        values = (plan.area, plan.sealed, plan.digest, plan.payload)
        self._write("INSERT OR REPLACE INTO plans VALUES (?, ?, ?, ?)", values)

    def site_keys(self) -> bytes | None:
        """What the root key said last."""
        row = self._db.execute("SELECT payload FROM site_keys").fetchone()
        return None if row is None else row[0]

    def keep_site_keys(self, payload: bytes) -> None:
        self._write("INSERT OR REPLACE INTO site_keys VALUES (1, ?)", (payload,))

    def note_signer(self, topic: str, key: str) -> None:
        """What is held of this topic was sealed by `key`."""
        self._write("INSERT OR REPLACE INTO signers VALUES (?, ?)", (topic, key))

    def signed_by(self, keys: Collection[str]) -> list[str]:
        """The topics of which what is held was sealed by one of `keys`."""
        return [topic for topic, key in self._db.execute("SELECT topic, key FROM signers") if key in keys]

    def drop_plan(self, area: AreaId) -> None:
        self._write("DELETE FROM plans WHERE area = ?", (area,))

    def orders(self) -> list[KeptOrder]:
        return [KeptOrder(*row) for row in self._db.execute("SELECT channel, area, sealed, payload FROM orders")]

    def keep_order(self, order: KeptOrder) -> None:
        values = (order.channel, order.area, order.sealed, order.payload)
        self._write("INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?)", values)

    def drop_order(self, channel: str, area: AreaId) -> None:
        self._write("DELETE FROM orders WHERE channel = ? AND area = ?", (channel, area))

    def keep_alarm(self, name: str) -> None:
        """Somebody at the device set it off; it is on the disk when this returns. Callable from any thread."""
        with self.together():
            self._write("INSERT INTO alarms (name) VALUES (?)", (name,))
            self._alarmed = True

    def take_alarms(self) -> list[str]:
        """The names of the alarms that nobody has acted upon, oldest first; they are forgotten."""
        if not self._alarmed:
            return []
        names = [row[0] for row in self._db.execute("SELECT name FROM alarms ORDER BY row")]
        self._write("DELETE FROM alarms", ())
        self._alarmed = False
        return names

    def latest(self) -> datetime | None:
        """The last moment that is known for certain to be past."""
        row = self._db.execute("SELECT moment FROM latest").fetchone()
        return None if row is None else datetime.fromtimestamp(row[0], UTC)

    def keep_latest(self, moment: datetime) -> None:
        self._write("INSERT OR REPLACE INTO latest VALUES (1, ?)", (moment.timestamp(),))

    def config(self) -> tuple[bytes, bytes] | None:
        """The digest of the sealed bytes, and the payload."""
        row = self._db.execute("SELECT sealed, payload FROM config").fetchone()
        return None if row is None else (row[0], row[1])

    def keep_config(self, sealed: bytes, payload: bytes) -> None:
        self._write("INSERT OR REPLACE INTO config VALUES (1, ?, ?)", (sealed, payload))

    def begun_or_ended(self) -> set[OccurrenceId]:
        return {OccurrenceId(row[0]) for row in self._db.execute("SELECT occurrence FROM turns")}

    def unfinished(self) -> list[KeptTurn]:
        """What had begun when the agent last stopped without a word."""
        rows = self._db.execute(
            "SELECT planned, volume, began_at, sounded FROM turns WHERE ended = 0 ORDER BY began_at"
        )
        return [
            KeptTurn(_PLANNED.decode(planned), volume, datetime.fromtimestamp(began_at, UTC), sounded)
            for planned, volume, began_at, sounded in rows.fetchall()
        ]

    def begin(self, occurrence: Occurrence, at: datetime, volume: int) -> None:
        """To be on the disk before the first sample sounds. An occurrence begins once: the second time is an error,
        unless the power failed in between."""
        planned = msgspec.json.encode(occurrence)
        values = (occurrence.id, planned, occurrence.start.timestamp(), volume, at.timestamp())
        self._write(
            "INSERT INTO turns (occurrence, planned, start, volume, began_at, ended) VALUES (?,?,?,?,?,0)", values
        )

    def may_begin_again(self, occurrence: OccurrenceId) -> None:
        """The power failed while it sounded, and it is to be heard all the same."""
        self._write("DELETE FROM turns WHERE occurrence = ? AND ended = 0", (occurrence,))

    def mark(self, occurrence: OccurrenceId, sounded: float) -> None:
        self._write("UPDATE turns SET sounded = ? WHERE occurrence = ?", (sounded, occurrence))

    def end(self, occurrence: Occurrence) -> None:
        """The occurrence is over, whether it ever began or not."""
        values = (occurrence.id, b"", occurrence.start.timestamp())
        self._write(
            "INSERT INTO turns (occurrence, planned, start, volume, ended) VALUES (?, ?, ?, 0, 1)"
            " ON CONFLICT (occurrence) DO UPDATE SET ended = 1, planned = excluded.planned",
            values,
        )

    def forget_turns_before(self, moment: datetime) -> None:
        self._write("DELETE FROM turns WHERE ended = 1 AND start < ?", (moment.timestamp(),))

    def last_sequence(self, table: str = "receipts") -> int:
        """The greatest sequence that any receipt, or health, ever had; 0 before the first."""
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        return 0 if row is None else int(row[0])

    def receipts(self) -> list[tuple[int, ReceiptId, bytes]]:
        return self._db.execute("SELECT sequence, id, payload FROM receipts ORDER BY sequence").fetchall()

    def keep_receipt(self, sequence: int, receipt: ReceiptId, payload: bytes) -> None:
        self._write("INSERT INTO receipts (sequence, id, payload) VALUES (?, ?, ?)", (sequence, receipt, payload))

    def drop(self, table: Literal["receipts", "health"], sequence: int) -> None:
        """The controller has it."""
        self._write(f"DELETE FROM {table} WHERE sequence = ?", (sequence,))

    def health(self) -> list[tuple[int, HealthId, bytes]]:
        return self._db.execute("SELECT sequence, id, payload FROM health ORDER BY sequence").fetchall()

    def keep_health(self, sequence: int, health: HealthId, payload: bytes) -> None:
        self._write("INSERT INTO health (sequence, id, payload) VALUES (?, ?, ?)", (sequence, health, payload))
