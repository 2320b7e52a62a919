"""Switches with real streams behind them die and come back: the controller names the switch, once, and nobody else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from tests.edge.camera_rig import PASSWORD, Rig, running_rig
from tests.scenarios.field.centre import Centre

CAMERAS = 18
DEAD = ("sw02", "sw03")
PATIENCE = 150.0
WORD = "mat-khau-cua-xa"
_Found = TypeVar("_Found")


@pytest.fixture
def rig() -> Iterator[Rig]:
    with running_rig(CAMERAS) as rig:
        yield rig


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(tmp_path)
    centre.start()
    yield centre
    centre.close()


def until(ask: Callable[[], _Found], what: str) -> _Found:
    give_up = time.monotonic() + PATIENCE
    while not (found := ask()):
        assert time.monotonic() < give_up, f"waited too long until {what}"
        time.sleep(0.5)
    return found


class Console:
    """What the administrator says and is told over the API; every answer is kept."""

    def __init__(self, client: httpx.Client, centre: Centre) -> None:
        self._client = client
        self.answers: list[str] = []
        client.post("invitations", json={"code": centre.invitation, "password": WORD}).raise_for_status()
        given = client.post("session", json={"username": "quantri", "password": WORD})
        given.raise_for_status()
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {given.json()['token']}"

    def tell(self, path: str, **said: Any) -> None:
        self._kept(self._client.post(path, json=said))

    def ask(self, path: str) -> Any:
        return self._kept(self._client.get(path)).json()

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        assert answer.is_success, answer.text
        self.answers.append(answer.text)
        return answer

    def believed(self, axis: str) -> dict[str, str]:
        """How each camera stands on one axis, where enough results in a row have shown it."""
        return {one["camera"]: one["axes"][axis]["believed"] for one in self.ask("cameras/states")}

    def incidents(self) -> dict[str, int]:
        """What is open and has no other cause, and how much lies beneath it."""
        return {one["subject"]["id"]: one["beneath"] for one in self.ask("incidents?most=500")["incidents"]}


@pytest.mark.long
@pytest.mark.timeout(600)
def test_two_switches_that_die_are_two_incidents_with_their_cameras_beneath(centre: Centre, rig: Rig) -> None:
    until(lambda: centre.is_up, "the controller runs")
    with httpx.Client(base_url=f"http://127.0.0.1:{centre.http_port}/api/v1/", trust_env=False, timeout=20) as client:
        console = Console(client, centre)
        console.tell("areas", id="xa", kind="commune", name="Xã")
        for name in sorted({one["group"] for one in rig.state.values()}):
            console.tell("nodes", id=name, kind="switch", area="xa")
        for name, one in rig.state.items():
            login = {"user": "admin", "password": PASSWORD}
            how = {"area": "xa", "node": one["group"], "address": one["rtsp"], "login": login}
            console.tell("cameras", id=name, liveness_every=5, picture_every=60, **how)
        up = dict.fromkeys(rig.state, "up")
        until(lambda: console.believed("stream") == up, "all cameras are seen to stream")
        assert console.incidents() == {}

        dead = {name for name, one in rig.state.items() if one["group"] in DEAD}
        for switch in DEAD:
            rig.ask("/fault", group=switch, fault="blackhole")
        until(lambda: console.incidents() == dict.fromkeys(DEAD, len(dead) // 2), "each switch has its incident")
        reached = console.believed("reach")
        assert {name for name, believed in reached.items() if believed == "down"} == dead
        assert all(console.believed("stream")[name] == "up" for name in rig.state.keys() - dead)

        for switch in DEAD:
            rig.ask("/clear", group=switch)
        until(lambda: console.incidents() == {}, "all is well again")
        assert console.believed("reach") == up
        closed = console.ask("incidents?state=over&most=500")["incidents"]
        stories = json.dumps([console.ask(f"incidents/{one['id']}") for one in closed], indent=1)
        assert {one["subject"]["id"]: one["kind"] for one in closed} == dict.fromkeys(DEAD, "node-down"), stories
    told = [*console.answers, centre.controller.log.read_text(), *map(_bytes_of, _written(centre.folder))]
    assert not [one[:200] for one in told if PASSWORD in one]


def _written(folder: Path) -> Iterator[Path]:
    return (one for one in folder.rglob("*") if one.is_file())


def _bytes_of(path: Path) -> str:
    return path.read_bytes().decode("latin-1")
