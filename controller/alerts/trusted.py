"""Whose keys are believed on which way: authorities are pinned by an administrator, a source may be held to some."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from controller.alerts.cap.genuine import SourceName
from controller.alerts.cap.trust import Pin, Trust, read_certificates
from controller.alerts.errors import BadTrust
from controller.errors import Invalid
from controller.store import alert_sources
from controller.store.alert_sources import Authority, Source
from controller.store.database import Connection
from controller.store.people import Account
from devices.clock import Clock
from devices.protocol.topics import is_name

BARE = 9999
"""The year until which a key without a certificate is good."""


def trust_for(connection: Connection, source: Source) -> Trust:
    """The keys that count for what comes from `source`."""
    pinned = alert_sources.authorities(connection)
    return _trust(tuple(one for one in pinned if not source.authorities or one.name in source.authorities))


@dataclass(frozen=True, slots=True)
class Pinned:
    """One key that is believed. `until` is None for a bare key, which does not expire."""

    subject: str
    until: datetime | None


def pinned(authority: Authority) -> tuple[Pinned, ...]:
    """What an authority's keys say of themselves; empty where they cannot be read any more."""
    try:
        found = read_certificates(authority.certificates.encode(), authority.name)
    except BadTrust:
        return ()
    return tuple(
        Pinned(one.subject.rfc4514_string(), until if (until := one.not_valid_after_utc).year < BARE else None)
        for one in found
    )


def pin(connection: Connection, authority: Authority, who: Account | None, clock: Clock) -> None:
    """From now on these keys are the authority's. Raises Invalid."""
    if not is_name(authority.name):
        raise Invalid("bad-id", "An id is 1 to 63 of a-z, 0-9 and '-'.", field="name")
    try:
        if not read_certificates(authority.certificates.encode(), authority.name):
            raise BadTrust("It holds no certificate.")
    except BadTrust as wrong:
        raise Invalid(
            "bad-certificate", "These certificates cannot be used: {why}", field="certificates", why=str(wrong)
        ) from wrong
    alert_sources.pin(connection, authority, who.id if who else None, clock.now())


@lru_cache(maxsize=50)
def _trust(pinned: tuple[Authority, ...]) -> Trust:
    return Trust(
        tuple(
            Pin(
                SourceName(one.name),
                tuple(read_certificates(one.certificates.encode(), one.name)),
                frozenset(sender.casefold() for sender in one.senders) if one.senders else None,
                one.subject,
                one.allow_sha1,
                one.ignore_white_space,
            )
            for one in pinned
        )
    )
