"""What a programme would run into, before anybody saves or approves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import ConfigDict, Field

from controller.broadcasting.clashes import Clash, Clashes, clashes
from controller.broadcasting.rules import rules_of
from controller.errors import Invalid, NotFound
from controller.store import areas, bulletins, recordings
from controller.store.bulletins import BulletinId
from controller.store.database import Connection
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.bases import Given, Taken
from controller.web.api.programme_shapes import MannerTaken
from controller.web.api.when import When
from controller.web.language import Language as Tongue
from controller.web.language import translate
from controller.web.problems import language_of
from controller.web.services import Services, services_of
from schedules.priority import BulletinClass
from schedules.programme import LONGEST, AreaId, Programme, ProgrammeId
from schedules.reasons import Language, in_words
from schedules.timespan import COMMUNE_ZONE

router = APIRouter(tags=["forecasts"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Editor = Annotated[Account, Depends(need(Role.EDITOR, somewhere=True))]

UNWRITTEN = ProgrammeId("new")


class Wished(Taken):
    """A programme that is being written; its length is that of `bulletin`, or `seconds`."""

    areas: Annotated[list[str], Field(min_length=1, max_length=2000)]
    when: When
    bulletin_class: BulletinClass = Field(default=BulletinClass.NORMAL, alias="class")
    title: str = Field(default="", max_length=200)
    bulletin: str | None = None
    seconds: float | None = Field(default=None, gt=0, le=LONGEST)
    manner: MannerTaken = MannerTaken()
    replaces: str | None = Field(default=None, description="a programme that would be withdrawn")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ClashGiven(Given):
    start: datetime = Field(description="as it is asked for")
    programme: str | None = Field(description="null: the one that is being written")
    title: str
    own: bool = Field(description="it befalls this programme; false: another, because of this one")
    fate: str = Field(description="moved, interrupted or dropped")
    by: str | None = Field(description="the title of what stands in its way")
    why: str | None = Field(description="the calendar's reason")
    words: str = Field(description="what becomes of it and why, in the reader's language")
    areas: list[str]


class ForecastGiven(Given):
    days: list[date] = Field(description="that were looked at: the first ones on which it sounds")
    clashes: list[ClashGiven]


@router.post("/programmes/forecast", summary="What a programme would run into, before it is saved")
def forecast(request: Request, us: Us, body: Wished, _: Editor) -> ForecastGiven:
    now = us.clock.now()
    rule = body.when.recurrence(now.astimezone(COMMUNE_ZONE).date())
    with us.database.read() as connection:
        _check_areas(connection, body.areas)
        wished = Programme(
            id=ProgrammeId(body.replaces or UNWRITTEN),
            title=body.title or translate("this programme", language_of(request)),
            areas=tuple(AreaId(area) for area in dict.fromkeys(body.areas)),
            sounds=(),
            recurrence=rule,
            requested_at=now,
            bulletin_class=body.bulletin_class,
            expected_seconds=_seconds(connection, body),
            **body.manner.manner.fields,
        )
        found = clashes(connection, at_times(wished, body.when.other_times), us.calendars.in_force(connection), now)
    return _given(request, found, UNWRITTEN if body.replaces is None else ProgrammeId(body.replaces))


@router.get("/programmes/{programme}/forecast", summary="What a programme runs into")
def forecast_of(request: Request, us: Us, programme: str, _: Anyone) -> ForecastGiven:
    with us.database.read() as connection:
        return _given(request, foretold(us, connection, ProgrammeId(programme)))


def foretold(us: Services, connection: Connection, programme: ProgrammeId) -> Clashes:
    """What a programme that is written down runs into; NotFound where there is none."""
    row = bulletins.find_programme(connection, programme)
    if row is None:
        raise NotFound("unknown-programme", "There is no programme {programme!r}.", programme=programme)
    bulletin = bulletins.find(connection, row.bulletin)
    assert bulletin is not None, "a programme's bulletin is a foreign key"
    recording = recordings.find(connection, bulletin.recording)
    assert recording is not None, "a bulletin's recording is a foreign key"
    now = us.clock.now()
    rules = rules_of(row, bulletin, recording, row.decided_at or now)
    return clashes(connection, rules, us.calendars.in_force(connection), now)


def at_times(programme: Programme, also_at: tuple[time, ...]) -> tuple[Programme, ...]:
    """The same programme at each of its times of the day."""
    times = sorted({programme.recurrence.at, *also_at})
    return tuple(replace(programme, recurrence=replace(programme.recurrence, at=at)) for at in times)


def _seconds(connection: Connection, body: Wished) -> float:
    if body.bulletin is None:
        if body.seconds is None:
            raise Invalid("no-length", "Say how long it is: its bulletin, or its seconds.", field="seconds")
        return body.seconds
    bulletin = bulletins.find(connection, BulletinId(body.bulletin))
    recording = recordings.find(connection, bulletin.recording) if bulletin else None
    if recording is None:
        raise NotFound("unknown-bulletin", "There is no bulletin {bulletin!r}.", bulletin=body.bulletin)
    return recording.seconds


def _check_areas(connection: Connection, chosen: list[str]) -> None:
    tree = areas.tree(connection)
    for area in chosen:
        if AreaId(area) not in tree:
            raise Invalid("unknown-area", "There is no area {area!r}.", field="areas", area=area)


def _given(request: Request, found: Clashes, unwritten: ProgrammeId = UNWRITTEN) -> ForecastGiven:
    language: Language = "vi" if language_of(request) is Tongue.VIETNAMESE else "en"
    return ForecastGiven(days=list(found.days), clashes=[_clash(one, language, unwritten) for one in found.found])


def _clash(one: Clash, language: Language, unwritten: ProgrammeId) -> ClashGiven:
    verdict, by, hush = one.verdict, one.verdict.by, one.verdict.hush
    return ClashGiven(
        start=verdict.occurrence.start,
        programme=None if verdict.occurrence.programme == unwritten else verdict.occurrence.programme,
        title=verdict.occurrence.title,
        own=one.own,
        fate=verdict.fate.value,
        by=None if by is None else by.title,
        why=None if hush is None else hush.why.value,
        words=in_words(verdict, language),
        areas=list(one.areas),
    )
