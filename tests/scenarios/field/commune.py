"""A commune of four villages, each with one loudspeaker, and what its people ask of it through the API alone."""

from __future__ import annotations

import io
import threading
import time
import wave
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
import numpy as np

from tests.scenarios.field.centre import Centre
from tests.scenarios.field.processes import Loudspeaker

COMMUNE = "xa"
VILLAGES = ("thon-1", "thon-2", "thon-3", "thon-4")
SECONDS = 1.0
EVERY = 2
"""Seconds from the start of one broadcast to that of the next in the same village."""
RATE = 48_000
PATIENCE = 60.0
PEOPLE = {"soan": "editor", "duyet": "approver"}
WORD = "một hai ba bốn năm"
APART = tuple((village,) for village in VILLAGES)
TOGETHER = ((COMMUNE,),)
ROUNDS = (APART, APART, TOGETHER, APART, APART)
"""Who hears something of its own, one round after the other; then the air is free for a round, and all is repeated."""
PERIOD = EVERY * (len(ROUNDS) + 1)
TO_PLAN = 25.0
"""Seconds until the first broadcast, for writing and approving all of them."""


def wait_until(holds: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, f"waited too long until {what}"
        time.sleep(0.1)


def tone(pitch: float) -> bytes:
    """A WAV file of one second."""
    moments = np.arange(int(RATE * SECONDS)) / RATE
    samples = (np.sin(2 * np.pi * pitch * moments) * 12_000).astype("<i2")
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return kept.getvalue()


@dataclass(frozen=True)
class OnAir:
    """`first` is when the first broadcast begins, in seconds since 1970; they take `seconds`, with free moments at
    `gaps`, in seconds since the first."""

    first: float
    seconds: float
    gaps: list[float]


class Commune:
    def __init__(self, folder: Path, centre: Centre, random: Random) -> None:
        self.centre = centre
        self.loudspeakers = [
            Loudspeaker(f"loa-{village}", village, folder, (centre.mqtt_port, centre.http_port)) for village in VILLAGES
        ]
        self._random = random
        self._clients: dict[str, httpx.Client] = {}
        self._bulletins: list[str] = []
        self._writers: list[threading.Thread] = []

    def settle(self) -> None:
        """Everybody has an account, every loudspeaker has joined and runs, and there is something to be heard."""
        wait_until(lambda: self.centre.is_up, "the controller runs")
        for name in ("quantri", *PEOPLE):
            url = f"http://127.0.0.1:{self.centre.http_port}/api/v1/"
            self._clients[name] = httpx.Client(base_url=url, trust_env=False, timeout=10)
        self._send("quantri", "invitations", {"code": self.centre.invitation, "password": WORD})
        self._log_in("quantri", WORD)
        for name, role in PEOPLE.items():
            self._send("quantri", "accounts", {"username": name, "password": WORD, "roles": [role]})
            self._log_in(name, WORD)
        self._send("quantri", "areas", {"id": COMMUNE, "kind": "commune", "name": "Xã"})
        joining = [horn.enrol(self._invite(horn)) for horn in self.loudspeakers]
        for pitch in (440, 523, 659, 784):
            uploaded = self._clients["soan"].post("recordings", files={"file": ("tone.wav", tone(pitch))})
            uploaded.raise_for_status()
            body = {"title": f"{pitch} Hz", "recording": uploaded.json()["sha256"]}
            self._bulletins.append(str(self._send("soan", "bulletins", body)["id"]))
        assert [enrolment.wait() for enrolment in joining] == [0] * len(self.loudspeakers)
        for horn in self.loudspeakers:
            horn.start()

    def plan(self, periods: int) -> OnAir:
        """Approved broadcasts for so many periods, densely one after the other."""
        first = float(int(time.time() + TO_PLAN))
        for number, at_once in enumerate(ROUNDS):
            for areas in at_once:
                programme = self._propose(self._clients["soan"], areas, first + EVERY * number, repeats=periods)
                self._approve(self._clients["soan"], programme)
        assert time.time() < first - 5, "this machine is too slow to plan them in time"
        gaps = [float(PERIOD * number + EVERY * len(ROUNDS)) for number in range(0, periods, 2)]
        return OnAir(first, PERIOD * periods, gaps)

    def all_are_ready(self) -> bool:
        listed = self._clients["soan"].get("occurrences").json()
        return all(one["ready"] == one["planned"] > 0 for one in listed)

    def write_news(self, at: float) -> None:
        """One more broadcast, while things happen: whoever is refused or not heard tries again until it is too late."""
        writer = threading.Thread(target=self._keep_trying, args=(at, self._random.choice(VILLAGES)), daemon=True)
        writer.start()
        self._writers.append(writer)

    def close(self) -> None:
        for horn in self.loudspeakers:
            horn.close()
        for writer in self._writers:
            writer.join(PATIENCE)
        for client in self._clients.values():
            client.close()

    def _keep_trying(self, at: float, village: str) -> None:
        # A client is for one thread; the accounts' words are the same.
        with httpx.Client(base_url=self._clients["soan"].base_url, trust_env=False, timeout=3) as client:
            client.headers = self._clients["soan"].headers
            programme = ""
            while time.time() < at - 2:
                with suppress(httpx.HTTPError):
                    programme = programme or self._propose(client, (village,), at)
                    self._approve(client, programme)
                    return
                time.sleep(0.5)

    def _invite(self, horn: Loudspeaker) -> str:
        place = {"id": horn.village, "parent": COMMUNE, "kind": "village", "name": horn.village}
        self._send("quantri", "areas", place)
        asked = {"device": horn.name, "area": horn.village, "name": horn.name}
        return str(self._send("quantri", "enrolment-codes", asked)["code"])

    def _propose(self, client: httpx.Client, areas: tuple[str, ...], at: float, repeats: int = 1) -> str:
        body = {
            "bulletin": self._random.choice(self._bulletins),
            "areas": list(areas),
            "when": {"at": datetime.fromtimestamp(at, UTC).isoformat()},
            "manner": {"repeats": repeats, "gap": PERIOD - SECONDS - 0.5},
        }
        answer = client.post("programmes", json=body)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def _approve(self, client: httpx.Client, programme: str) -> None:
        for name, step in (("soan", "submit"), ("duyet", "approve")):
            whose = {"Authorization": self._clients[name].headers["Authorization"]}
            answer = client.post(f"programmes/{programme}/{step}", headers=whose)
            # In conflict with what was done before: by us, who did not hear the answer.
            if answer.status_code != httpx.codes.CONFLICT:
                answer.raise_for_status()

    def _log_in(self, name: str, password: str) -> None:
        answer = self._clients[name].post("session", json={"username": name, "password": password})
        answer.raise_for_status()
        self._clients[name].headers["Authorization"] = f"Bearer {answer.json()['token']}"
        self._clients[name].cookies.clear()

    def _send(self, who: str, path: str, body: dict[str, object]) -> dict[str, object]:
        answer = self._clients[who].post(path, json=body)
        assert answer.is_success, answer.text
        made: dict[str, object] = answer.json()
        return made
