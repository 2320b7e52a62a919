"""Where the broker is, and who we are to it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tls:
    """How to know the broker, and how to be known by it. Without `ca_file` and `ca_text` (PEM) the system's
    authorities are trusted."""

    ca_file: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    ca_text: str | None = None

    def context(self) -> ssl.SSLContext:
        """ValueError when a file is missing or is not what it should be."""
        try:
            context = ssl.create_default_context(cafile=self.ca_file, cadata=self.ca_text)
            if self.certificate is not None:
                context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as wrong:
            raise ValueError(f"the certificates for MQTT cannot be read: {wrong}") from wrong
        return context


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """Lengths are seconds.

    With `keep_session` the broker keeps messages for `client_id` while it is away; nobody else may use that id.
    The broker publishes the will 1.5 `keepalive` after the line went silent.
    """

    host: str
    port: int
    client_id: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Tls | None = None
    keepalive: int = 30
    keep_session: bool = True
    connect_timeout: float = 5.0
    retry_first: float = 2.0
    retry_longest: float = 60.0
