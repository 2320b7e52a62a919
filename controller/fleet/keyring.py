"""The running controller and its keys: whoever exchanges them while it works is followed within seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from controller.fleet.keys import LIST, SIGNING, Trusted, site_key, trusted
from controller.orders import Orders
from controller.store.database import Database
from devices.clock import Clock
from devices.protocol.signing import KeyId, SigningKey, VerifyKey


class Keyring:
    """`follow` is called by one thread; what was exchanged is then sealed anew and told to everybody."""

    def __init__(self, folder: Path, database: Database, orders: Orders, clock: Clock) -> None:
        self._folder = folder
        self._database = database
        self._orders = orders
        self._clock = clock
        self._seen: tuple[int, ...] = ()
        self._known: dict[KeyId, VerifyKey] = {orders.public_key.id: orders.public_key}
        self._then: Callable[[SigningKey], None] = lambda key: None
        self.trusted: Trusted = trusted(folder, orders.topics, clock.now())

    def then(self, act: Callable[[SigningKey], None]) -> None:
        """`act` is called with the new signing key."""
        self._then = act

    def follow(self) -> bool:
        """True when there was something to tell, which is then in the outbox."""
        written = tuple((self._folder / name).stat().st_mtime_ns for name in (LIST, SIGNING))
        if written == self._seen:
            return False
        now, signing = self._clock.now(), site_key(self._folder)
        self.trusted = trusted(self._folder, self._orders.topics, now)
        self._known |= {key.id: key for text in self.trusted.told.keys for key in (VerifyKey.from_text(text),)}
        changed = signing.id != self._orders.public_key.id
        self._orders.use(signing)
        with self._database.write() as connection:
            self._orders.site_keys(connection, self.trusted.sealed, now)
            self._orders.seal_again(connection, lambda kid: None if kid == signing.id else self._known.get(kid), now)
        if changed:
            self._then(signing)
        self._seen = written
        return True
