"""A Mosquitto that somebody else runs, with the dynamic security plugin and an account that may change accounts."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from controller.fleet.broker import dynsec
from controller.fleet.broker.access import Principal
from controller.fleet.broker.dynsec_link import DynsecLink
from controller.fleet.broker.errors import BadBrokerUrl, NotStarted
from controller.fleet.broker.port import BrokerAddress
from devices.clock import Clock
from devices.link.settings import MqttSettings

MQTT_PORT, MQTTS_PORT = 1883, 8883
PATIENCE = 10.0
"""Seconds until a broker that does not let us in counts as absent."""
EXAMPLE = "mqtt://name:password@host:1883 or mqtts://name:password@host:8883"


def where(url: str, ca_file: Path | None) -> tuple[BrokerAddress, SplitResult]:
    """Where a broker is, and its address in parts. BadBrokerUrl unless `url` looks like `EXAMPLE`, but for the name."""
    try:
        parts = urlsplit(url)
        tls = parts.scheme == "mqtts"
        host, port = parts.hostname, parts.port or (MQTTS_PORT if tls else MQTT_PORT)
    except ValueError as wrong:
        raise BadBrokerUrl(f"The broker's address has the form {EXAMPLE}: {wrong}.") from wrong
    if parts.scheme not in ("mqtt", "mqtts") or not host:
        raise BadBrokerUrl(f"The broker's address has the form {EXAMPLE}.")
    return BrokerAddress(host, port, tls, ca_file), parts


class ExternalBroker:
    """See `controller.fleet.broker.port.Broker`. `start` and `stop` concern the connection to it, not the broker."""

    def __init__(self, url: str, *, clock: Clock, ca_file: Path | None = None) -> None:
        """BadBrokerUrl unless `url` looks like `EXAMPLE`. Without `ca_file` TLS trusts the system's authorities."""
        self._address, parts = where(url, ca_file)
        if not parts.username:
            raise BadBrokerUrl(f"The broker's address has the form {EXAMPLE}.")
        settings = MqttSettings(
            self._address.host,
            self._address.port,
            # Several controllers may use the account at once.
            client_id=f"{dynsec.ADMIN.username}.{secrets.token_hex(4)}",
            username=unquote(parts.username),
            password=unquote(parts.password or ""),
            tls=self._address.client_tls(),
        )
        self._admin = DynsecLink(settings, clock)

    @property
    def address(self) -> BrokerAddress:
        return self._address

    def start(self) -> None:
        self._admin.start()
        if not self._admin.wait_connected(PATIENCE):
            trouble = self._admin.trouble or "it does not answer"
            self.stop()
            raise NotStarted(f"No connection to {self._address.host}:{self._address.port}: {trouble}.")

    def stop(self) -> None:
        self._admin.stop()

    def allow(self, principal: Principal, password: str) -> None:
        """NotObeyed when the broker does not take the account."""
        self._admin.tell(dynsec.allow(principal, password))

    def renew(self, principals: Collection[Principal]) -> None:
        """NotObeyed when the broker does not change them."""
        self._admin.renew(principals)

    def revoke(self, username: str) -> None:
        """NotObeyed when the broker does not let go of the account."""
        self._admin.tell(dynsec.revoke(username))
