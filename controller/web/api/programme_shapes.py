"""Programmes as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

from pydantic import Field

from controller.store.manner import AS_USUAL, Manner
from controller.store.states import ProgrammeState
from controller.web.api.bases import Given, Taken
from controller.web.api.shapes import Id
from controller.web.api.when import When
from schedules.priority import Entry, Late, Resume
from schedules.programme import LONGEST, LONGEST_SESSION, Content, OnHolidays


class MannerTaken(Taken):
    """How a programme behaves. What is left out is as usual."""

    content: Content = Field(default=AS_USUAL.content, description="a time of mourning drops music and keeps the rest")
    order: int = Field(
        default=AS_USUAL.order, ge=-1000, le=1000, description="of two of one class the smaller goes first"
    )
    late: Late = Field(default=AS_USUAL.late, description="what a loudspeaker does that could not begin on time")
    grace: float = Field(default=AS_USUAL.grace, ge=0, le=LONGEST, description="how many seconds late may still begin")
    resume: Resume = Field(default=AS_USUAL.resume, description="what becomes of the rest when a stronger one cut in")
    entry: Entry = Field(default=AS_USUAL.entry, description="soft: a weaker one that sounds may end first")
    longest_wait: float = Field(default=AS_USUAL.longest_wait, ge=0, le=LONGEST, description="seconds, in all")
    repeats: int = Field(
        default=AS_USUAL.repeats, ge=1, le=100, description="how often it is heard at each time of the day"
    )
    gap: float = Field(default=AS_USUAL.gap, ge=0, le=LONGEST_SESSION, description="seconds of silence between repeats")
    on_holidays: OnHolidays | None = Field(
        default=None, description="by default `keep`, or `move` where holiday_at is given"
    )
    holiday_at: time | None = Field(default=None, description="when it begins on a holiday instead")

    @property
    def manner(self) -> Manner:
        fields = self.model_dump()
        usual = OnHolidays.KEEP if self.holiday_at is None else OnHolidays.MOVE
        holiday_at = self.holiday_at and self.holiday_at.replace(tzinfo=None)
        return Manner(**fields | {"on_holidays": self.on_holidays or usual, "holiday_at": holiday_at})


class NewProgramme(Taken):
    bulletin: Id
    areas: Annotated[list[str], Field(min_length=1, max_length=2000)]
    when: When
    volume: Annotated[int, Field(ge=0, le=100)] = 80
    manner: MannerTaken = MannerTaken()


class ProgrammeChange(Taken):
    """What is left out stays as it is."""

    bulletin: Id | None = Field(None, description="another one to be heard")
    areas: Annotated[list[str], Field(min_length=1, max_length=2000)] | None = None
    when: When | None = None
    volume: Annotated[int, Field(ge=0, le=100)] | None = None
    manner: MannerTaken | None = None


class ProgrammeGiven(Given):
    id: str
    bulletin: str
    title: str
    areas: list[str]
    when: When = Field(description="as it could be asked for")
    rrule: str = Field(
        description="the same as lines of RFC 5545, for the first time of the day; a lunar rule, which it cannot say, "
        "as X-LOA-LUNAR"
    )
    manner: MannerTaken
    state: ProgrammeState
    author: str
    written_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str
    volume: int
    next_start: datetime | None
