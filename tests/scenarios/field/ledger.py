"""What was planned, what sounded, what was signed, and what the faults excuse: one account, which must balance.

Times are seconds since 1970.
"""

from __future__ import annotations

import json
import sqlite3
import wave
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.scenarios.field.centre import Centre
from tests.scenarios.field.commune import Commune
from tests.scenarios.field.faults import Fate
from tests.scenarios.field.processes import Life, Loudspeaker

BEGIN_AHEAD = 3.5
"""So long before its moment a broadcast is begun, for the journal; a power cut from then on ends it."""
BOOT = 10.0
"""A board that has power this long has started and looked through its recordings."""
PREPARES = 4.0
SETTLE = 20.0
"""Once line, broker and controller have held this long a board knows the time."""
AFTER = 1.5
CLIPPED = 0.05
EXCUSES = {
    "power": {"power"},
    "was-off": {"power", "booting", "forgotten"},
    "late": {"power", "booting", "clock"},
    "joined-late": {"power", "booting", "clock", "a slow machine"},
    "clock-unproven": {"power", "booting", "clock"},
    "audio-missing": {"power", "booting", "news"},
    "plan-late": {"power", "booting", "news"},
    "busy": {"news"},
}
"""Which reasons in a receipt are true only when at least one of these was the case."""


@dataclass(frozen=True)
class Broken:
    """A promise that was not kept to this loudspeaker, for the broadcast that was to begin at `start`."""

    loudspeaker: str
    start: float
    words: str


@dataclass(frozen=True)
class Sounding:
    stem: str
    occurrence: str
    began: float
    seconds: float


@dataclass(frozen=True)
class Receipt:
    row: int
    id: str
    sequence: int
    occurrence: str
    outcome: str
    reason: str
    seconds: float


@dataclass(frozen=True)
class Wish:
    """One loudspeaker is to sound one occurrence. `ready` is what the controller believed before air time."""

    occurrence: str
    start: float
    seconds: float
    ready: bool
    acknowledged: str | None

    @property
    def end(self) -> float:
        return self.start + self.seconds


class Ledger:
    """Opened when everything is over. `planned_before` is when the last broadcast was approved that is no news."""

    def __init__(self, centre: Centre, commune: Commune, fate: Fate, planned_before: float) -> None:
        self._centre = centre
        self._fate = fate
        self._planned_before = planned_before
        self.broken: list[Broken] = []
        self.counts: Counter[str] = Counter()
        self._wishes: dict[str, list[Wish]] = defaultdict(list)
        self._receipts: dict[str, list[Receipt]] = defaultdict(list)
        self._news: set[str] = set()
        self._read(centre.folder / "loa.db")
        for horn in commune.loudspeakers:
            self._audit(horn)

    def _read(self, database: Path) -> None:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as rows:
            wishes = (
                "SELECT o.id, o.start, o.seconds, f.device, f.ready_at, f.receipt, f.planned_at FROM occurrences o"
                " JOIN facts f ON f.occurrence = o.id ORDER BY o.start"
            )
            for occurrence, start, seconds, device, ready_at, receipt, planned_at in rows.execute(wishes):
                self._wishes[device].append(Wish(occurrence, moment(start), seconds, bool(ready_at), receipt))
                if moment(planned_at) > self._planned_before:
                    self._news.add(occurrence)
            receipts = "SELECT rowid, id, sequence, occurrence, outcome, reason, seconds, device FROM receipts"
            for *told, device in rows.execute(f"{receipts} ORDER BY rowid"):
                self._receipts[device].append(Receipt(*told))
        rows.close()
        self.counts["broadcasts"] = len({one.occurrence for wishes in self._wishes.values() for one in wishes})

    def _audit(self, horn: Loudspeaker) -> None:
        receipts, wishes = self._receipts[horn.name], self._wishes[horn.name]
        self.broken += (Broken(horn.name, wishes[-1].start, words) for words in _receipt_faults(horn, receipts))
        sounded = list(_sounded(horn.wav))
        known = _knows_the_time(horn, sounded)
        of: dict[str, list[Receipt]] = defaultdict(list)
        for receipt in receipts:
            of[receipt.occurrence].append(receipt)
        for wish in wishes:
            heard = [one for one in sounded if one.occurrence == wish.occurrence]
            halves = sum(wish.occurrence in stem for _, stem in horn.cut_short)
            excuses = set(self._excuses(horn, wish, known))
            self.counts["wishes"] += 1
            self.counts["promised"] += not excuses
            self.counts["promised, late"] += not excuses and any(one.reason for one in of[wish.occurrence])
            for words in _faults(wish, heard, halves, of[wish.occurrence], excuses):
                self.broken.append(Broken(horn.name, wish.start, words))
            self.counts.update(f"{one.outcome} {one.reason}".strip() for one in of[wish.occurrence])

    def _excuses(self, horn: Loudspeaker, wish: Wish, known: list[float]) -> Iterator[str]:
        lives = horn.process.lives
        life = next((one for one in lives if one.covers(wish.start - BEGIN_AHEAD, wish.end + AFTER)), None)
        if life is None:
            yield "power"
            return
        told = next((at for at in known if at >= life.began), float("inf"))
        certain = told + PREPARES <= wish.start
        if not certain and life.began + BOOT > wish.start:
            yield "booting"
        if not certain and not self._was_settled(horn, life, wish.start - PREPARES):
            yield "clock"
        if wish.occurrence in self._news and not wish.ready:
            yield "news"
            if life.ended is not None and life.ended < wish.end + SETTLE:
                # Cut before it said "plan-late" it knows only that it was off: when it read a plan is not on its disk.
                yield "forgotten"

    def _was_settled(self, horn: Loudspeaker, life: Life, until: float) -> bool:
        begin = life.began
        while begin + SETTLE <= until:
            end = begin + SETTLE
            bad = [one for one in self._fate.bad_lines[horn.name] if one.began < end and (one.ended or end) > begin]
            if not bad and self._centre.was_up(begin, end):
                return True
            begin += 0.5
        return False


