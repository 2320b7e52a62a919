"""What was typed into the form of a bulletin, and what it means. Nothing typed is ever thrown away."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from controller.speech.errors import BadVoice
from controller.speech.reading import Region
from controller.speech.voice import Voice
from controller.store.areas import AreaTree
from controller.store.bulletins import Bulletin, ProgrammeRow
from controller.web.pages.words import Words
from schedules.errors import ScheduleError
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId
from schedules.recurrence import Recurrence, Weekday
from schedules.timespan import COMMUNE_ZONE

T = TypeVar("T")
E = TypeVar("E", bound=Enum)

DAY = "%d/%m/%Y"
_ONCE = re.compile(r"[0-9a-f]{32}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Typed(BaseModel):
    """The fields as they came, whatever is in them.

    `once` names this one form, so that sending it twice does things once; `replaces` is the programme that the new
    one takes the place of. `spoken` holds the words to be said where they were changed by hand, `spoken_of` how the
    text was read when they were.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    title: str = ""
    source: str = "text"
    text: str = ""
    spoken: str = ""
    spoken_of: str = ""
    region: str = Region.NORTH.value
    speed: str = ""
    pitch: str = ""
    repeat_it: str = ""
    horns: str = ""
    recording: str = ""
    file: object = None
    bulletin_class: str = BulletinClass.NORMAL.value
    areas: list[str] = []
    repeat: str = "once"
    date: str = ""
    clock: str = ""
    weekdays: list[str] = []
    first: str = ""
    last: str = ""
    volume: str = "80"
    once: str = ""
    replaces: str = ""
    action: str = "submit"

    @property
    def voice(self) -> Voice:
        """What cannot be understood, or no voice has, is as usual."""
        region = _one_of(Region, self.region, Region.NORTH)
        try:
            return Voice(region, int(self.speed or 100), int(self.pitch or 0))
        except (ValueError, BadVoice):
            return Voice(region)

    @property
    def programme(self) -> ProgrammeId | None:
        """The id that the programme of this form has, or will have."""
        return ProgrammeId(f"p-{self.once}") if _ONCE.fullmatch(self.once) else None


def fresh() -> str:
    return secrets.token_hex(16)


def like(row: ProgrammeRow, bulletin: Bulletin, *, replaces: bool) -> Typed:
    """The form as it would have been filled in for this programme."""
    rule = row.recurrence
    return Typed(
        title=bulletin.title,
        source="text" if bulletin.text else "recording",
        text=bulletin.text,
        spoken=bulletin.spoken if bulletin.by_hand else "",
        region=bulletin.region,
        speed=str(bulletin.speed),
        pitch=str(bulletin.pitch),
        repeat_it="yes" if bulletin.repeat else "",
        horns="yes" if bulletin.speech_band else "",
        recording="" if bulletin.text else bulletin.recording,
        bulletin_class=bulletin.bulletin_class.value,
        areas=list(row.areas),
        repeat="once" if rule.first == rule.last else "days",
        date=f"{rule.first:{DAY}}",
        clock=f"{rule.at:%H:%M}",
        weekdays=[day.value for day in rule.weekdays],
        first=f"{rule.first:{DAY}}",
        last=f"{rule.last:{DAY}}" if rule.last else "",
        volume=str(row.volume),
        once=fresh(),
        replaces=row.id if replaces else "",
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form asks for, understood."""

    bulletin_class: BulletinClass
    areas: tuple[AreaId, ...]
    recurrence: Recurrence
    volume: int


class Misunderstood(Exception):
    """`errors` says for each field, in the reader's language, why it cannot be followed."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors


def understand(typed: Typed, tree: AreaTree, now: datetime, words: Words) -> Wish:
    """All that is wrong at once, as Misunderstood, else what is wished for."""
    _ = words.say
    errors: dict[str, str] = {}
    if typed.source == "text" and not typed.text.strip():
        errors["text"] = _("The text is empty: write what shall be said.")
    if typed.source != "text" and not _SHA256.fullmatch(typed.recording):
        errors["file"] = _("Choose a recording: MP3, WAV, M4A or OGG.")
    if typed.source != "text" and not typed.title.strip():
        errors["title"] = _("Give the bulletin a title.")
    areas = chosen_areas(typed, tree)
    if not areas:
        errors["areas"] = _("Choose at least one area.")
    given = typed.volume.strip()
    volume = int(given) if given.isdecimal() and len(given) <= 3 else -1
    if not 0 <= volume <= 100:
        errors["volume"] = _("Volume is a percentage from 0 to 100.")
    recurrence = _recurrence(typed, now, words, errors)
    if errors or recurrence is None:
        raise Misunderstood(errors)
    return Wish(
        class_of(typed),
        areas,
        recurrence,
        volume,
    )


def read_when(typed: Typed, now: datetime, words: Words) -> tuple[Recurrence | None, dict[str, str]]:
    """When it shall sound, or what is wrong with that."""
    errors: dict[str, str] = {}
    return _recurrence(typed, now, words, errors), errors


def settle_spoken(typed: Typed, reading: str, words: Words) -> tuple[Typed, dict[str, str]]:
    """The form with the words that are to be said instead of `reading`, if any, and what is wrong with them.

    Words that were changed by hand belong to what they were made of: when the text has changed since, a person looks at
    both, once, before they are said.
    """
    given, made_of, now = (_lines(text) for text in (typed.spoken, typed.spoken_of, reading))
    by_hand = given if given not in (made_of, now) else ""
    errors = {}
    if by_hand and made_of != now:
        errors["spoken"] = words.say(
            "These words were not made from the text as it is now. Compare them with how it is read, then send again; "
            "or empty the field to have the text read."
        )
    return typed.model_copy(update={"spoken": by_hand, "spoken_of": now}), errors


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines()).strip()


