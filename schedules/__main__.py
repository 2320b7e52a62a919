"""Print the plan of a day, or check a folder of programme files. The only file of the package that opens files."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TextIO

from schedules.day_sheet import as_json, day_sheet, heading, the_day
from schedules.files import Area, Written, read
from schedules.forecast import forecast
from schedules.toml_tables import Mistake

EXAMPLE = Path(__file__).with_name("commune")
GOOD, BAD_INPUT = 0, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("date", nargs="?", type=_day, metavar="DATE", help="the day to print, such as 2026-05-19")
    parser.add_argument("--area", metavar="A", help="only this area (its id or its name); without it, all of them")
    parser.add_argument("--check", action="store_true", help="only check the files; every mistake with file and line")
    parser.add_argument("--folder", type=Path, default=EXAMPLE, help="the folder of TOML files (default: the example)")
    parser.add_argument("--language", choices=("vi", "en"), default="vi", help="of headings and reasons (default: vi)")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def run(arguments: argparse.Namespace, out: TextIO, errors: TextIO) -> int:
    """Do what `arguments` say; 0 when all is well, 2 when the input is not."""
    try:
        files = {path.name: path.read_text("utf-8") for path in sorted(arguments.folder.glob("*.toml"))}
    except (OSError, UnicodeDecodeError) as wrong:
        return _refuse(f"{arguments.folder} cannot be read: {wrong}. Give a folder of TOML files in UTF-8.", errors)
    if not files:
        return _refuse(f"{arguments.folder} has no TOML files. Give a folder of programme files.", errors)
    written, mistakes = read(files)
    if mistakes or arguments.check:
        return _report(written, mistakes, arguments.json, out, errors)
    if arguments.date is None:
        return _refuse("Which day? Give a date such as 2026-05-19, or --check.", errors)
    chosen = [area for area in written.areas if arguments.area in (None, area.id, area.name)]
    if not chosen:
        known = ", ".join(area.id for area in written.areas)
        return _refuse(f"There is no area {arguments.area}. The areas are: {known}.", errors)
    _print(written, chosen, arguments, out)
    return GOOD


def _print(written: Written, chosen: Sequence[Area], arguments: argparse.Namespace, out: TextIO) -> None:
    paths, span = written.paths, the_day(arguments.date)
    lines = {area: forecast(written.programmes, span, paths[area.id], written.calendars, paths) for area in chosen}
    if arguments.json:
        found = {"date": str(arguments.date), "areas": {area.id: as_json(line) for area, line in lines.items()}}
        print(json.dumps(found, ensure_ascii=False), file=out)
        return
    print(heading(arguments.date, arguments.language), file=out)
    for area, line in lines.items():
        print(f"\n{area.name}", file=out)
        for row in day_sheet(line, arguments.language):
            print(f"  {row}", file=out)


def _report(written: Written, mistakes: Sequence[Mistake], as_data: bool, out: TextIO, errors: TextIO) -> int:
    if as_data:
        rows = [{"file": one.file, "line": one.line, "message": one.message} for one in mistakes]
        print(json.dumps({"ok": not mistakes, "mistakes": rows}, ensure_ascii=False), file=out)
    else:
        for mistake in mistakes:
            print(mistake, file=errors)
        if not mistakes:
            print(f"{len(written.programmes)} programmes for {len(written.areas)} areas, no mistake.", file=out)
    return BAD_INPUT if mistakes else GOOD


def _refuse(sentence: str, errors: TextIO) -> int:
    print(sentence, file=errors)
    return BAD_INPUT


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-05-19") from None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m schedules", description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args(arguments), sys.stdout, sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
