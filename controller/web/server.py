"""Serves the web application from a thread of its own."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import uvicorn
from fastapi import FastAPI

_BACKLOG = 128
_FAREWELL = 1
"""Seconds that open streams get to end."""


class WebServer:
    """Answers on `listener` between `start` and `stop`, and closes it; with `certificate` and its key (PEM), over
    HTTPS alone."""

    def __init__(self, app: FastAPI, listener: socket.socket, certificate: tuple[Path, Path] | None = None) -> None:
        self._socket = listener
        config = uvicorn.Config(
            app, log_config=None, access_log=False, timeout_graceful_shutdown=_FAREWELL, lifespan="off", ws="none"
        )
        self._certificate = certificate
        if certificate is not None:
            config.ssl_certfile, config.ssl_keyfile = map(str, certificate)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="web", daemon=True)

    def start(self) -> None:
        # Who comes before the thread is ready waits at the door, instead of finding it closed.
        self._socket.listen(_BACKLOG)
        self._thread.start()

    def read_certificate_again(self) -> None:
        """It was renewed; who comes from now on is shown the new one."""
        if self._certificate is not None and self._server.config.ssl is not None:
            self._server.config.ssl.load_cert_chain(*self._certificate)

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(timeout=3 * _FAREWELL)
        self._socket.close()


def listen(host: str, port: int) -> socket.socket:
    """Holds the address from now on; OSError when it is taken. Port 0 is any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only of a socket that says it is TCP does asyncio send small answers at once; others wait 40 ms for company.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def listen_nearby(host: str, port: int) -> socket.socket:
    """At `port`, or at any free port where that is taken."""
    try:
        return listen(host, port)
    except OSError:
        return listen(host, 0)


def address_of(listener: socket.socket, scheme: str = "http") -> str:
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
