"""`loa alert send --drill`: the whole path of a warning, without a sound on live topics."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from controller.alerts.announcing import ReadAloud
from controller.alerts.areas.commune import read_commune
from controller.alerts.areas.file import load_areas
from controller.alerts.cap.times import read_moment
from controller.alerts.cap.trust import NO_TRUST, load_trust
from controller.alerts.cap.xml import MOST_BYTES
from controller.alerts.errors import BadAreas, BadTrust
from controller.alerts.exercises import open_name
from controller.alerts.own_alerts import TEMPLATES, Template
from controller.alerts.policy.decision import Circumstances
from controller.alerts.rehearsal import Broken, Scene, Steps, made_for, rehearse, tree_of
from controller.alerts.silent_order import Line, try_line
from controller.alerts.standing_orders import read_orders
from controller.alerts.trusted import trust_for
from controller.broadcasting.own_words import OwnWords
from controller.fleet.keys import exercise_key, site_key
from controller.orders import Orders
from controller.settings import Settings
from controller.speech.reading import EMPTY_LEXICON, Lexicon, read
from controller.store import alert_sources
from controller.store.alert_sources import OWN, SourceKind
from controller.store.database import Connection, Database
from controller.store.sealing import kept_vault
from devices.clock import Clock, SystemClock
from devices.protocol.topics import Topics
from schedules.programme import AreaId

FAULT, BAD_INPUT = 1, 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be rehearsed: a file, or else a template's words for these areas (none: all)."""

    file: Path | None = None
    hazard: str = "flood"
    level: int = 4
    chosen: tuple[str, ...] = ()
    areas: Path | None = None
    trust: Path | None = None
    at: str = ""
    patience: float = 60.0


def run_drill(wanted: Wanted, *, as_json: bool = False, out: TextIO | None = None) -> int:
    """Prints each step with its time. 0 when all went well; 1 when one failed, or the warning would not be heard;
    2 for bad input, with one sentence on standard error. With a file of areas nothing else is asked; without, the
    commune of the LOA_… settings is, and its loudspeakers answer a silent order."""
    clock, settings = SystemClock(), Settings()
    try:
        if wanted.areas:
            steps, well = drill(wanted, _from_file(wanted, settings, clock), clock)
            return _told(steps, well, as_json, out or sys.stdout)
        if not settings.database_url and not (settings.folder / "loa.db").exists():
            raise ValueError(f"There is no commune in {settings.folder}: set LOA_FOLDER, or give --areas FILE.")
        database = Database(settings.database, kept_vault(settings.folder), clock)
        try:
            orders = Orders(Topics(settings.site), site_key(settings.folder), exercise_key(settings.folder))
            line = Line(database, orders, clock, _pause, wanted.patience)
            steps, well = drill(wanted, scene_of(database, wanted, orders.topics, clock), clock, line)
        finally:
            database.close()
        return _told(steps, well, as_json, out or sys.stdout)
    except (ValueError, BadAreas, BadTrust) as wrong:
        print(f"loa: {wrong}", file=sys.stderr)
        return BAD_INPUT


def drill(wanted: Wanted, scene: Scene, clock: Clock, line: Line | None = None) -> tuple[Steps, bool]:
    """The steps, and whether all went well. ValueError for what cannot be rehearsed."""
    steps = Steps(clock)
    if wanted.file is None:
        template, areas = _template(wanted), _chosen(wanted, scene)
        data, scene = made_for(scene, template, wanted.level, areas)
    else:
        data = _contents(wanted.file)
    try:
        course = rehearse(scene, data, steps)
        if line is not None:
            try_line(line, course, steps)
    except Broken:
        return steps, False
    return steps, True


def scene_of(database: Database, wanted: Wanted, topics: Topics, clock: Clock) -> Scene:
    """The commune as it is. BadTrust for a folder of keys that cannot be used, ValueError for a time."""
    lexicon = OwnWords(database, clock).edition().words
    with database.read() as connection:
        commune = read_commune(connection)
        hand = alert_sources.find(connection, OWN[SourceKind.HAND])
        trust = trust_for(connection, hand) if hand else NO_TRUST
        given = _circumstances(connection, wanted, clock)
    if wanted.trust:
        trust = load_trust(wanted.trust)
    return Scene(commune.ground, commune.tree, trust, given, topics, _aloud(lexicon))


def _circumstances(connection: Connection, wanted: Wanted, clock: Clock) -> Circumstances:
    return Circumstances(_moment(wanted, clock), read_orders(connection).table, open_name(connection, clock.now()))


def _from_file(wanted: Wanted, settings: Settings, clock: Clock) -> Scene:
    assert wanted.areas is not None
    ground = load_areas(wanted.areas)
    trust = load_trust(wanted.trust) if wanted.trust else NO_TRUST
    given = Circumstances(_moment(wanted, clock))
    return Scene(ground, tree_of(ground), trust, given, Topics(settings.site), _aloud(EMPTY_LEXICON))


def _aloud(lexicon: Lexicon) -> ReadAloud:
    return lambda text: read(text, lexicon=lexicon).spoken


def _moment(wanted: Wanted, clock: Clock) -> datetime:
    moment = read_moment(wanted.at) if wanted.at else clock.now()
    if moment is None:
        raise ValueError(f"{wanted.at} is no time; write 2026-11-22T10:00:00+07:00.")
    return moment


def _template(wanted: Wanted) -> Template:
    found = next((one for one in TEMPLATES if one.hazard == wanted.hazard), None)
    if found is None:
        known = ", ".join(one.hazard for one in TEMPLATES)
        raise ValueError(f"There is no template for {wanted.hazard}; there are {known}.")
    if wanted.level not in found.instructions:
        raise ValueError(f"{wanted.hazard} has templates for levels {', '.join(map(str, found.instructions))}.")
    return found


def _chosen(wanted: Wanted, scene: Scene) -> Collection[AreaId]:
    areas = scene.ground.areas
    chosen = [AreaId(area) for area in wanted.chosen] or [one.id for one in areas.values() if one.parent is None]
    for area in chosen:
        if area not in areas:
            raise ValueError(f"There is no area {area}.")
    return chosen


def _contents(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as trouble:
        raise ValueError(f"{file} cannot be read: {trouble.strerror}.") from trouble


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def _told(steps: Steps, well: bool, as_json: bool, out: TextIO) -> int:
    if as_json:
        print(json.dumps({"well": well, "steps": [asdict(one) for one in steps.done]}), file=out)
        return 0 if well else FAULT
    for number, one in enumerate(steps.done, start=1):
        text = f"{number}. {'OK  ' if one.well else 'FAIL'} {one.seconds:6.3f} s  {one.name}: {one.said}"
        shown = "".join(letter if letter.isprintable() else "�" for letter in text)
        print(shown.encode(out.encoding or "utf-8", "replace").decode(out.encoding or "utf-8"), file=out)
    print("Diễn tập: không loa nào phát tiếng. / A drill: nothing has sounded.", file=out)
    return 0 if well else FAULT