def chosen_areas(typed: Typed, tree: AreaTree) -> tuple[AreaId, ...]:
    """The topmost of each chosen branch: a chosen area covers those beneath it."""
    known = {AreaId(area) for area in typed.areas if AreaId(area) in tree}
    return tuple(area.id for area in tree if area.id in known and not known & set(tree.path(area.id)[1:]))


def class_of(typed: Typed) -> BulletinClass:
    return _one_of(BulletinClass, typed.bulletin_class, BulletinClass.NORMAL)


def _recurrence(typed: Typed, now: datetime, words: Words, errors: dict[str, str]) -> Recurrence | None:
    _ = words.say
    clock = _read(read_clock, typed.clock)
    if clock is None:
        errors["clock"] = _("Say at what time, like 17:00.")
    once = typed.repeat == "once"
    today = now.astimezone(COMMUNE_ZONE).date()
    days = {}
    for name in ("date",) if once else ("first", "last"):
        given = getattr(typed, name).strip()
        days[name] = _read(lambda text: read_day(text, today), given)
        if days[name] is None and (given or once):
            errors[name] = _("Say on which day, like 15/08/2026.")
    if errors.keys() & {"clock", "date", "first", "last"} or clock is None:
        return None
    try:
        first = (days["date"] if once else days["first"]) or today
        last = first if once else days["last"]
        weekdays = frozenset() if once else frozenset(Weekday(day) for day in typed.weekdays)
        rule = Recurrence(at=clock, first=first, last=last, weekdays=weekdays)
    except ScheduleError as wrong:
        errors["last"] = _(str(wrong))
        return None
    except ValueError:
        errors["weekdays"] = _("Choose days of the week.")
        return None
    if rule.next_start(now) is None:
        errors["date" if once else "last"] = _("The time is in the past: nothing would ever be heard.")
        return None
    return rule


def _read(reader: Callable[[str], T], text: str) -> T | None:
    try:
        return reader(text.strip())
    except (ValueError, OverflowError):
        return None


def read_clock(text: str) -> time:
    """17:00, to the second 17:00:30, and as people write it: 17h, 17h30."""
    hour, minute, second, *_ = [*text.lower().replace("h", ":").split(":"), "", ""]
    return time(int(hour), int(minute or 0), int(second or 0))


def read_day(text: str, today: date) -> date:
    """15/08/2026, 15/8 (the next one), or as programs write it: 2026-08-15."""
    parts = [int(part) for part in re.split(r"[/.-]", text)]
    if len(parts) == 2:
        this_year = date(today.year, parts[1], parts[0])
        return this_year if this_year >= today else this_year.replace(year=today.year + 1)
    if parts[0] > 31:
        parts.reverse()
    day, month, year = parts
    return date(year, month, day)


def _one_of(kind: type[E], name: str, otherwise: E) -> E:
    try:
        return kind(name)
    except ValueError:
        return otherwise
