"""`loa demo`: what a newcomer types first."""

from __future__ import annotations

import json
import logging
import signal
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from controller.demo.proof import Broadcast
from controller.demo.run import Demo
from controller.happenings import Happening, Kind
from devices.clock import SystemClock
from schedules.timespan import COMMUNE_ZONE

INTERRUPTED = 130


def run_demo(*, check: bool, sound: Path | None, as_json: bool, history: bool = True) -> int:
    """Runs until Ctrl-C, or with `check` until the proof is there; 0 when all is well."""
    # Taken ports and a missing internet are expected here; what matters is raised or shown as an event.
    logging.basicConfig(level=logging.CRITICAL)
    before = {number: signal.signal(number, _end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return _prove(sound, as_json) if check else _stay(sound, as_json, history)
    except _Ended:
        return INTERRUPTED if check else 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Ended(Exception):
    """Somebody asked us to end; what was started ends in order on the way out."""


def _end(number: int, frame: FrameType | None) -> None:
    for again in (signal.SIGINT, signal.SIGTERM):
        signal.signal(again, signal.SIG_IGN)
    raise _Ended


def _prove(sound: Path | None, as_json: bool) -> int:
    with ExitStack() as stack:
        demo = stack.enter_context(Demo(sound))
        if not as_json:
            demo.app.happenings.listen(as_line)
        editor = stack.enter_context(demo.client(demo.editor))
        approver = stack.enter_context(demo.client(demo.approver))
        proof = Broadcast(editor, approver, SystemClock()).prove()
    if as_json:
        print(json.dumps(proof.as_json(), ensure_ascii=False))
    else:
        print(
            f"{proof.played}/{proof.addressed} loa đã phát, {proof.silent} loa im lặng, lệch {proof.start_skew_ms} ms"
        )
        print("Đúng như đã hứa. All as promised." if proof.ok else f"Không đạt. Not as promised. {proof.problem}")
    return 0 if proof.ok else 1


def _stay(sound: Path | None, as_json: bool, history: bool) -> int:
    progress = _silently if as_json else _Progress()
    with Demo(sound, history=history, progress=progress) as demo:
        demo.wait_until_all_are_there()
        demo.add_cameras()
        _greet_program(demo) if as_json else _greet_person(demo)
        demo.app.happenings.listen(_as_json if as_json else as_line)
        signal.pause()
    return 0


def _silently(part: float) -> None:
    pass


class _Progress:
    """One line for each tenth of the month that was lived."""

    def __init__(self) -> None:
        self._tenths = -1

    def __call__(self, part: float) -> None:
        if int(part * 10) > self._tenths:
            self._tenths = int(part * 10)
            words = "một tháng ở xã Phú Nghĩa / a month in the commune"
            print(f"\r  {words}: {self._tenths * 10:3} %", end="\n" if self._tenths == 10 else "", flush=True)


def _greet_program(demo: Demo) -> None:
    editor, approver, administrator = demo.editor, demo.approver, demo.administrator
    print(
        json.dumps(
            {
                "url": demo.url,
                "username": editor.username,
                "password": editor.password,
                "approver": {"username": approver.username, "password": approver.password},
                "administrator": {"username": administrator.username, "password": administrator.password},
                "mqtt": asdict(demo.observer),
            }
        ),
        flush=True,
    )


def _greet_person(demo: Demo) -> None:
    editor, approver, administrator, observer = demo.editor, demo.approver, demo.administrator, demo.observer
    print(f"Loa xã: {demo.url}")
    print(f"  soạn bản tin / write:  {editor.username}  {editor.password}")
    print(f"  duyệt / approve:       {approver.username}  {approver.password}")
    print(f"  quản trị / administer: {administrator.username}  {administrator.password}")
    print(f"  MQTT (chỉ đọc / read only): {observer.host}:{observer.port}  {observer.username}  {observer.password}")
    print(f"  âm thanh / sound:      {demo.sound}")
    print("Ctrl-C để dừng / ends it.", flush=True)


_LINES = {
    Kind.PLAN: "kế hoạch phát mới cho {about}",
    Kind.DEVICE: "{about}: {online}",
    Kind.READY: "{about}: đã nhận kế hoạch",
    Kind.RECEIPT: "{device}: {outcome} {about}",
    Kind.PROGRAMME: "chương trình {about}: {state}",
    Kind.REFUSED: "từ chối tin trên {about}: {reason}",
    Kind.INCIDENT: "sự cố {about}",
    Kind.ALERT: "cảnh báo có thay đổi",
    Kind.CAMERA: "camera {about} có thay đổi",
}


def as_line(happening: Happening) -> None:
    """Prints what has happened as one line for people; whatever can happen has one."""
    told = {"about": happening.about, **happening.detail}
    if happening.kind is Kind.DEVICE:
        told["online"] = "trực tuyến" if told["online"] else "mất kết nối"
    line = _LINES[happening.kind].format_map(told)
    print(f"{happening.at.astimezone(COMMUNE_ZONE):%H:%M:%S}  {line}", flush=True)


def _as_json(happening: Happening) -> None:
    told = {"event": happening.kind.value, "at": happening.at.isoformat(), "about": happening.about}
    print(json.dumps(told | happening.detail, ensure_ascii=False), flush=True)
