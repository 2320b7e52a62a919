"""`loa invite`: a code for a new loudspeaker, in the terminal."""

from __future__ import annotations

import json
import sys
from datetime import datetime

import segno

from controller.errors import ControllerError
from controller.fleet.enrolment import grouped, invite, invite_again, typed_on_the_device
from controller.fleet.keys import SIGNING
from controller.settings import Settings
from controller.store.database import Database
from controller.store.origin import Origin, coming_from
from controller.store.sealing import kept_vault
from devices.clock import SystemClock
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

BAD_INPUT = 2


def print_code(device: str, area: str | None, name: str, *, as_json: bool) -> int:
    """0 after showing a code; without `area` one with which a known device joins again. 2 when there can be none."""
    settings = Settings()
    if not (settings.folder / SIGNING).exists():
        print(f"loa: There is no commune in {settings.folder}: set LOA_FOLDER.", file=sys.stderr)
        return BAD_INPUT
    try:
        code, ends = _made(settings, DeviceId(device), None if area is None else AreaId(area), name)
    except ControllerError as refused:
        print(f"loa: {refused}", file=sys.stderr)
        return BAD_INPUT
    typed = typed_on_the_device(settings.url, code)
    if as_json:
        print(json.dumps({"device": device, "code": code, "expires_at": ends.isoformat(), "command": typed}))
        return 0
    until = f"{ends.astimezone(COMMUNE_ZONE):%H:%M %d/%m/%Y}"
    print(f"{grouped(code)}  chỉ dùng được một lần, đến / works once, until {until}\n{typed}")
    if _can_draw():
        segno.make(typed, error="m").terminal(compact=True)
    return 0


def _made(settings: Settings, device: DeviceId, area: AreaId | None, name: str) -> tuple[str, datetime]:
    clock = SystemClock()
    database = Database(settings.database, kept_vault(settings.folder), clock)
    try:
        with coming_from(Origin(way="loa invite")):
            if area is None:
                return invite_again(database, clock.now(), device)
            return invite(database, clock.now(), device, area, name)
    finally:
        database.close()


def _can_draw() -> bool:
    try:
        "▀▄█".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
