"""The real programs of a commune, each a process that can be killed like one: no farewell, nothing flushed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.scenarios.field.line import Line


@dataclass
class Life:
    """From when until when a process was there, in seconds since 1970; it lives while `ended` is None."""

    began: float
    ended: float | None = None

    def covers(self, begin: float, end: float) -> bool:
        return self.began <= begin and (self.ended is None or end <= self.ended)


class Process:
    """A program that is started again and again. Everything that it says stands in one log."""

    def __init__(self, name: str, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self.name = name
        self.lives: list[Life] = []
        self.log = folder / f"{name}.log"
        self._command, self._folder, self._environment = command, folder, environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        assert not self.runs
        with self.log.open("ab") as log:
            self.lives.append(Life(time.time()))
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=os.environ | self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, *, with_children: bool = False) -> None:
        """SIGKILL, for its children as well where one power supply feeds all of them."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if with_children else os.kill)(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        self.lives[-1].ended = time.time()


class Loudspeaker:
    """One `loa-agent` that writes WAV files, at the end of a line of its own."""

    def __init__(self, name: str, village: str, folder: Path, ports: tuple[int, int]) -> None:
        self.name, self.village = name, village
        self.folder = folder / name
        self.wav = folder / "wav" / name
        self.line = Line(*ports)
        self.cut_short: list[tuple[float, str]] = []
        """When it was killed while this file was being written: what had sounded by then."""
        self._run = [sys.executable, "-m", "devices.agent", "run", "--folder", str(self.folder)]
        self.process = Process(name, [*self._run, "--sound", str(self.wav), "--json"], folder, {})

    def enrol(self, code: str) -> subprocess.Popen[bytes]:
        """To be waited for, and then `started`."""
        url = f"http://127.0.0.1:{self.line.ports[1]}"
        command = [sys.executable, "-m", "devices.agent", "enrol", url, code, "--folder", str(self.folder)]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        # The broker's real port is not the one that this loudspeaker is to see.
        file = self.folder / "identity.json"
        identity = json.loads(file.read_text())
        identity["mqtt"]["port"] = self.line.ports[0]
        file.write_text(json.dumps(identity))
        self.process.start()

    def kill(self) -> None:
        self.process.kill()
        for part in self.wav.glob(".*.wav.part"):
            if part.stat().st_size > 0:
                self.cut_short.append((time.time(), part.name.removeprefix(".").removesuffix(".wav.part")))

    def close(self) -> None:
        self.process.kill()
        self.line.close()

    def said(self) -> list[dict[str, object]]:
        """Everything it ever printed as JSON, oldest first."""
        found = []
        for line in self.process.log.read_text(errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
        return found
