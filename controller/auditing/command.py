"""`loa audit`: on the database of the LOA_… settings, whether the controller runs or not."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from controller.auditing.anchors import FILE, anchors_in
from controller.auditing.exporting import as_csv, as_json_lines
from controller.auditing.verify import Verdict, verify
from controller.fleet.keys import trusted
from controller.settings import Settings
from controller.store import audit
from controller.store.database import Database
from controller.store.sealing import kept_vault
from devices.clock import SystemClock
from devices.protocol.topics import Topics

NOT_WHOLE = 1


def run_verify(anchors: list[Path], *, as_json: bool, out: TextIO = sys.stdout) -> int:
    """0 when the audit is whole, 1 when it is not. `anchors` are copies of the file of anchors from elsewhere."""
    settings = Settings()
    keys = trusted(settings.folder, Topics(settings.site), SystemClock().now())
    database = _opened(settings)
    try:
        outside = [one for file in (settings.folder / FILE, *anchors) for one in anchors_in(file)]
        verdict = verify(database, keys.find, outside, keys.told.revoked)
    finally:
        database.close()
    out.write(json.dumps({"whole": verdict.whole, **asdict(verdict)}) + "\n" if as_json else _in_words(verdict))
    return 0 if verdict.whole else NOT_WHOLE


def run_export(form: str, out: TextIO = sys.stdout) -> int:
    """Writes all rows as `jsonl`, with the anchors, or as `csv`."""
    database = _opened(Settings())
    try:
        with database.read() as connection:
            rows = audit.entries(connection)
            lines = as_csv(rows) if form == "csv" else as_json_lines(rows, audit.anchors(connection))
            for line in lines:
                out.write(line)
    finally:
        database.close()
    return 0


def _opened(settings: Settings) -> Database:
    if not settings.database_url and not (settings.folder / "loa.db").exists():
        raise FileNotFoundError(f"There is no commune in {settings.folder}: set LOA_FOLDER.")
    return Database(settings.database, kept_vault(settings.folder))


def _in_words(verdict: Verdict) -> str:
    if verdict.whole:
        return (
            f"Nhật ký kiểm tra nguyên vẹn: {verdict.rows} dòng, {verdict.anchors} mốc đã ký.\n"
            f"The audit is whole: {verdict.rows} rows, {verdict.anchors} signed anchors.\n"
        )
    lines = [f"  {fault.code}: {fault.words}" for fault in verdict.faults]
    return "\n".join(["Nhật ký kiểm tra KHÔNG nguyên vẹn / The audit is NOT whole:", *lines]) + "\n"
