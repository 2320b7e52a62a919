"""Tables as files that people take along: a workbook for spreadsheets, and lines with commas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from controller.web.pages.report_tables import Cell, ReportTable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_NAME = 31
_NOT_IN_NAMES = str.maketrans("[]:*?/\\", "       ")
_NARROWEST, _WIDEST = 8, 60
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def workbook(title: str, tables: Iterable[ReportTable]) -> bytes:
    """One sheet for each table, with `title` above it; text stays text, whatever it begins with."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        sheet = book.create_sheet(table.title.translate(_NOT_IN_NAMES)[:_LONGEST_NAME])
        _write(sheet, 1, (f"{title}: {table.title}",), bold=True)
        _write(sheet, 2, table.columns, bold=True)
        for number, row in enumerate(table.rows, 3):
            _write(sheet, number, row)
        _fit(sheet, table)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def lines(title: str, tables: Iterable[ReportTable]) -> str:
    """All tables, one below the other. A mark of the byte order lets spreadsheets read the letters of Vietnamese."""
    written = io.StringIO()
    file = csv.writer(written)
    for table in tables:
        file.writerow([f"{title}: {table.title}"])
        file.writerow(table.columns)
        file.writerows([_harmless(value) for value in row] for row in table.rows)
        file.writerow([])
    return "\ufeff" + written.getvalue()


def _write(sheet: Worksheet, number: int, row: Iterable[Cell], *, bold: bool = False) -> None:
    for place, value in enumerate(row, 1):
        cell = sheet.cell(number, place)
        if isinstance(value, str):
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
            cell.data_type = "s"  # else a title that begins with = would be reckoned with
        else:
            cell.value = value
        if isinstance(value, float):
            cell.number_format = "0.0"
        if bold:
            cell.font = Font(bold=True)


def _fit(sheet: Worksheet, table: ReportTable) -> None:
    sheet.freeze_panes = "A3"
    for place, name in enumerate(table.columns):
        longest = max([len(name), *(len(str(row[place])) for row in table.rows)])
        width = min(max(longest + 2, _NARROWEST), _WIDEST)
        sheet.column_dimensions[get_column_letter(place + 1)].width = width


def _harmless(value: Cell) -> Cell:
    """A spreadsheet that opens the lines shall not reckon with what people wrote."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
