"""The controller and its broker: `loa serve` with a Mosquitto of its own, or with one that runs beside it."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import yaml

from controller.fleet.broker.mosquitto_child import find_plugin, find_program
from tests.scenarios.field.processes import Process

COMPOSE = Path(__file__).parents[3] / "docker-compose.yml"
ACCOUNTS, PASSWORD = "loa.accounts", "loaxathu1"
LOOK_EVERY = 0.2


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Centre:
    """What was killed stays away until `come_back`; from then on `tend` starts whatever does not run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "controller"
        self.mqtt_port, self.http_port = free_port(), free_port()
        self._is_away = False
        self._ending = threading.Event()
        self._looks: list[tuple[float, bool]] = []
        self._watch = threading.Thread(target=self._look, daemon=True)
        environment = {
            "LOA_FOLDER": str(self.folder),
            "LOA_PORT": str(self.http_port),
            "LOA_QUIET_HOURS": "",
            "LOA_HEARTBEAT_SECONDS": "5",
            "LOA_VOICES": "espeak-ng",
            **self.broker_settings(),
        }
        self.controller = Process("controller", [sys.executable, "-m", "controller", "serve"], folder, environment)

    def broker_settings(self) -> dict[str, str]:
        return {"LOA_MQTT_PORT": str(self.mqtt_port)}

    def start(self) -> None:
        self.tend()
        self._watch.start()

    def come_back(self) -> None:
        self._is_away = False
        self.tend()

    def tend(self) -> None:
        """As a service manager does."""
        if not self._is_away and not self.controller.runs:
            self.controller.start()

    def kill_broker(self) -> None:
        """The controller has to notice, and to start it anew."""
        with contextlib.suppress(OSError, ValueError):
            os.kill(int((self.folder / "mosquitto" / "mosquitto.pid").read_text()), signal.SIGKILL)

    def kill_controller(self) -> None:
        """Its broker lives on without it."""
        self._is_away = True
        self.controller.kill()

    def kill_box(self) -> None:
        """The power of the commune's box fails."""
        self._is_away = True
        self.controller.kill(with_children=True)

    @property
    def is_up(self) -> bool:
        """Broker and controller take connections."""
        return _answers(self.mqtt_port) and _answers(self.http_port)

    def was_up(self, begin: float, end: float) -> bool:
        looks = [up for at, up in self._looks if begin <= at <= end]
        return bool(looks) and all(looks)

    @property
    def invitation(self) -> str:
        """With which the first administrator chooses a password."""
        found = re.search(r"/welcome\?code=(\S+)", self.controller.log.read_text())
        assert found, self.controller.log.read_text()
        return found[1]

    def close(self) -> None:
        self._ending.set()
        self.kill_box()
        self.kill_broker()
        # Its own agent outlives a controller that was killed.
        subprocess.run(["pkill", "-KILL", "-f", str(self.folder / "own-agent")], check=False)

    def _look(self) -> None:
        while not self._ending.wait(LOOK_EVERY):
            self._looks.append((time.time(), self.is_up))


class CentreWithBrokerBeside(Centre):
    """As in docker-compose.yml: each is started again by whoever started it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        data = folder / "broker"
        data.mkdir()
        subprocess.run(
            ["mosquitto_ctrl", "dynsec", "init", data / "accounts.json", ACCOUNTS, PASSWORD],
            check=True,
            capture_output=True,
        )
        content = yaml.safe_load(COMPOSE.read_text())["configs"]["broker"]["content"]
        for inside, here in {
            "/mosquitto/data": str(data),
            "/usr/lib/mosquitto_dynamic_security.so": str(find_plugin()),
            "listener 8883": f"listener {self.mqtt_port} 127.0.0.1",
        }.items():
            content = content.replace(inside, here)
        # TLS is tried elsewhere: here lines break, whatever goes over them.
        content = re.sub(r"(certfile|keyfile|tls_version) .*\n", "", content)
        # As root, Mosquitto would become another user, who cannot read a folder of tests.
        (data / "mosquitto.conf").write_text(f"{content}user {getpass.getuser()}\n")
        self._broker = Process("broker", [str(find_program()), "-c", str(data / "mosquitto.conf")], folder, {})

    def broker_settings(self) -> dict[str, str]:
        return {"LOA_MQTT_URL": f"mqtt://{ACCOUNTS}:{PASSWORD}@127.0.0.1:{self.mqtt_port}"}

    def tend(self) -> None:
        if not self._is_away and not self._broker.runs:
            self._broker.start()
            while not _answers(self.mqtt_port):
                time.sleep(LOOK_EVERY)
        super().tend()

    def kill_broker(self) -> None:
        self._is_away = True
        self._broker.kill()

    def kill_box(self) -> None:
        super().kill_box()
        self._broker.kill()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1.0):
        return True
    return False
