"""What a month or a year amounted to, for programs: the province's own statistics, for example."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from controller.store.people import Account
from controller.store.reports import Figure, Slice
from controller.store.states import ProgrammeState
from controller.store.topics import Topic
from controller.web.access import need
from controller.web.api.bases import Given
from controller.web.report import Period, period_asked, report_of
from controller.web.services import Services, services_of

router = APIRouter(tags=["reports"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Asked = Annotated[Period, Depends(period_asked)]


class FigureGiven(Given):
    name: str = Field(description="class, topic, ISO 639 language, area, month, or reason; empty: all together")
    bulletins: int = Field(description="số tin, bài: different bulletins that were aired")
    broadcasts: int = Field(description="that were planned and have begun")
    aired: int = Field(description="of these, how many at least one loudspeaker signed that it sounded")
    planned_seconds: float
    aired_seconds: float = Field(description="thời lượng: on the air, not added up over loudspeakers")
    planned: int = Field(description="here and below: loudspeakers, once for each broadcast")
    played: int
    cut: int = Field(description="broken off, or taken off the air")
    missed: int
    silent: int = Field(description="no receipt has come")
    heard: int = Field(description="a microphone heard it")

    @classmethod
    def of(cls, one: Figure) -> FigureGiven:
        numbers = {name: getattr(one, name) for name in cls.model_fields if name != "name"}
        return cls(name=one.names[0] if one.names else "", **numbers)


class UptimeGiven(Given):
    id: str
    name: str
    area: str
    percent: float | None = Field(description="of the known time; null: nothing is known")
    outages: int


class DecisionGiven(Given):
    programme: str
    title: str
    bulletin_class: str = Field(serialization_alias="class")
    topic: Topic
    author: str
    state: ProgrammeState
    decided_by: str
    decided_at: datetime
    reason: str


class ReportGiven(Given):
    period: str
    until: datetime = Field(description="what is counted began before this moment")
    topics: int = Field(description="số chuyên mục: of how many topics something was aired")
    all: FigureGiven
    by_month: list[FigureGiven]
    by_class: list[FigureGiven]
    by_topic: list[FigureGiven]
    by_language: list[FigureGiven]
    by_area: list[FigureGiven] = Field(description="areas in which loudspeakers stand")
    by_reason: list[FigureGiven] = Field(description="why loudspeakers did not play in full")
    devices: list[UptimeGiven]
    cameras: list[UptimeGiven]
    decisions: list[DecisionGiven]


@router.get("/report", summary="Bulletins, minutes, planned against played, uptime and approvals of a month or a year")
def read_report(us: Us, who: Anyone, period: Asked) -> ReportGiven:
    found = report_of(us, who, period)

    def given(figures: tuple[Figure, ...]) -> list[FigureGiven]:
        return [FigureGiven.of(one) for one in figures]

    return ReportGiven(
        period=period.name,
        until=found.span.end,
        topics=found.topics,
        all=FigureGiven.of(found.whole),
        by_month=given(found.by(Slice.MONTH)),
        by_class=given(found.kinds(0)),
        by_topic=given(found.kinds(1)),
        by_language=given(found.kinds(2)),
        by_area=given(found.by(Slice.AREA)),
        by_reason=given(found.by(Slice.REASON)),
        devices=[
            UptimeGiven(id=one.device, name=one.name, area=one.area, percent=percent(one.share), outages=one.outages)
            for one in found.devices
        ],
        cameras=[
            UptimeGiven(id=one.id, name=one.name, area=one.area, percent=percent(tally.reachable), outages=tally.falls)
            for one, tally in found.cameras
        ],
        decisions=[
            DecisionGiven(
                programme=one.id,
                title=one.title,
                bulletin_class=one.bulletin_class,
                topic=one.topic,
                author=found.names[one.author],
                state=one.state,
                decided_by=found.names[one.decided_by],
                decided_at=one.decided_at,
                reason=one.reason,
            )
            for one in found.decisions
        ],
    )


def percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)
