"""`loa-agent`: the command of one loudspeaker."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from devices.agent.agent import AgentEvent
from devices.agent.assembly import Shared, make_agent, software, speaker_maker
from devices.agent.enrolment import enrol
from devices.agent.errors import AgentError, BadSettings, ControllerAway
from devices.agent.runner import Runner
from devices.agent.settings import AgentSettings, Identity
from devices.agent.triggers import LOOK_EVERY, Triggers
from devices.clock import SystemClock

STUCK = 120.0
"""Seconds without a sign of life from the agent's thread until the process ends itself, to be started again."""

DESCRIPTION = """\
The agent of one Loa xã loudspeaker. It joins a commune once (enrol) and then runs: it keeps the plan and the
recordings on its own disk, plays them on time even without the network, and sends signed receipts.

Chương trình của một cụm loa: ghi danh một lần (enrol), sau đó chạy (run)."""

EXAMPLES = """\
examples:
  loa-agent enrol https://loa.xa.example 7KQM3RXA2B9T --folder /var/lib/loa-agent
  loa-agent run --folder /var/lib/loa-agent
  loa-agent run --folder ./loa-07 --sound ./wav     write WAV files instead of sounding

settings: --folder and --sound may also stand in LOA_AGENT_FOLDER and LOA_AGENT_SOUND, or in FOLDER/agent.toml
alarms:   touch FOLDER/alarms/NAME sets off an alarm of the configuration; so does a contact, when agent.toml says
          [contacts]
          "/sys/class/gpio/gpio17/value" = "NAME"
exit codes: 0 done, 1 the controller cannot be reached, 2 bad input, 70 the agent was stuck"""


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        if given.task == "enrol":
            return _enrol(given)
        return _run(given)
    except AgentError as wrong:
        print(f"{wrong.vi}\n{wrong.en}", file=sys.stderr)
        return 1 if isinstance(wrong, ControllerAway) else 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "loa-agent", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=software())
    tasks = parser.add_subparsers(dest="task", required=True, metavar="enrol | run")
    joins = tasks.add_parser("enrol", help="join a commune with a one-time code / ghi danh bằng mã dùng một lần")
    joins.add_argument("url", help="the controller's address, as in https://loa.xa.example")
    joins.add_argument("code", help="the one-time code that the technician was given")
    joins.add_argument("--ca", type=Path, metavar="FILE", help="with https://: the site's authority, site-ca.pem")
    runs = tasks.add_parser("run", help="keep the plan and play it, until Ctrl-C / chạy cụm loa")
    runs.add_argument("--sound", help="aplay, pw-play, or a folder for WAV files (default: aplay)")
    runs.add_argument("--json", action="store_true", help="one JSON object per event on standard output")
    for task in (joins, runs):
        task.add_argument("--folder", help="where this device keeps everything (default: loa-agent)")
    return parser


def _enrol(given: argparse.Namespace) -> int:
    settings = AgentSettings.load(os.environ, folder=given.folder)
    identity = enrol(given.url, given.code, Path(settings.folder), authority=_authority(given.ca))
    print(f"Đã ghi danh: {identity.device} ({identity.site})\nEnrolled: {identity.device} ({identity.site})")
    return 0


def _authority(file: Path | None) -> str:
    try:
        return "" if file is None else file.read_text()
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadSettings(f"Không đọc được {file}: {wrong}.", f"Cannot read {file}: {wrong}.") from wrong


def _run(given: argparse.Namespace) -> int:
    settings = AgentSettings.load(os.environ, folder=given.folder, sound=given.sound)
    folder = Path(settings.folder)
    identity = Identity.load(folder)
    lock = _only_one(folder)
    shared = Shared(SystemClock(), folder, authority=identity.authority)
    make_speaker = speaker_maker(settings.sound, identity.device, folder, shared)

    def tell(event: AgentEvent) -> None:
        with contextlib.suppress(BrokenPipeError, ValueError):  # nobody listens any more
            print(_line(identity, event, as_json=given.json), flush=True)

    runner = Runner(
        identity.device,
        lambda nudge: make_agent(identity, folder, shared, make_speaker, nudge=nudge, tell=tell),
        shared.clock,
    )
    _until_stopped(runner, shared, Triggers(folder, settings.contacts, runner.sound_alarm))
    os.close(lock)
    return 0


def _until_stopped(runner: Runner, shared: Shared, triggers: Triggers) -> None:
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    runner.start()
    while not stopped.wait(LOOK_EVERY):
        triggers.look()
        if shared.clock.monotonic() - runner.last_turn > STUCK:
            logging.critical("the agent has shown no life for %.0f s", STUCK)
            os._exit(70)
    runner.stop()
    runner.join(3.0)
    shared.close()


def _only_one(folder: Path) -> int:
    """A lock that ends with this process: two agents on one disk would both play."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as taken:
        os.close(lock)
        raise BadSettings(
            f"Một loa-agent khác đang chạy với thư mục {folder}.", f"Another loa-agent is running in {folder}."
        ) from taken
    return lock


def _line(identity: Identity, event: AgentEvent, *, as_json: bool) -> str:
    if as_json:
        told = {"event": event.kind, "device": identity.device, "at": event.at.isoformat(), **event.told}
        return json.dumps(told, ensure_ascii=False)
    told_words = " ".join(f"{name}={value}" for name, value in event.told.items() if value != "")
    return f"{event.at.astimezone():%H:%M:%S} {identity.device} {event.kind} {told_words}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
