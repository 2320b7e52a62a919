"""A simulated village: many real agents in one process, each with its own link and its own disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from devices.agent.agent import AgentEvent
from devices.agent.assembly import Shared, make_agent
from devices.agent.enrolment import enrol
from devices.agent.errors import AgentError
from devices.agent.runner import Runner
from devices.agent.settings import IDENTITY_FILE, Identity
from devices.agent.wav_speaker import WavSpeaker
from devices.clock import Clock
from devices.protocol.topics import DeviceId
from devices.simulator.board import pretend_board

Tell = Callable[[dict[str, object]], None]
"""Takes one event as it goes out: `event`, `device`, `at`, and what belongs to it. Called from any thread."""

FAREWELLS = 0.9
"""Seconds for all agents together to say goodbye."""


class Fleet:
    """Loudspeakers that write WAV files into `sound`. What is in `folder` from an earlier run goes on."""

    def __init__(self, controller_url: str, folder: Path, sound: Path, *, clock: Clock, tell: Tell) -> None:
        self._controller_url = controller_url
        self._folder = folder
        self._sound = sound
        self._tell = tell
        # Beside the devices' homes: not one of them.
        self._shared = Shared(clock, folder.with_name(f".{folder.name}-shared"), downloads=4, decoders=2, durable=False)
        self._runners: dict[DeviceId, Runner] = {}
        self._guard = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Run the devices that were enrolled before."""
        for home in sorted(self._folder.iterdir()):
            if (home / IDENTITY_FILE).exists():
                identity = Identity.load(home)
                self._run(identity, home.rename(self._folder / identity.device))

    def enrol(self, code: str) -> None:
        """Let one more device join with `code`, and run it. What goes wrong is told as the event `refused`."""
        joining = self._folder / f".joining-{threading.get_ident()}"
        try:
            identity = enrol(self._controller_url, code, joining, client=self._shared.client)
        except AgentError as wrong:
            self._tell({"event": "refused", "code": code, "vi": wrong.vi, "en": wrong.en})
            return
        home = self._folder / identity.device
        joining.rename(home)
        self._say(identity, AgentEvent("enrolled", self._shared.clock.now()))
        self._run(identity, home)

    def kill(self, device: str) -> None:
        """End one agent rudely, without a farewell: the broker finds out by itself."""
        with self._guard:
            runner = self._runners.pop(DeviceId(device), None)
        if runner is None:
            self._tell({"event": "refused", "device": device, "en": f"no device {device} runs here"})
            return
        runner.stop(rude=True)
        runner.join(FAREWELLS)
        self._tell({"event": "killed", "device": device, "at": self._shared.clock.now().isoformat()})

    def close(self) -> None:
        """All agents say goodbye; returns within a second."""
        with self._guard:
            runners, self._runners = list(self._runners.values()), {}
        for runner in runners:
            runner.stop()
        until = self._shared.clock.monotonic() + FAREWELLS
        for runner in runners:
            runner.join(max(until - self._shared.clock.monotonic(), 0.0))
        self._shared.close()

    def _run(self, identity: Identity, home: Path) -> None:
        shared, device = self._shared, identity.device

        def make_speaker() -> WavSpeaker:
            return WavSpeaker(
                self._sound,
                device,
                spool=home / "spool",
                clock=shared.clock,
                workers=shared.decoders,
                decoder=shared.decoder,
            )

        def tell(event: AgentEvent) -> None:
            self._say(identity, event)

        runner = Runner(
            device,
            lambda nudge: make_agent(
                identity,
                home,
                shared,
                make_speaker,
                nudge=nudge,
                tell=tell,
                board=pretend_board(device, shared.clock),
            ),
            shared.clock,
        )
        with self._guard:
            self._runners[device] = runner
        runner.start()

    def _say(self, identity: Identity, event: AgentEvent) -> None:
        self._tell({"event": event.kind, "device": identity.device, "at": event.at.isoformat(), **event.told})
