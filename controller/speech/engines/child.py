"""An engine's program, run as a child process and stopped when it is late."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from controller.speech.errors import EngineDied, EngineLate, EngineRefused
from controller.speech.progress import Told, nobody

LETTERS_OF_A_REFUSAL = 300


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds until the first piece, from one piece to the next, and for the whole text."""

    first: float
    each: float
    whole: float


class _Fuse:
    """Kills the process and what it runs when it is not wound again in time, or when the whole has taken too long."""

    def __init__(self, process: subprocess.Popen[bytes], limits: Limits) -> None:
        self._process = process
        self._limits = limits
        self.blown = False
        self._whole = self._lit(limits.whole)
        self._next = self._lit(limits.first)

    def wind(self) -> None:
        self._next.cancel()
        self._next = self._lit(self._limits.each)

    def put_out(self) -> None:
        self._whole.cancel()
        self._next.cancel()

    def _lit(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._blow)
        timer.daemon = True
        timer.start()
        return timer

    def _blow(self) -> None:
        self.blown = True
        _end(self._process)


def run_child(
    command: Sequence[str], order: Mapping[str, object], pieces: int, limits: Limits, told: Told = nobody
) -> None:
    """Give `order` to the child as JSON on its standard input and wait until it has reported every piece.

    The child prints `{"piece": n}` for each finished piece, `{"refused": "why"}` or any object as a sign of life.
    Whatever happens, it has ended, with all that it started, when this returns.

    Raises EngineLate, EngineDied or EngineRefused, or what `told` raises.
    """
    with tempfile.TemporaryFile() as stdin:
        # A pipe would block, or break, with a child that does not read.
        stdin.write(json.dumps(order).encode())
        stdin.seek(0)
        with subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            fuse = _Fuse(process, limits)
            try:
                assert process.stdout is not None
                done = _follow(process.stdout, fuse, lambda piece: told(piece / pieces))
            finally:
                fuse.put_out()
                _end(process)
    if done < pieces:
        if fuse.blown:
            raise EngineLate(f"The engine was stopped after {done} of {pieces} pieces: it took too long.")
        raise EngineDied(f"The engine ended after {done} of {pieces} pieces.")


def _end(process: subprocess.Popen[bytes]) -> None:
    # It leads a group of its own, whose number nobody else is given before it has been waited for.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _follow(stdout: IO[bytes], fuse: _Fuse, told: Callable[[int], None]) -> int:
    done = 0
    for line in stdout:
        try:
            report = json.loads(line)
        except ValueError as error:
            raise EngineRefused("The engine answered with something that cannot be read.") from error
        if "refused" in report:
            raise EngineRefused(str(report["refused"])[:LETTERS_OF_A_REFUSAL])
        fuse.wind()
        if "piece" in report:
            done += 1
            told(done)
    return done
