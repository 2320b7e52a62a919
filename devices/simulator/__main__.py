"""A simulated village for a controller: `python -m devices.simulator --controller URL --folder D`."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import queue
import select
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from devices.clock import SystemClock
from devices.simulator.fleet import Fleet

EPILOG = """\
standard input, one per line:
  CODE           a device joins with this one-time enrolment code and runs
  stop DEVICE    one agent ends without a farewell, as in a power cut
The end of the input, Ctrl-C or SIGTERM ends all agents in good order. Each event is one JSON object per line on
standard output: enrolled, connected, ready, started, ended, killed, refused."""

GREEDINESS = 0.001
"""Seconds that one thread may keep the others waiting: they begin their sounds at the same moment."""


class _Stopped(Exception):
    """A signal asked us to end."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        "python -m devices.simulator",
        description="Runs real loudspeaker agents that write what they play as WAV files.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--controller", required=True, metavar="URL", help="address of the controller")
    parser.add_argument("--folder", required=True, type=Path, help="where the devices keep everything")
    parser.add_argument("--sound", type=Path, metavar="DIR", help="folder for the WAV files (default: FOLDER/sound)")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sys.setswitchinterval(GREEDINESS)
    sound = given.sound or given.folder / "sound"
    printer = _Printer()
    fleet = Fleet(given.controller, given.folder / "devices", sound, clock=SystemClock(), tell=printer)
    woken = _hear_signals()
    try:
        fleet.start()
        for line in _lines(woken):
            _obey(fleet, line.split())
    except _Stopped:
        pass
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        fleet.close()
        printer.close()
    return 0


def _hear_signals() -> socket.socket:
    """They raise _Stopped; what is returned becomes readable, for one that comes just before we begin to wait."""
    woken, waking = socket.socketpair()
    waking.setblocking(False)
    signal.set_wakeup_fd(waking.detach())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    return woken


def _lines(woken: socket.socket) -> Iterator[str]:
    """Of standard input, each as soon as it is there."""
    rest = b""
    while True:
        ready, _, _ = select.select([sys.stdin.fileno(), woken], [], [])
        if woken in ready:
            raise _Stopped
        read = os.read(sys.stdin.fileno(), 65536)
        *lines, rest = (rest + read).split(b"\n")
        for line in lines if read else [rest]:
            yield line.decode(errors="replace")
        if not read:
            return


def _obey(fleet: Fleet, words: list[str]) -> None:
    match words:
        case []:
            pass
        case ["stop", device]:
            fleet.kill(device)
        case [code]:
            fleet.enrol(code)
        case _:
            print(f"not understood: {' '.join(words)}", file=sys.stderr)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _Stopped


class _Printer:
    """One whole line at a time, whichever thread speaks, and none of them waits; silence once nobody listens."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._print, name="printer", daemon=True)
        self._thread.start()

    def __call__(self, event: dict[str, object]) -> None:
        self._lines.put(json.dumps(event, ensure_ascii=False))

    def close(self) -> None:
        """Returns when everything is out."""
        self._lines.put(None)
        self._thread.join()

    def _print(self) -> None:
        while (line := self._lines.get()) is not None:
            with contextlib.suppress(BrokenPipeError, ValueError):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
