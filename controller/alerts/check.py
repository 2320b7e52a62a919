"""`loa alert check`: what would become of these files, without a sound, a network or a trace."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from controller.alerts.areas.file import load_areas
from controller.alerts.areas.ground import Ground
from controller.alerts.areas.match import Hit
from controller.alerts.cap.genuine import Genuine, Signature
from controller.alerts.cap.times import read_moment
from controller.alerts.cap.trust import NO_TRUST, Trust, load_trust
from controller.alerts.cap.xml import MOST_BYTES
from controller.alerts.errors import BadAreas, BadTrust, Unreadable
from controller.alerts.policy.book import book_of
from controller.alerts.policy.decision import Circumstances, Judgement, Key, Part, Received, Verdict
from controller.alerts.policy.gates import ignore
from controller.alerts.policy.judge import judge
from controller.alerts.policy.language import primary
from controller.alerts.reception import receive
from controller.alerts.wording import announcement
from devices.clock import SystemClock

BAD_INPUT = 2


@dataclass(frozen=True, slots=True)
class _Read:
    """One alert of a file, or why there is none."""

    file: Path
    received: Received | None = None
    trouble: str = ""


def check_files(
    files: Sequence[Path],
    *,
    areas: Path,
    trust: Path | None = None,
    at: str = "",
    exercise: str = "",
    as_json: bool = False,
    out: TextIO | None = None,
) -> int:
    """Prints a line per alert, in the order of the files: JSON objects with `as_json`, otherwise for people. All files
    are taken as received together at `at` (a time such as 2026-11-22T10:00:00+07:00; empty: now). Returns 0; or 2 for
    a file, folder or time that cannot be used, with one sentence on standard error."""
    moment = read_moment(at) if at else SystemClock().now()
    if moment is None:
        return _refused(f"{at} is no time; write 2026-11-22T10:00:00+07:00.")
    try:
        ground = load_areas(areas)
        keys = load_trust(trust) if trust else NO_TRUST
    except (BadAreas, BadTrust) as trouble:
        return _refused(str(trouble))
    missing = [file for file in files if not file.exists() or file.is_dir()]
    for file in missing:
        _refused(f"{file} cannot be read.")
    for line in check_lines(files, ground, keys, Circumstances(moment, exercise=exercise)):
        _print(json.dumps(line) if as_json else _for_people(line), out or sys.stdout)
    return BAD_INPUT if missing else 0


def check_lines(files: Iterable[Path], ground: Ground, trust: Trust, given: Circumstances) -> Iterator[dict[str, Any]]:
    """One dictionary per alert, of JSON values only; one for each file without an alert that can be read."""
    read = [one for file in files for one in _read(file, ground, trust, given.now)]
    judged = book_of(one.received for one in read if one.received).read_together(given).judged
    seen: dict[Key, Path] = {}
    for one in read:
        if one.received is None:
            yield _line(one.file, None, ignore("unreadable", one.trouble), given)
            continue
        key = one.received.key
        if one.received.signature.genuine is Genuine.FAILED:
            yield _line(one.file, one.received, judge(one.received, given), given)
        elif key in seen:
            again = ignore("duplicate", f"the same message as in {seen[key]}")
            yield _line(one.file, one.received, again, given)
        else:
            seen[key] = one.file
            yield _line(one.file, one.received, judged[key], given)


def _read(file: Path, ground: Ground, trust: Trust, at: datetime) -> list[_Read]:
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
        return [_Read(file, received) for received in receive(data, ground, trust, at)]
    except OSError as trouble:
        return [_Read(file, trouble=f"The file cannot be read: {trouble.strerror}.")]
    except Unreadable as trouble:
        return [_Read(file, trouble=str(trouble))]


def _line(file: Path, received: Received | None, judgement: Judgement, given: Circumstances) -> dict[str, Any]:
    leading = judgement.leading if judgement.verdict is not Verdict.IGNORE else ()
    hits: list[tuple[Hit, Part | None]] = [(hit, one) for one in leading for hit in one.hits]
    if not leading and received:
        hits = [(hit, None) for match in received.matches for hit in match.hits]
    signature = received.signature if received else Signature(Genuine.UNVERIFIED, "nothing to verify")
    return {
        "file": str(file),
        "identifier": received.alert.identifier if received else None,
        "verdict": judgement.verdict.value,
        "class": leading[0].bulletin_class.value if leading and leading[0].bulletin_class else None,
        "reason": judgement.reason.text,
        "code": judgement.reason.code,
        "areas": _areas(hits),
        "signature": signature.genuine.value,
        "signature_reason": signature.reason,
        "source": signature.source,
        **_spoken(received, leading[0] if leading else None, judgement.drill, given),
        "drill": judgement.drill,
        "incident": judgement.incident,
    }


def _spoken(received: Received | None, part: Part | None, drill: bool, given: Circumstances) -> dict[str, Any]:
    """What would be said; of a part for which there is no voice only the facts."""
    if received is None or part is None:
        return {"language": None, "text": []}
    speakable = primary(part.language) in given.table.languages
    phrases = announcement(received.alert, part, exercise=given.exercise if drill else "") if speakable else ()
    return {
        "language": part.language if speakable else None,
        "text": [{"language": phrase.language, "text": phrase.text} for phrase in phrases],
        "level": part.level.value,
        "standing_order": part.rule.standing_order if part.rule else None,
        "waits_for": part.waits_for.value if part.waits_for else None,
        "answer_by": _time(part.answer_by),
        "begins": _time(part.begins),
        "ends": _time(part.ends),
    }


def _areas(hits: Iterable[tuple[Hit, Part | None]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for hit, part in hits:
        place = hit.place
        area = found.setdefault(place.area, {"id": place.area, "why": hit.why, "class": None, "loudspeakers": []})
        if part and part.bulletin_class:
            area["class"] = area["class"] or part.bulletin_class.value
        if place.loudspeaker and all(place.loudspeaker != one["id"] for one in area["loudspeakers"]):
            area["loudspeakers"].append({"id": place.loudspeaker, "why": hit.why})
    return list(found.values())


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _for_people(line: dict[str, Any]) -> str:
    where = ", ".join(area["id"] for area in line["areas"]) or "no area here"
    named = f"{line['file']} {line['identifier'] or '(no alert)'}"
    kind = f" {line['class']}" if line["class"] else ""
    shown = f"{named}: {line['verdict']}{kind}, {line['signature']}: {line['reason']} [{where}]"
    return "".join(one if one.isprintable() else "�" for one in shown)


def _print(text: str, out: TextIO) -> None:
    encoding = out.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=out)


def _refused(sentence: str) -> int:
    print(f"loa: {sentence}", file=sys.stderr)
    return BAD_INPUT
