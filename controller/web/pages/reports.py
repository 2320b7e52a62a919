"""The report of a month or a year: to read, to print, and to take along."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from controller.store.people import Account
from controller.web.access import need
from controller.web.pages.frame import page, words_of
from controller.web.pages.report_files import XLSX, lines, workbook
from controller.web.pages.report_tables import ReportTable, share, summary, tables_of
from controller.web.pages.words import Words
from controller.web.report import Period, Report, period_asked, report_of
from controller.web.services import Services, services_of

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Asked = Annotated[Period, Depends(period_asked)]

_MOST_ROWS = 50


@router.get("/reports")
def show(request: Request, us: Us, who: Anyone, asked: Asked) -> Response:
    words, found = words_of(request), report_of(us, who, asked, _MOST_ROWS)
    tables = tables_of(found, words, _MOST_ROWS)
    return page(
        request,
        "reports.html.j2",
        who,
        report=found,
        title=title_of(asked, words),
        counts=_counts(found, words),
        sheets=[_short(one) for one in tables if one.rows],
        until=found.span.end,
        year=asked.name[:4],
        later=asked.after.begins(us.clock.now()),
    )


@router.get("/reports.xlsx")
def as_workbook(request: Request, us: Us, who: Anyone, asked: Asked) -> Response:
    words, found = words_of(request), report_of(us, who, asked)
    content = workbook(title_of(asked, words), (summary(found, words), *tables_of(found, words)))
    return Response(content, media_type=XLSX, headers=_named(asked, "xlsx"))


@router.get("/reports.csv")
def as_lines(request: Request, us: Us, who: Anyone, asked: Asked) -> Response:
    words, found = words_of(request), report_of(us, who, asked)
    content = lines(title_of(asked, words), (summary(found, words), *tables_of(found, words)))
    return Response(content, media_type="text/csv; charset=utf-8", headers=_named(asked, "csv"))


def title_of(period: Period, words: Words) -> str:
    if period.is_year:
        return words.say("Report of the year {year}", year=period.name)
    return words.say("Report of {month}/{year}", month=period.name[5:], year=period.name[:4])


def _counts(report: Report, words: Words) -> list[dict[str, object]]:
    _, whole = words.say, report.whole
    played = share(whole.played, whole.planned)
    return [
        {"label": _("Bulletins"), "value": whole.bulletins, "note": _("that were aired")},
        {"label": _("Topics"), "value": report.topics, "note": _("that were aired")},
        {"label": _("Broadcasts"), "value": whole.aired, "note": _("of {count} planned", count=whole.broadcasts)},
        {
            "label": _("Time on the air"),
            "value": words.length(whole.aired_seconds),
            "note": _("of {length} planned", length=words.length(whole.planned_seconds)),
        },
        {
            "label": _("Played in full"),
            "value": "–" if played is None else f"{words.decimal(played)} %",
            "note": _("of what loudspeakers were to sound"),
        },
    ]


def _short(table: ReportTable) -> ReportTable:
    if table.key in _NEVER_CUT:
        return table
    rows = table.rows[:_MOST_ROWS]
    return replace(table, rows=rows, left_out=table.left_out + len(table.rows) - len(rows))


_NEVER_CUT = ("months", "topics", "classes", "languages")


def _named(period: Period, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="loa-xa-{period.name}.{ending}"', "Cache-Control": "private"}
