"""What a broker promises, whichever it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from controller.fleet.broker.access import Principal
from devices.link.settings import Tls


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """With `tls`, whoever connects trusts the authority in `ca_file`, or the system's where that is None."""

    host: str
    port: int
    tls: bool = False
    ca_file: Path | None = None

    def client_tls(self) -> Tls | None:
        return Tls(self.ca_file) if self.tls else None


class Broker(Protocol):
    """A broker that the controller runs itself. Nobody gets in who was not allowed, anonymous clients never."""

    @property
    def address(self) -> BrokerAddress:
        """Where it listens; NotStarted before `start`."""

    def start(self) -> None:
        """Returns when clients can connect. NotStarted or ProgramMissing says why they cannot."""

    def stop(self) -> None:
        """Takes about a second. Clients are cut off; a broker that was stopped may be started again."""

    def allow(self, principal: Principal, password: str) -> None:
        """Let `principal` in from now on, before or after `start`; an account of that name is replaced."""

    def renew(self, principals: Collection[Principal]) -> None:
        """Those of these accounts that are there may from now on what is said here; their passwords stay."""

    def revoke(self, username: str) -> None:
        """Cut that account off and let it in no more; an unknown one changes nothing."""
