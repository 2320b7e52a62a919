"""The proof: one bulletin for two of three villages, through the public API alone, and what was signed of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

import httpx

from controller.demo.village import PLACES, VILLAGES
from devices.clock import Clock

TEXT = "Kính mời bà con thôn 3 ra nhà văn hóa họp lúc 19h30 ngày 15/8."
CHOSEN = ("thon-2", "thon-3")
LEAD = timedelta(seconds=10)
"""From the editor's click to air time: to approve, publish, fetch and verify, with a margin for a slow machine."""
PATIENCE = 40.0
_PAUSE = 0.2

Json = dict[str, object]


@dataclass(slots=True)
class Proof:
    """What was found. `ok` only if all that were addressed were ready before and played all of it, and no other."""

    ok: bool = False
    speakers: int = 0
    addressed: int = 0
    ready_before_air: int = 0
    played: int = 0
    silent: int = 0
    start_skew_ms: float | None = None
    seconds_total: float = 0.0
    receipts: list[Json] = field(default_factory=list)
    problem: str = ""

    def as_json(self) -> Json:
        return asdict(self)


class Broadcast:
    """The path of one bulletin, step by step, as an editor and an approver walk it."""

    def __init__(self, editor: httpx.Client, approver: httpx.Client, clock: Clock) -> None:
        self._editor = editor
        self._approver = approver
        self._clock = clock

    def prove(self) -> Proof:
        begun = self._clock.monotonic()
        proof = Proof()
        try:
            self._walk(proof)
        except (httpx.HTTPError, TimeoutError) as wrong:
            proof.problem = "; ".join(filter(None, (proof.problem, str(wrong) or type(wrong).__name__)))
        proof.seconds_total = round(self._clock.monotonic() - begun, 2)
        return proof

    def _walk(self, proof: Proof) -> None:
        proof.speakers = len(VILLAGES) * len(PLACES)
        self._wait(lambda: self._online() == proof.speakers, "the loudspeakers did not all come online")
        programme = self._approved_programme()
        occurrence = self._occurrence_of(programme)
        proof.ready_before_air = self._ready_before_air(occurrence)
        try:
            self._wait(lambda: self._settled(occurrence), "receipts are missing")
        finally:
            self._judge(proof, self._read(f"occurrences/{occurrence}"))

    def _approved_programme(self) -> str:
        bulletin = self._send("bulletins", {"title": "Mời họp thôn", "text": TEXT})
        when = {"at": (self._clock.now() + LEAD).isoformat()}
        programme = self._send("programmes", {"bulletin": bulletin["id"], "areas": list(CHOSEN), "when": when})
        self._send(f"programmes/{programme['id']}/submit", {})
        answer = self._approver.post(f"/api/v1/programmes/{programme['id']}/approve")
        answer.raise_for_status()
        return str(programme["id"])

    def _occurrence_of(self, programme: str) -> str:
        def planned() -> list[Json]:
            found: list[Json] = self._get(f"programmes/{programme}/occurrences").json()
            return found

        self._wait(lambda: bool(planned()), "the broadcast was not planned")
        return str(planned()[0]["id"])

    def _ready_before_air(self, occurrence: str) -> int:
        """The last count that was seen before the first loudspeaker was due."""
        ready = 0
        while True:
            found = self._read(f"occurrences/{occurrence}")
            if self._clock.now() >= _moment(found["start"]):
                return ready
            ready = int(str(found["ready"]))
            if ready == found["planned"]:
                return ready
            time.sleep(_PAUSE)

    def _settled(self, occurrence: str) -> bool:
        found = self._read(f"occurrences/{occurrence}")
        return int(str(found["played"])) + int(str(found["failed"])) == found["planned"]

    def _judge(self, proof: Proof, occurrence: Json) -> None:
        facts: list[Json] = occurrence["devices"]  # type: ignore[assignment]
        played = [one for one in facts if one["outcome"] == "played"]
        length = float(str(occurrence["seconds"]))
        proof.addressed, proof.played = len(facts), len(played)
        proof.receipts = [
            {
                "device": one["device"],
                "occurrence": occurrence["id"],
                "started_at": one["started_at"],
                "seconds": one["seconds"],
                "sha256": one["sounds"][0] if one["sounds"] else None,  # type: ignore[index]
            }
            for one in played
        ]
        starts = [_moment(one["started_at"]) for one in played]
        if starts:
            proof.start_skew_ms = round((max(starts) - min(starts)).total_seconds() * 1000, 3)
        expected = {device for device, area in self._devices().items() if area in CHOSEN}
        sounded = {str(one["device"]) for one in played}
        proof.silent = proof.speakers - len(sounded)
        if unheard := sorted(expected - sounded):
            proof.problem = f"no full receipt of {', '.join(unheard)}"
        whole = all(abs(float(str(one["seconds"])) - length) < 0.1 for one in played)
        proof.ok = sounded == expected and whole and proof.ready_before_air == proof.addressed == len(expected)

    def _online(self) -> int:
        return int(str(self._read("status")["online"]))

    def _devices(self) -> dict[str, str]:
        return {one["id"]: one["area"] for one in self._get("devices").json()}

    def _wait(self, done: Callable[[], bool], problem: str) -> None:
        until = self._clock.monotonic() + PATIENCE
        while not done():
            if self._clock.monotonic() > until:
                raise TimeoutError(problem)
            time.sleep(_PAUSE)

    def _get(self, path: str) -> httpx.Response:
        answer = self._editor.get(f"/api/v1/{path}")
        answer.raise_for_status()
        return answer

    def _read(self, path: str) -> Json:
        found: Json = self._get(path).json()
        return found

    def _send(self, path: str, body: Json) -> Json:
        answer = self._editor.post(f"/api/v1/{path}", json=body)
        answer.raise_for_status()
        found: Json = answer.json()
        return found


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
