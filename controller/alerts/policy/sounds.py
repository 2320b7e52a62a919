"""What begins, goes on and ends at each place, from what has sounded there and what stands now. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from controller.alerts.areas.ground import plain_name
from controller.alerts.cap.message import Info, Kind
from controller.alerts.policy.book import Book, Standing
from controller.alerts.policy.decision import Circumstances, Judgement, Key, Part, Received, Verdict
from schedules.priority import BulletinClass


class Step(Enum):
    BEGIN = "begin"
    """Announce it; `Order.siren` says whether with the siren."""
    TAKE_OVER = "take-over"
    """The same is being said there already: go on under the new message, without sounding again."""
    END = "end"
    """Say that it is over, and stop."""
    STOP = "stop"
    """Stop without a word: it expired, or what replaces it is announced there anyway."""


class Ending(Enum):
    CANCELLED = "cancelled"
    ALL_CLEAR = "all-clear"
    DROPPED = "dropped"
    """It goes on elsewhere, but no longer here."""
    LOWERED = "lowered"
    """It goes on here, below what is announced at once."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An announcement that began at a place and has not ended there. `words` is what makes two the same."""

    place: str
    key: Key
    words: str
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Order:
    step: Step
    heard: Heard
    siren: bool = False
    part: Part | None = None
    ending: Ending | None = None
    by: Key | None = None


def orders(book: Book, heard: Iterable[Heard], given: Circumstances) -> tuple[Order, ...]:
    """What every place has to do now, so that it sounds exactly what stands. Asking twice changes nothing once the
    first answer was followed."""
    standing = book.read_together(given)
    sounding = _sounding(standing.judged, given)
    before = {(one.place, one.key, one.words): one for one in heard}
    here: dict[str, list[Heard]] = {}
    for now, _ in sounding.values():
        here.setdefault(now.place, []).append(now)
    there: dict[str, list[Heard]] = {}
    for old in before.values():
        there.setdefault(old.place, []).append(old)
    begun: list[Order] = []
    for known, (now, part) in sounding.items():
        if known not in before:
            begun.append(_begin(now, part, there.get(now.place, []), standing))
            there.setdefault(now.place, []).append(now)
    over = [
        _end(old, here.get(old.place, []), standing, given) for known, old in before.items() if known not in sounding
    ]
    return (*begun, *over)


def followed(heard: Iterable[Heard], given: Iterable[Order]) -> frozenset[Heard]:
    """What sounds after the orders were followed."""
    now = set(heard)
    for order in given:
        if order.step in (Step.BEGIN, Step.TAKE_OVER):
            now.add(order.heard)
        else:
            now.discard(order.heard)
    return frozenset(now)


def repeats(begins: datetime, ends: datetime, every: timedelta) -> Iterator[datetime]:
    """When an emergency is said again: never after its end."""
    moment = begins + every
    while moment < ends:
        yield moment
        moment += every


def _sounding(judged: Mapping[Key, Judgement], given: Circumstances) -> dict[tuple[str, Key, str], tuple[Heard, Part]]:
    """What sounds where by right, the oldest message first. The same words of two messages sound once per place."""
    found: dict[tuple[str, Key, str], tuple[Heard, Part]] = {}
    for key in sorted(judged, key=lambda one: (str(one.sent), one.identifier, one.sender)):
        for part in judged[key].parts if judged[key].verdict is Verdict.SPEAK else ():
            if part.verdict is not Verdict.SPEAK or (part.begins and part.begins > given.now):
                continue
            for hit in part.hits:
                one = Heard(hit.place.key, key, same_words(part), part.ends)
                found[(one.place, one.key, one.words)] = (one, part)
    return found


def _begin(now: Heard, part: Part, before: list[Heard], standing: Standing) -> Order:
    if any(old.words == now.words for old in before):
        return Order(Step.TAKE_OVER, now, part=part)
    gentle = _is_minor(part.info) and any(standing.leads(old.key, now.key) for old in before)
    return Order(Step.BEGIN, now, siren=part.bulletin_class is BulletinClass.EMERGENCY and not gentle, part=part)


def _end(old: Heard, here: list[Heard], standing: Standing, given: Circumstances) -> Order:
    if old.key not in standing.ended or any(now.words == old.words or standing.leads(old.key, now.key) for now in here):
        return Order(Step.STOP, old)
    last = standing.last(old.key)
    over = old.ends is not None and old.ends <= given.now
    if over or standing.judged[last.key].reason.code == "expired":
        return Order(Step.STOP, old, by=last.key)
    return Order(Step.END, old, ending=_ending(old, last), by=last.key)


def _ending(old: Heard, last: Received) -> Ending:
    if last.alert.kind is Kind.CANCEL:
        return Ending.CANCELLED
    if any(info.is_all_clear for info in last.alert.infos):
        return Ending.ALL_CLEAR
    reached = {hit.place.key for match in last.matches for hit in match.hits}
    return Ending.LOWERED if old.place in reached else Ending.DROPPED


def _is_minor(info: Info) -> bool:
    """Marked by its sender as a change that needs no new attention, as CAP-CP does."""
    return any(
        "minorchange" in plain_name(one.name).replace(" ", "")
        and plain_name(one.value) not in ("", "no", "none", "false")
        for one in info.parameters
    )


def same_words(part: Part) -> str:
    """Equal for two announcements that a listener could not tell apart but for the time of issue."""
    info = part.info
    said = " ".join(f"{info.event} {info.headline} {info.description} {info.instruction}".split()).casefold()
    name = part.bulletin_class.value if part.bulletin_class else ""
    return hashlib.sha256(f"{name} {part.level.value} {said}".encode()).hexdigest()
