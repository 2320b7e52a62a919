"""A camera that no device is near is watched by the controller's own box, which sounds nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest

from tests.scenarios.field.centre import Centre

PATIENCE = 60.0


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(tmp_path)
    centre.start()
    yield centre
    centre.close()


def until(ask: Any, what: str) -> Any:
    give_up = time.monotonic() + PATIENCE
    while not (found := ask()):
        assert time.monotonic() < give_up, f"waited too long until {what}"
        time.sleep(0.2)
    return found


def a_video(path: Path) -> Path:
    rng = np.random.default_rng(1)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        scene = rng.integers(40, 200, (18, 32, 3), np.uint8).repeat(10, 0).repeat(10, 1)
        for number in range(60):
            picture = np.ascontiguousarray(np.roll(scene, number, 1))
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        out.mux(stream.encode())
    return path


@pytest.mark.long
def test_the_box_of_the_controller_watches_the_cameras_that_no_other_device_is_near(
    centre: Centre, tmp_path: Path
) -> None:
    until(lambda: centre.is_up, "the controller runs")
    with httpx.Client(base_url=f"http://127.0.0.1:{centre.http_port}/api/v1/", trust_env=False, timeout=10) as client:
        given = client.post("invitations", json={"code": centre.invitation, "password": "mat-khau-cua-xa"})
        given.raise_for_status()
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {given.json()['token']}"
        client.post("areas", json={"id": "xa", "kind": "commune", "name": "Xã"}).raise_for_status()
        camera = {
            "id": "cong-xa",
            "area": "xa",
            "source": "file",
            "address": str(a_video(tmp_path / "cong-xa.mp4")),
            "liveness_every": 5,
            "picture_every": 10,
        }
        client.post("cameras", json=camera).raise_for_status()

        def state() -> Any:
            said = client.get("cameras/cong-xa/state").json()
            return said if said.get("axes", {}).get("stream", {}).get("state") == "up" else None

        until(state, "the camera is seen to stream")
        assert client.get("cameras/cong-xa").json()["device"] == "site"
        assert client.get("occurrences").json() == []
        (box,) = client.get("devices").json()
        assert box["id"] == "site"
