"""Whom this device obeys: the keys of its enrolment, until the root key says otherwise."""

from __future__ import annotations

from devices.agent.journal import Journal
from devices.agent.settings import Identity
from devices.protocol.codec import decode
from devices.protocol.errors import BadSignature, Malformed, Superseded
from devices.protocol.messages import SiteKeys
from devices.protocol.signing import KeyId, VerifyKey, unseal

PATIENCE = 5.0
"""Seconds after a new line that nothing is obeyed before the list of keys has come: an order that waited in the broker
may be from a key that was revoked meanwhile."""


class Trust:
    """What the root key said is written through `journal`, in the caller's transaction, and survives a restart."""

    def __init__(self, identity: Identity, journal: Journal) -> None:
        self._root = identity.root_key
        self._journal = journal
        self._keys = {key.id: key for key in identity.controller_keys}
        self.revoked: frozenset[KeyId] = frozenset()
        self._serial = -1
        self._waits_until: float | None = None
        if (kept := journal.site_keys()) is not None:
            self._follow(decode(kept, SiteKeys))

    def find(self, wanted: KeyId) -> VerifyKey | None:
        return self._keys.get(wanted)

    def is_ours(self, key: KeyId) -> bool:
        """Whether it orders, or once ordered, in earnest."""
        return key in self._keys or key in self.revoked

    def connected(self, elapsed: float) -> None:
        """There is a new line: who has a root key waits for what it says."""
        if self._root is not None:
            self._waits_until = elapsed + PATIENCE

    def waits_until(self, elapsed: float) -> float | None:
        """Until when, by the monotonic clock, nothing else is to be obeyed; None when nothing hinders."""
        if self._waits_until is not None and elapsed >= self._waits_until:
            self._waits_until = None
        return self._waits_until

    def take(self, sealed: bytes, topic: str) -> bool:
        """Follow a list of keys. False when it says nothing new; BadSignature, Superseded or Malformed otherwise.

        It holds whatever its date: who does not know the time must not obey a thief.
        """
        root = self._root
        if root is None:
            raise BadSignature("this device was given no root key")
        opened = unseal(sealed, topic=topic, now=None, find_key=lambda kid: root if kid == root.id else None)
        new = decode(opened.payload, SiteKeys)
        if new.serial < self._serial:
            raise Superseded(f"list of keys {new.serial}; held: {self._serial}")
        self._waits_until = None
        if new.serial == self._serial:
            return False
        self._follow(new)
        self._journal.keep_site_keys(opened.payload)
        return True

    def _follow(self, told: SiteKeys) -> None:
        try:
            keys = [VerifyKey.from_text(text) for text in told.keys]
        except ValueError as wrong:
            raise Malformed(f"a list of keys with something else in it: {wrong}") from wrong
        self.revoked = frozenset(KeyId(kid) for kid in told.revoked)
        self._keys = {key.id: key for key in keys if key.id not in self.revoked}
        self._serial = told.serial
