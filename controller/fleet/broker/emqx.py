"""An EMQX that somebody else runs, set up as `loa emqx` prints: it asks the controller who may come in."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import httpx

from controller.fleet.broker.access import Principal
from controller.fleet.broker.errors import BadBrokerUrl
from controller.fleet.broker.external import where
from controller.fleet.broker.port import BrokerAddress
from controller.store import broker_accounts
from controller.store.broker_accounts import BrokerAccount
from controller.store.database import Database

log = logging.getLogger(__name__)

API_EXAMPLE = "http://key:secret@host:18083 or https://key:secret@host"
PATIENCE = 5.0
"""Seconds that EMQX may take to cut somebody off."""


class EmqxBroker:
    """See `controller.fleet.broker.port.Broker`. Accounts are rows that `Admission` looks up; with `api`, whoever is
    shut out is cut off as well."""

    def __init__(self, url: str, *, ca_file: Path | None = None, api: str = "") -> None:
        """BadBrokerUrl where an address cannot be understood. The accounts are ours: `url` needs none."""
        self._address, _ = where(url, ca_file)
        self._api = _Api(api) if api else None
        self._database: Database | None = None
        self._early: dict[str, BrokerAccount] = {}

    @property
    def address(self) -> BrokerAddress:
        return self._address

    def start(self) -> None:
        """It lets the controller in only when that answers; so nothing is waited for."""

    def stop(self) -> None:
        """It is not ours to stop."""

    def keep_in(self, database: Database) -> None:
        """From now on accounts are rows there, those too that were let in before."""
        self._database = database
        with database.write() as connection:
            for account in self._early.values():
                broker_accounts.keep(connection, account)
        self._early.clear()

    def allow(self, principal: Principal, password: str) -> None:
        """Part of what this thread is writing, if it is."""
        digest = hashlib.sha256(password.encode()).hexdigest()
        account = BrokerAccount(principal.username, principal.client_id, digest)
        if self._database is None:
            self._early[account.username] = account
            return
        with self._database.write() as connection:
            broker_accounts.keep(connection, account)

    def renew(self, principals: Collection[Principal]) -> None:
        """Its rules hold for all devices at once, and are those that `loa emqx` has printed last."""

    def revoke(self, username: str) -> None:
        """It comes in no more, and is cut off once that is written."""
        if self._database is None:
            self._early.pop(username, None)
            return
        with self._database.write() as connection:
            broker_accounts.drop(connection, username)
        if self._api is not None:
            api = self._api
            self._database.afterwards(lambda: api.cut_off(username))


class _Api:
    """The REST API of EMQX, as far as it ends connections."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
        except ValueError as wrong:
            raise BadBrokerUrl(f"The address of EMQX's API has the form {API_EXAMPLE}: {wrong}.") from wrong
        if parts.scheme not in ("http", "https") or not parts.hostname or not (parts.username and parts.password):
            raise BadBrokerUrl(f"The address of EMQX's API has the form {API_EXAMPLE}.")
        self._clients = f"{parts.scheme}://{host}/api/v5/clients"
        self._auth = (unquote(parts.username), unquote(parts.password))

    def cut_off(self, username: str) -> None:
        """Ends all connections and sessions of an account. Where EMQX does not answer it stays connected until it goes
        by itself, and that is logged: nothing that it says counts any more."""
        try:
            with httpx.Client(auth=self._auth, timeout=PATIENCE, trust_env=False) as http:
                found = http.get(self._clients, params={"username": username, "limit": "1000"})
                found.raise_for_status()
                for client in found.json()["data"]:
                    ended = http.delete(f"{self._clients}/{quote(client['clientid'], safe='')}")
                    if ended.status_code != httpx.codes.NOT_FOUND:
                        ended.raise_for_status()
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as wrong:
            log.error("EMQX did not cut %s off: %s", username, wrong)