def _faults(
    wish: Wish, heard: list[Sounding], halves: int, receipts: list[Receipt], excuses: set[str]
) -> Iterator[str]:
    if len(heard) + halves > 1:
        yield f"sounded {len(heard) + halves} times"
    if len(receipts) != 1:
        yield f"has {len(receipts)} receipts"
        return
    (receipt,) = receipts
    told = f"{receipt.outcome} {receipt.reason}".strip()
    if wish.acknowledged != receipt.id:
        yield "is a fact without its receipt"
    if not excuses and receipt.outcome != "played":
        yield f"was promised, and ended as {told}"
    if receipt.reason and not EXCUSES.get(receipt.reason, set()) & (excuses or {"a slow machine"}):
        yield f"has a reason that is not true: {told}"
    if receipt.outcome != "played" and not receipt.reason:
        yield f"ended as {told} without a reason"
    if receipt.outcome == "played":
        if not heard:
            yield "was signed as played, and nobody heard it"
        elif abs(heard[0].seconds - receipt.seconds) > CLIPPED:
            yield f"was signed with {receipt.seconds:.2f} s, and sounded {heard[0].seconds:.2f} s"
        elif not receipt.reason and abs(heard[0].seconds - wish.seconds) > CLIPPED:
            yield f"was not whole: {heard[0].seconds:.2f} of {wish.seconds:.2f} s"
    elif heard and told != "interrupted power":
        yield f"sounded, and was signed as {told}"
    if halves and told != "interrupted power":
        yield f"was cut short by the power, and was signed as {told}"


def _receipt_faults(horn: Loudspeaker, receipts: list[Receipt]) -> Iterator[str]:
    numbers = [one.sequence for one in receipts]
    if sorted(numbers) != [*range(1, len(numbers) + 1)]:
        yield f"receipts were lost or came twice: {numbers}"
    elif numbers != sorted(numbers):
        yield f"receipts came out of order: {numbers}"
    with sqlite3.connect(f"file:{horn.folder / 'journal.sqlite'}?mode=ro", uri=True) as rows:
        (written,) = rows.execute("SELECT seq FROM sqlite_sequence WHERE name = 'receipts'").fetchone()
    rows.close()
    if written != len(receipts):
        yield f"wrote {written} receipts, and the controller has {len(receipts)}"
    told = {(one.occurrence, one.outcome, one.reason) for one in receipts}
    for event in horn.said():
        if event["event"] == "ended" and (event["occurrence"], event["outcome"], event["reason"]) not in told:
            yield f"said what no receipt says: {event}"


def _knows_the_time(horn: Loudspeaker, sounded: Iterable[Sounding]) -> list[float]:
    """Moments at which it certainly had time and recordings: it said that all was ready, or it sounded."""
    ready = (one for one in horn.said() if one["event"] == "ready" and one["ready"] == one["planned"])
    return sorted([*(_second(str(one["at"])) for one in ready), *(one.began for one in sounded)])


def _sounded(folder: Path) -> Iterator[Sounding]:
    for path in sorted(folder.glob("*.wav")):
        with wave.open(str(path)) as file:
            seconds = file.getnframes() / file.getframerate()
        note = path.with_suffix(".json")
        if note.exists():
            told = json.loads(note.read_text())
            yield Sounding(path.stem, told["occurrence"], _second(told["started_at"]), seconds)
        else:  # the power failed between the two files
            yield Sounding(path.stem, path.stem.rpartition("_")[2], path.stat().st_mtime - seconds, seconds)


def moment(written: str) -> float:
    """A time in the database."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp()


def _second(written: str) -> float:
    return datetime.fromisoformat(written).timestamp()
