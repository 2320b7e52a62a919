"""The rig of fake cameras, where it stands beside the repository: real RTSP, faults by HTTP."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

RIG = Path(__file__).parents[2] / ".." / "shared" / "rigs" / "cameras" / "rig.py"
PASSWORD = "rig-Pa55!"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class Rig:
    def __init__(self, cameras: int) -> None:
        self.rtsp, self.http, self.control = free_port(), free_port(), free_port()
        command = [sys.executable, str(RIG), "--cameras", str(cameras), "--per-group", "6", "--bank", "3", "--fps", "5"]
        command += ["--kinds", "street,market,corridor", "--hour", "10", "--password", PASSWORD]
        command += ["--rtsp-port", str(self.rtsp), "--http-port", str(self.http), "--control-port", str(self.control)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, **quiet, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})  # type: ignore[call-overload]
        give_up = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                self.state = self.ask("/state")
                return
            assert time.monotonic() < give_up and self.process.poll() is None, "the rig does not start"
            time.sleep(0.2)

    def ask(self, path: str, **said: object) -> Any:
        data = json.dumps(said).encode() if said else None
        with urllib.request.urlopen(f"http://127.0.0.1:{self.control}{path}", data, timeout=30) as answer:
            return json.load(answer)

    def close(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def running_rig(cameras: int) -> Iterator[Rig]:
    """Skips where the rig is not here; fails where everything must be."""
    if not RIG.exists():
        if os.environ.get("LOA_TEST_REQUIRE") == "all":
            pytest.fail("the rig of cameras is missing here, and LOA_TEST_REQUIRE=all", pytrace=False)
        pytest.skip("the rig of cameras is not here")
    rig = Rig(cameras)
    try:
        yield rig
    finally:
        rig.close()
