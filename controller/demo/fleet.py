"""The simulated village: real agents in a process of their own, which this one starts, listens to and ends."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

_PATIENCE = 1.5

Told = dict[str, object]


class FleetProcess:
    """Lives between `start` and `stop`; `tell` hears what its loudspeakers report, in a thread of its own."""

    def __init__(self, controller_url: str, folder: Path, sound: Path, tell: Callable[[Told], None]) -> None:
        self._command = [
            *(sys.executable, "-m", "devices.simulator"),
            *("--controller", controller_url, "--folder", str(folder), "--sound", str(sound)),
        ]
        self._tell = tell
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Ctrl-C reaches the whole group of a terminal; the village ends when we end it.
            start_new_session=True,
        )
        threading.Thread(target=self._listen, args=(self._process,), name="fleet", daemon=True).start()

    def let_join(self, codes: list[str]) -> None:
        """One loudspeaker joins with each of these enrolment codes, and runs."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{code}\n" for code in codes))
        self._process.stdin.flush()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                self._tell(json.loads(line))
        except ValueError:
            return  # the pipe was closed under us, because we are ending
