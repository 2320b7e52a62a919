"""The agent on the controller's own box: it watches the cameras that no other device is near, and sounds nothing.

A process of its own, so that whatever a stream does to a decoder, the controller goes on.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

from controller.app import App
from controller.errors import ControllerError
from controller.fleet.cameras import give_to_own_agent, wants_own_agent
from controller.store import areas, fleet
from controller.store.fleet import OWN_AGENT
from devices.agent.enrolment import enrol
from devices.agent.errors import AgentError
from devices.agent.settings import IDENTITY_FILE

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0
PATIENCE = 5.0
"""Seconds that it may take to say farewell."""
NAME = "Máy chủ của xã"


class OwnAgent:
    """Begins with the first camera that waits for it; what ends by itself is begun again. `url` is the controller's."""

    def __init__(self, app: App, url: str, folder: Path) -> None:
        self._app = app
        self._url = url
        self._folder = folder
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._live, name="own agent", daemon=True)

    def __enter__(self) -> OwnAgent:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join(PATIENCE)
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _live(self) -> None:
        while not self._ending.wait(LOOK_EVERY):
            try:
                self._look()
            except (ControllerError, AgentError, OSError) as hindered:
                log.warning("the agent of this box cannot begin yet: %s", hindered)
            except Exception:  # as the worker, it must outlive any mishap
                log.exception("the agent of this box stumbled")

    def _look(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        with self._app.database.read() as connection:
            if not wants_own_agent(connection):
                return
        if not (self._folder / IDENTITY_FILE).exists() and not self._join():
            return
        with self._app.database.write() as connection:
            give_to_own_agent(connection)
        self._app.services.replan()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "devices.agent",
                "run",
                "--folder",
                str(self._folder),
                "--sound",
                f"{self._folder}/sound",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # Ctrl-C reaches the whole group of a terminal; this agent ends when we end it.
            start_new_session=True,
        )

    def _join(self) -> bool:
        """It is enrolled like any other device; false while there is no area to stand in."""
        with self._app.database.read() as connection:
            root = next(iter(areas.tree(connection)), None)
            known = fleet.find(connection, OWN_AGENT) is not None
        if root is None:
            return False
        enrolment = self._app.services.enrolment
        code, _ = enrolment.invite_again(OWN_AGENT) if known else enrolment.invite(OWN_AGENT, root.id, NAME)
        enrol(self._url, code, self._folder, authority=self._app.services.authorities())
        return True
