"""A report as tables: the same ones on the page, on paper, in a workbook and in a file of lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from controller.store.reports import NO_RECEIPT, Figure, Slice
from controller.web.pages.words import Words, upfirst
from controller.web.report import Report
from schedules.programme import AreaId

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A float is shown with one decimal; None where nothing is known. `key` is the same in every language; so many
    further rows are `left_out`."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int = 0

    @property
    def headings(self) -> list[dict[str, object]]:
        """The columns, and which of them hold numbers."""
        numbers = [any(isinstance(row[place], int | float) for row in self.rows) for place in range(len(self.columns))]
        return [{"label": name, "number": many} for name, many in zip(self.columns, numbers, strict=True)]


def tables_of(report: Report, words: Words, most: int | None = None) -> tuple[ReportTable, ...]:
    """All of it, or no more than so many loudspeakers and cameras."""
    uptimes = _uptimes(report, words, most)
    return (*_figures(report, words), _reasons(report, words), *uptimes, _decisions(report, words))


def summary(report: Report, words: Words) -> ReportTable:
    """In the terms in which provinces ask."""
    _, whole = words.say, report.whole
    rows: tuple[tuple[Cell, ...], ...] = (
        (_("Bulletins that were aired"), whole.bulletins),
        (_("Topics that were aired"), report.topics),
        (_("Broadcasts planned"), whole.broadcasts),
        (_("Broadcasts aired"), whole.aired),
        (_("Minutes planned"), minutes(whole.planned_seconds)),
        (_("Minutes aired"), minutes(whole.aired_seconds)),
        (_("Played in full by loudspeakers, percent"), share(whole.played, whole.planned)),
        (_("Heard by a microphone, times"), whole.heard),
    )
    return ReportTable("summary", _("Summary"), (_("Figure"), _("Value")), rows)


def _figures(report: Report, words: Words) -> Iterator[ReportTable]:
    _ = words.say
    classes = {name: title for name, title, _meaning in words.classes()}
    topics = dict(words.topics())
    by_month = sorted(report.by(Slice.MONTH), key=lambda one: one.names)
    places = {area.id: number for number, area in enumerate(report.tree)}
    by_area = sorted(report.by(Slice.AREA), key=lambda one: places.get(AreaId(one.names[0]), len(places)))
    if report.period.is_year:
        yield _table("months", _("By month"), _("Month"), by_month, lambda name: f"{name[5:]}/{name[:4]}", words)
    yield _table("topics", _("By topic"), _("Section"), report.kinds(1), lambda name: topics.get(name, name), words)
    yield _table("classes", _("By class"), _("Class"), report.kinds(0), lambda name: classes.get(name, name), words)
    yield _table(
        "languages", _("By language"), _("Language"), report.kinds(2), lambda name: _language(name, words), words
    )
    yield _table("areas", _("By area"), _("Area"), by_area, lambda name: area_name(report, name), words)


def _table(
    key: str, title: str, first: str, found: Iterable[Figure], named: Callable[[str], str], words: Words
) -> ReportTable:
    _ = words.say
    columns = (
        first,
        _("Bulletins"),
        _("Broadcasts planned"),
        _("Broadcasts aired"),
        _("Minutes planned"),
        _("Minutes aired"),
        _("Played in full, %"),
    )
    rows = tuple(
        (
            named(one.names[0]),
            one.bulletins,
            one.broadcasts,
            one.aired,
            minutes(one.planned_seconds),
            minutes(one.aired_seconds),
            share(one.played, one.planned),
        )
        for one in found
    )
    return ReportTable(key, title, columns, rows)


def _reasons(report: Report, words: Words) -> ReportTable:
    _ = words.say
    found = sorted(report.by(Slice.REASON), key=lambda one: (-one.planned, one.names))
    rows = tuple((upfirst(_why(one, words)), one.planned, one.cut, one.missed, one.silent) for one in found)
    columns = (_("Reason"), _("How many"), _("Broken off"), _("Missed"), _("No receipt"))
    return ReportTable("reasons", _("Why loudspeakers did not play in full"), columns, rows)


def _uptimes(report: Report, words: Words, most: int | None) -> Iterator[ReportTable]:
    """Worst first."""
    _ = words.say
    columns = (_("Name"), _("Area"), _("Connected, %"), _("Outages"))
    devices = sorted(report.devices, key=lambda one: (one.share is None, one.share, one.device))[:most]
    rows = tuple(
        (one.name or one.device, area_name(report, one.area), percent(one.share), one.outages) for one in devices
    )
    left_out = report.devices_in_all - len(rows)
    yield ReportTable("devices", _("Loudspeakers: connection"), columns, rows, left_out)
    if report.cameras:
        shares = [(one, tally.reachable, tally.falls) for one, tally in report.cameras]
        shares.sort(key=lambda one: (one[1] is None, one[1] or 0.0, one[0].id))
        rows = tuple(
            (one.name or one.id, area_name(report, one.area), percent(share), falls)
            for one, share, falls in shares[:most]
        )
        yield ReportTable("cameras", _("Cameras: connection"), columns, rows, len(shares) - len(rows))


def _decisions(report: Report, words: Words) -> ReportTable:
    _ = words.say
    topics, classes = dict(words.topics()), {name: title for name, title, _meaning in words.classes()}
    rows = tuple(
        (
            f"{words.short_date(one.decided_at)} {words.clock(one.decided_at)}",
            one.title,
            topics[one.topic],
            classes[one.bulletin_class],
            report.names[one.author],
            upfirst(words.state(one.state.value)),
            report.names[one.decided_by],
            one.reason,
        )
        for one in report.decisions
    )
    columns = (
        _("Decided at"),
        _("Bulletin"),
        _("Section"),
        _("Class"),
        _("Written by"),
        _("State"),
        _("Decided by"),
        _("Reason"),
    )
    return ReportTable("decisions", _("Who approved what"), columns, rows)


def area_name(report: Report, area: str) -> str:
    place = AreaId(area)
    return report.tree[place].name if place in report.tree else area


def minutes(seconds: float) -> float:
    return round(seconds / 60, 1)


def share(part: int, whole: int) -> float | None:
    return round(part * 100 / whole, 1) if whole else None


def percent(part: float | None) -> float | None:
    return None if part is None else round(part * 100, 1)


def _language(code: str, words: Words) -> str:
    return words.language_named(code) if code else words.say("not known")


def _why(one: Figure, words: Words) -> str:
    """A loudspeaker without a receipt has either not been ready, or does not say."""
    reason = one.names[0]
    if reason == NO_RECEIPT:
        return words.say("no receipt has come")
    return words.not_ready(reason) if one.silent == one.planned else words.silent(reason)
