"""The programs of docker-compose.yml, started by hand with its commands, settings and health checks.

No container engine is needed: only names of hosts, ports and folders are put in place of those inside the containers.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from controller.fleet.broker.errors import ProgramMissing
from controller.fleet.broker.mosquitto_child import PROGRAM_FOLDERS, find_plugin

TOP = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((TOP / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
GIVEN = {"BROKER_PASSWORD": "loaxathu1", "DATABASE_PASSWORD": "loaxathu2"}
PATIENCE = 30.0


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.05)


def filled(text: str) -> str:
    """`text` as compose gives it on: ${NAME}, ${NAME:-default} and ${NAME:?complaint} filled in, $$ for $."""
    named = re.compile(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}")
    return named.sub(lambda found: GIVEN.get(found[1], found[2] or ""), text).replace("$$", "$")


def image_settings(dockerfile: str) -> tuple[dict[str, str], list[str]]:
    """What an image puts into the environment, and its health check."""
    text = (TOP / dockerfile).read_text().replace("\\\n", " ").rpartition("FROM ")[2]
    environment: dict[str, str] = {}
    for line in re.findall(r"^ENV (.*)$", text, re.MULTILINE):
        environment |= dict(pair.split("=", 1) for pair in line.split())
    found = re.search(r"^HEALTHCHECK .*CMD (\[.*\])$", text, re.MULTILINE)
    assert found
    return environment, json.loads(found[1])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Containers:
    """Runs the services as processes in `folder`, which stands for all volumes."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self._stack = contextlib.ExitStack()
        self.broker_port, self.web_port = free_port(), free_port()
        self._here = {
            "/mosquitto/data": str(folder / "broker"),
            "/mosquitto.conf": str(folder / "mosquitto.conf"),
            "/usr/lib/mosquitto_dynamic_security.so": str(find_plugin()),
            "/tls": str(folder / "tls"),
            "listener 8883": f"listener {self.broker_port} 127.0.0.1",
            "-p 8883": f"-p {self.broker_port}",
            "broker:8883": f"127.0.0.1:{self.broker_port}",
            "controller:8080": f"127.0.0.1:{self.web_port}",
            "127.0.0.1:8080": f"127.0.0.1:{self.web_port}",
            "database:5432/loa": database.rpartition("@")[2],
            "/tmp/codes": str(folder / "codes.pipe"),
        }
        for name in (*SERVICES, "tls"):
            (folder / name).mkdir()

    def here(self, text: str) -> str:
        for inside, outside in self._here.items():
            text = text.replace(inside, outside)
        return text

    def environment(self, name: str) -> dict[str, str]:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"], *PROGRAM_FOLDERS])
        found = {"PATH": path, "HOME": str(self.folder), "PYTHONPATH": str(TOP)}
        service = SERVICES[name]
        if "build" in service:
            found |= {
                key: value for key, value in image_settings(service["build"]["dockerfile"])[0].items() if key != "PATH"
            }
        found |= {key: self.here(filled(value)) for key, value in service.get("environment", {}).items()}
        moved = {
            "LOA_FOLDER": str(self.folder / name),
            "LOA_AGENT_FOLDER": str(self.folder / name),
            "LOA_HOST": "127.0.0.1",
            "LOA_PORT": str(self.web_port),
            "LOA_MQTT_PUBLIC_HOST": "127.0.0.1",
            "LOA_SITE": "xa",
        }
        return found | {key: value for key, value in moved.items() if key in found}

    def start(self, name: str, command: list[str]) -> subprocess.Popen[str]:
        log = self._stack.enter_context((self.folder / f"{name}.log").open("w"))
        process = subprocess.Popen(
            command,
            cwd=self.folder / name,
            env=self.environment(name),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._stack.callback(self._end, process)
        return process

    def start_broker(self) -> None:
        content = self.here(COMPOSE["configs"]["broker"]["content"])
        # As root, Mosquitto would become another user, who cannot read a folder of tests.
        (self.folder / "mosquitto.conf").write_text(f"{content}user {getpass.getuser()}\n")
        self.start("broker", self.script("broker"))

    def script(self, name: str) -> list[str]:
        service = SERVICES[name]
        return [*service["entrypoint"], *(self.here(filled(part)) for part in service["command"])]

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def is_well(self, name: str) -> bool:
        """What the service's own health check says."""
        service = SERVICES[name]
        if "build" in service:
            check = [self.here(word) for word in image_settings(service["build"]["dockerfile"])[1]]
        else:
            check = ["/bin/sh", "-c", filled(service["healthcheck"]["test"][1])]
            check[2] = self.here(check[2])
        done = subprocess.run(check, env=self.environment(name), cwd=self.folder / name, capture_output=True)
        return done.returncode == 0

    def write_codes(self, codes: list[str]) -> None:
        """As `docker compose exec -T village tee -a codes` does."""
        with (self.folder / "village" / "codes").open("a") as file:
            file.write("".join(f"{code}\n" for code in codes))

    def close(self) -> None:
        self._stack.close()

    @staticmethod
    def _end(process: subprocess.Popen[str]) -> None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            process.wait(5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def containers(tmp_path: Path, empty_postgres: str) -> Iterator[Containers]:
    try:
        find_plugin()
    except ProgramMissing as missing:
        (pytest.fail if os.environ.get("LOA_TEST_REQUIRE") == "all" else pytest.skip)(str(missing))
    if shutil.which("mosquitto_ctrl") is None or shutil.which("mosquitto_sub") is None:
        pytest.skip("Mosquitto's tools are not installed")
    running = Containers(tmp_path, empty_postgres)
    yield running
    running.close()


def invite_two(client: httpx.Client) -> list[str]:
    """A commune with one village, and a code for each of its two loudspeakers."""

    def post(path: str, **body: object) -> dict[str, object]:
        answer = client.post(f"/api/v1/{path}", json=body)
        assert answer.is_success, answer.text
        made: dict[str, object] = answer.json()
        return made

    post("areas", id="xa", kind="commune", name="Xã")
    post("areas", id="thon-1", parent="xa", kind="village", name="Thôn 1")
    devices = ("loa-1", "loa-2")
    return [str(post("enrolment-codes", device=device, area="thon-1", name=device)["code"]) for device in devices]


@pytest.mark.long
def test_a_village_comes_up_by_the_four_steps_of_the_compose_file(containers: Containers) -> None:
    containers.start_broker()
    server = containers.start("controller", ["loa", "serve"])
    wait_until(lambda: containers.is_well("broker"))
    wait_until(lambda: containers.is_well("controller") or server.poll() is not None)
    assert server.poll() is None, containers.log("controller")
    found = re.search(r"/welcome\?code=(\S+)", containers.log("controller"))
    assert found, containers.log("controller")

    village = containers.start("village", containers.script("village"))
    wait_until(lambda: (containers.folder / "village" / "codes").exists())
    with httpx.Client(base_url=f"http://127.0.0.1:{containers.web_port}", trust_env=False) as client:
        session = client.post("/api/v1/invitations", json={"code": found[1], "password": "chỉ để thử thôi"}).json()
        client.headers["Authorization"] = f"Bearer {session['token']}"

        def online() -> int:
            answer: dict[str, int] = client.get("/api/v1/status").json()
            return answer["online"]

        containers.write_codes(invite_two(client))
        wait_until(lambda: online() == 2)
        assert containers.is_well("village")
        village.send_signal(signal.SIGTERM)
        assert village.wait(5) == 0
        wait_until(lambda: online() == 0)
        containers.start("village", containers.script("village"))
        wait_until(lambda: online() == 2)
    server.send_signal(signal.SIGTERM)
    assert server.wait(PATIENCE) == 0
    pinned = (containers.folder / "tls" / "site-ca.pem").read_text()
    identities = list((containers.folder / "village").rglob("identity.json"))
    assert [json.loads(one.read_text())["mqtt"]["tls"] for one in identities] == [True, True]
    assert all(json.dumps(pinned)[1:-1] in one.read_text() for one in identities), "no other authority counts"
