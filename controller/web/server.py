"""Serves the web application from a thread of its own."""

from __future__ import annotations

import socket
import threading

import uvicorn
from fastapi import FastAPI

_FAREWELL = 1
"""Seconds that open streams get to end."""


class WebServer:
    """Listens from the moment it is made, so its address is known; answers between `start` and `stop`."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        """OSError when the address is taken; port 0 is any free one."""
        self._socket = _listen(host, port)
        self.host, self.port = self._socket.getsockname()[:2]
        config = uvicorn.Config(
            app, log_config=None, access_log=False, timeout_graceful_shutdown=_FAREWELL, lifespan="off", ws="none"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="web", daemon=True)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(timeout=3 * _FAREWELL)
        self._socket.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def listen_nearby(app: FastAPI, host: str, port: int) -> WebServer:
    """At `port`, or at any free port where that is taken."""
    try:
        return WebServer(app, host, port)
    except OSError:
        return WebServer(app, host, 0)
