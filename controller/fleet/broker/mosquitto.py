"""Mosquitto as a child of the controller: for a commune's box. Its accounts outlive a restart of either."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
from collections.abc import Collection
from pathlib import Path

from controller.fleet.broker import dynsec
from controller.fleet.broker.access import Principal
from controller.fleet.broker.dynsec_link import DynsecLink
from controller.fleet.broker.errors import NotStarted
from controller.fleet.broker.mosquitto_child import (
    MosquittoChild,
    configuration,
    end_orphan,
    find_plugin,
    find_program,
)
from controller.fleet.broker.port import BrokerAddress
from controller.fleet.certificates import ServerFiles
from devices.clock import Clock
from devices.link.settings import MqttSettings

LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")
PATIENCE = 10.0
"""Seconds until a broker that does not come up counts as failed."""
GLANCE = 0.05


class MosquittoBroker:
    """See `controller.fleet.broker.port.Broker`. All its files are in `folder`, readable by nobody else."""

    def __init__(
        self, folder: Path, *, clock: Clock, bind: str = LOOPBACK, port: int = 0, tls: ServerFiles | None = None
    ) -> None:
        """Listens on `port`, or on a free one if that is taken or 0; with `tls`, over nothing else."""
        self._folder = folder.absolute()
        self._clock = clock
        self._bind = bind
        self._wished_port = port
        self._tls = tls
        self._address: BrokerAddress | None = None
        self._child: MosquittoChild | None = None
        self._admin: DynsecLink | None = None
        self._changes: dict[str, tuple[Principal, str] | None] = {}

    @property
    def address(self) -> BrokerAddress:
        if self._address is None:
            raise NotStarted("Mosquitto does not run.")
        return self._address

    def start(self) -> None:
        if self._child is not None:
            return
        program, plugin = find_program(), find_plugin()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        end_orphan(self._folder)
        password = self._write_accounts()
        for port in (self._wished_port, 0):
            free = _free_port(self._bind, port)
            if free is None:
                continue
            settings = self._folder / "mosquitto.conf"
            settings.write_text(configuration(self._folder, self._bind, free, plugin, self._tls))
            host = LOOPBACK if self._bind in EVERYWHERE else self._bind
            self._address = BrokerAddress(host, free, self._tls is not None, self._tls.authority if self._tls else None)
            self._child = child = MosquittoChild(program, settings)
            self._admin = admin = DynsecLink(self._admin_settings(password), self._clock)
            child.start()
            admin.start()
            if self._came_up(child, admin):
                self._changes.clear()
                return
            trouble = child.trouble or admin.trouble
            self.stop()
            if "in use" not in trouble:
                raise NotStarted(f"Mosquitto does not start: {trouble or 'it does not answer'}.")
        raise NotStarted(f"Mosquitto finds no free port on {self._bind}.")

    def read_certificate_again(self) -> None:
        """It was renewed; connections that stand are left standing."""
        if self._child is not None:
            self._child.reload()

    def stop(self) -> None:
        if self._admin is not None:
            self._admin.stop()
        if self._child is not None:
            self._child.stop()
        self._admin = self._child = self._address = None

    def allow(self, principal: Principal, password: str) -> None:
        """NotObeyed when Mosquitto runs and does not take the account."""
        if self._admin is None:
            self._changes[principal.username] = (principal, password)
        else:
            self._admin.tell(dynsec.allow(principal, password))

    def renew(self, principals: Collection[Principal]) -> None:
        """NotStarted before it runs; NotObeyed when it does not change them."""
        if self._admin is None:
            raise NotStarted("Mosquitto does not run.")
        self._admin.renew(principals)

    def revoke(self, username: str) -> None:
        """NotObeyed when Mosquitto runs and does not let go of the account."""
        if self._admin is None:
            self._changes[username] = None
        else:
            self._admin.tell(dynsec.revoke(username))

    def _write_accounts(self) -> str:
        """Makes what was asked for while it did not run so; a new password for the account that changes accounts."""
        file = self._folder / "dynamic-security.json"
        try:
            existing = json.loads(file.read_text()) if file.exists() else None
            password = secrets.token_urlsafe(24)
            changes = {**self._changes, dynsec.ADMIN.username: (dynsec.ADMIN, password)}
            accounts = dynsec.document(existing, changes, lambda: secrets.token_bytes(12))
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            raise NotStarted(f"The accounts in {file} are damaged; restore that file from a backup.") from wrong
        unfinished = file.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(accounts, indent="\t"))
        unfinished.replace(file)
        return password

    def _admin_settings(self, password: str) -> MqttSettings:
        return MqttSettings(
            self.address.host,
            self.address.port,
            client_id=dynsec.ADMIN.username,
            username=dynsec.ADMIN.username,
            password=password,
            tls=self.address.client_tls(),
            retry_first=GLANCE,
            retry_longest=1.0,
        )

    def _came_up(self, child: MosquittoChild, admin: DynsecLink) -> bool:
        for _ in range(int(PATIENCE / GLANCE)):
            if child.trouble:
                return False
            if admin.wait_connected(GLANCE):
                return True
        return False


def _free_port(bind: str, wished: int) -> int | None:
    """`wished`, or any for 0; None if it is taken."""
    with contextlib.suppress(OSError), socket.create_server((bind, wished), family=_family(bind)) as server:
        return int(server.getsockname()[1])
    return None


def _family(bind: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in bind else socket.AF_INET
