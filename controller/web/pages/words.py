"""How the pages say things: sentences, times, lengths and reasons, in the reader's language and the commune's zone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from controller.speech.languages import NAMES, SpokenLanguage
from controller.store.bulletins import Bulletin
from controller.web.language import Language, translate, translate_finished
from controller.web.pages.meanings import (
    CLASSES,
    DOUBTS,
    HOLIDAY_CHOICES,
    HOLIDAYS,
    NEAR,
    NO_RECEIPT,
    NOT_READY,
    OUTCOMES,
    PITCHES,
    PLACES_TO_SPEAK,
    REFUSED,
    REGIONS,
    ROLES,
    SHORT_WEEKDAYS,
    SILENT,
    SOUND_WARNINGS,
    SPEEDS,
    STATES,
    VOICE_TROUBLES,
    VOICES,
    WEEKDAYS,
)
from controller.web.pages.recurring_days import recurring_days
from controller.web.pages.topic_words import TOPICS
from schedules.calendars import Move, Replace, Skip
from schedules.day_rules import OnDates
from schedules.outcome import Outcome
from schedules.programme import OnHolidays
from schedules.reasons import in_words
from schedules.recurrence import Recurrence, Weekday
from schedules.timespan import COMMUNE_ZONE
from schedules.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Words:
    """`today` is the reader's day, which the words "today" and "tomorrow" are about."""

    language: Language
    today: date

    def say(self, text: str, **values: object) -> str:
        """An English sentence of the code, in the reader's language, its {places} filled."""
        return translate(text, self.language, **values)

    def finished(self, sentence: str) -> str:
        """An English sentence whose places are filled already."""
        return translate_finished(sentence, self.language)

    def count(self, number: int, one: str, many: str) -> str:
        """`one` or `many`, both with {count} in them."""
        return self.say(one if number == 1 else many, count=number)

    def short_date(self, day: date | datetime) -> str:
        """24/11/2026, with a day of the commune's zone."""
        return f"{_local(day) if isinstance(day, datetime) else day:%d/%m/%Y}"

    def clock(self, moment: datetime) -> str:
        return f"{_local(moment):%H:%M}"

    def second(self, moment: datetime) -> str:
        return f"{_local(moment):%H:%M:%S}"

    def day(self, day: date | datetime) -> str:
        """Today, tomorrow, or the weekday with its date."""
        local = _local(day).date() if isinstance(day, datetime) else day
        if (distance := (local - self.today).days) in NEAR:
            return self.say(NEAR[distance])
        return self.weekday_and_date(local)

    def weekday_and_date(self, day: date | datetime) -> str:
        """Monday 30/11/2026."""
        local = _local(day).date() if isinstance(day, datetime) else day
        return self.say("{weekday} {date}", weekday=self.weekday(Weekday.of(local)), date=self.short_date(local))

    def moment(self, moment: datetime) -> str:
        """17:00 tomorrow; 17:00 Monday 30/11/2026."""
        return self.say("{time} {day}", time=self.clock(moment), day=self.day(moment))

    def weekday(self, day: Weekday) -> str:
        return self.say(WEEKDAYS[day.value])

    def length(self, seconds: float) -> str:
        """1:24, or 1:02:03 from an hour on."""
        whole = round(seconds)
        minutes, rest = divmod(whole, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

    def ago(self, moment: datetime, now: datetime) -> str:
        """How long since `moment`, roughly; the moment itself when that is more than a day."""
        past = now - moment
        if past < timedelta(minutes=1):
            return self.say("just now")
        if past < timedelta(hours=1):
            minutes = int(past.total_seconds() // 60)
            return self.count(minutes, "{count} minute ago", "{count} minutes ago")
        if past < timedelta(days=1):
            hours = int(past.total_seconds() // 3600)
            return self.count(hours, "{count} hour ago", "{count} hours ago")
        return self.moment(moment)

    def rule(self, rule: Recurrence, also_at: Iterable[time] = (), on_holidays: OnHolidays = OnHolidays.KEEP) -> str:
        """When a programme sounds, as people say it: "17:00, Monday to Friday, from 01/12/2026 to 31/12/2026"."""
        at = self.listed([f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}" for at in sorted({rule.at, *also_at})])
        if rule.first == rule.last:
            return self.say("{time} {day}", time=at, day=self.day(rule.first))
        said = self.say("{time}, {days}", time=at, days=recurring_days(rule, self))
        if isinstance(rule.days, OnDates):
            return said
        if rule.first > self.today:
            said = self.say("{when}, from {date}", when=said, date=self.short_date(rule.first))
        if rule.last is not None:
            said = self.say("{when}, until {date}", when=said, date=self.short_date(rule.last))
        return self.say(HOLIDAYS[on_holidays.value], when=said) if on_holidays.value in HOLIDAYS else said

    def on_holidays(self, chosen: str) -> list[tuple[str, str]]:
        """What a programme may do on holidays; what a form cannot ask only where it is so already."""
        ways = {name: self.say(text) for name, text in HOLIDAY_CHOICES.items()}
        return [(name, text) for name, text in ways.items() if name != "move" or chosen == "move"]

    def listed(self, names: Sequence[str]) -> str:
        """One; one and two; one, two and three."""
        if len(names) < 2:
            return "".join(names)
        return self.say("{some} and {last}", some=", ".join(names[:-1]), last=names[-1])

    def days(self, chosen: Iterable[Weekday]) -> str:
        """Every day; Monday to Friday; Monday, Wednesday and Friday."""
        week = list(Weekday)
        days = sorted(chosen, key=week.index)
        if len(days) in (0, 7):
            return self.say("every day")
        names = [self.weekday(day) for day in days]
        follow = week.index(days[-1]) - week.index(days[0]) == len(days) - 1
        if len(days) > 2 and follow:
            return self.say("{first} to {last}", first=names[0], last=names[-1])
        if len(days) == 1:
            return self.say("every {weekday}", weekday=names[0])
        return self.listed(names)

    def voice(self, name: str) -> str:
        """Who speaks a recording, from the name that the studio gave."""
        engine, _, accent = name.partition(" ")
        return self.say(VOICES[engine], accent=accent) if engine in VOICES else name

    def voices(self, names: str) -> str:
        """The same of several, parted by commas."""
        return ", ".join(self.voice(name) for name in names.split(", "))

    def resting(self, engine: str, why: str) -> str:
        """Why an engine is not asked for a while."""
        return self.say(VOICE_TROUBLES.get(why, VOICE_TROUBLES["engine-refused"]), engine=engine)

    def not_ready(self, reason: str) -> str:
        return self._known(NOT_READY, reason)

    def silent(self, reason: str) -> str:
        return self._known(SILENT, reason)

    def no_receipt(self, why: str, seen_at: datetime | None) -> str:
        """Why it is not known what became of a broadcast."""
        return self.say(NO_RECEIPT[why], moment="" if seen_at is None else self.moment(seen_at))

    def change(self, what: Skip | Move | Replace) -> str:
        """What becomes of single days."""
        match what:
            case Skip():
                return self.say("left out")
            case Replace(title=title):
                return self.say("instead: {title}", title=title)
            case Move(days, at):
                to = [self.say("moved by {count} days", count=days)] if days else []
                return ", ".join([*to, *([self.say("moved to {time}", time=f"{at:%H:%M}")] if at else [])])

    def fate(self, verdict: Verdict) -> str:
        """What becomes of a wish and why."""
        return in_words(verdict, "vi" if self.language is Language.VIETNAMESE else "en")

    def state(self, state: str) -> str:
        """A state of a programme, or a step from one to the next."""
        return self._known(STATES, state)

    def regions(self) -> list[tuple[str, str]]:
        return [(name, upfirst(self.say(title))) for name, title in REGIONS.items()]

    def topics(self) -> list[tuple[str, str]]:
        return [(code, upfirst(self.say(name))) for code, name in TOPICS.items()]

    def topic(self, topic: str) -> str:
        """What a bulletin is about."""
        return self._known(TOPICS, topic)

    def languages(self) -> list[tuple[str, str]]:
        return [(one.value, self.language_named(one.value)) for one in SpokenLanguage]

    def language_named(self, code: str) -> str:
        """A language in which something is heard."""
        return self.say("the {people} language", people=NAMES[SpokenLanguage(code)])

    def decimal(self, number: float) -> str:
        """-16,1 in Vietnamese, -16.1 in English."""
        said = f"{number:.1f}"
        return said.replace(".", ",") if self.language is Language.VIETNAMESE else said

    def percent(self, share: float) -> str:
        """85 %"""
        return f"{share:.0f} %"

    def doubt(self, code: str) -> str:
        """What is doubtful about the language of a text."""
        return self.say(DOUBTS[code])

    def sound_warning(self, code: str) -> str:
        return self._known(SOUND_WARNINGS, code)

    def places(self, stretches: Iterable[tuple[float, float]]) -> str:
        """0:12–0:15, 1:03–1:10."""
        return ", ".join(f"{self.length(begin)}–{self.length(end)}" for begin, end in stretches)

    def manner(self, bulletin: Bulletin) -> str:
        """How a bulletin is said, as far as it is not as usual."""
        said = [
            self.say("said twice") if bulletin.repeat else "",
            self.say("speed {percent} %", percent=bulletin.speed) if bulletin.speed != 100 else "",
            self.say("pitch {pitch}", pitch=f"{bulletin.pitch:+}") if bulletin.pitch else "",
            self.say("made for horn loudspeakers") if bulletin.speech_band else "",
        ]
        return ", ".join(filter(None, said)) or self.say("as usual")

    def speeds(self, chosen: int) -> list[tuple[int, str]]:
        """The speeds that people choose from, and the one that was chosen even if it is none of them."""
        return self._steps(SPEEDS, chosen, f"{chosen} %")

    def pitches(self, chosen: int) -> list[tuple[int, str]]:
        return self._steps(PITCHES, chosen, f"{chosen:+}")

    def _steps(self, names: dict[int, str], chosen: int, unnamed: str) -> list[tuple[int, str]]:
        steps = sorted({*names, chosen})
        return [(step, upfirst(self.say(names[step])) if step in names else unnamed) for step in steps]

    def classes(self) -> list[tuple[str, str, str]]:
        """The three legal classes with what each one means."""
        return [(name, upfirst(self.say(title)), self.say(meaning)) for name, (title, meaning) in CLASSES.items()]

    def short_weekdays(self) -> list[tuple[str, str]]:
        return [(day, self.say(short)) for day, short in SHORT_WEEKDAYS.items()]

    def outcome(self, outcome: Outcome) -> str:
        return self.say(OUTCOMES[outcome.value])

    def refused(self, reason: str) -> str:
        return self._known(REFUSED, reason)

    def channel(self, channel: str) -> str:
        return self._known(PLACES_TO_SPEAK, channel)

    def role(self, roles: Iterable[str]) -> str:
        return ", ".join(self.say(ROLES[role]) for role in sorted(roles, key=list(ROLES).index))

    def _known(self, meanings: dict[str, str], code: str) -> str:
        return self.say(meanings[code]) if code in meanings else code


def upfirst(text: str) -> str:
    """The same words at the beginning of a line."""
    return text[:1].upper() + text[1:]


def _local(moment: datetime) -> datetime:
    return moment.astimezone(COMMUNE_ZONE)
