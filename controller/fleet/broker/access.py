"""Who may say and hear what: the one place, whichever broker enforces it.

No order is safe because of this: devices obey signatures. It keeps a stolen device from listening in on the others,
from speaking in their name, and from flooding the commune.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from devices.link.filters import covers, has_wildcard
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceId, OutsideKind, Topics, is_name

EVERYTHING = "#"
STOPPER = "loa.stop"


@dataclass(frozen=True, slots=True)
class Principal:
    """One account. It may publish on topics that `speaks` covers and subscribe to filters that `hears` covers.

    With `client_id` it may connect under that id only, so that it cannot push another off the line or take over what
    the broker keeps for another. Without, it may use any id that is no other principal's, on brokers that can tell.
    """

    username: str
    speaks: tuple[str, ...]
    hears: tuple[str, ...]
    client_id: str | None


def controller(topics: Topics) -> Principal:
    """Everything of its site."""
    everything = (topics.everything(),)
    return Principal("loa.controller", speaks=everything, hears=everything, client_id="loa.controller")


def observer(name: str = "observer") -> Principal:
    """Hears everything and says nothing. ValueError unless `name` is one that may stand in a topic."""
    if not is_name(name):
        raise ValueError(f"not a name for an observer: {name[:80]!r}")
    return Principal(f"loa.{name}", speaks=(), hears=(EVERYTHING,), client_id=None)


def stopper(topics: Topics) -> Principal:
    """Whoever holds the signing key: may tell areas all stop while the controller is down."""
    everything = topics.to_every_area()
    return Principal(STOPPER, speaks=everything, hears=everything, client_id=None)


def stop_password(key: SigningKey) -> str:
    """The password of `stopper`, which needs to be kept nowhere: the key gives it."""
    return hashlib.sha256(b"all stop\n" + key.to_pem()).hexdigest()


def outsider(topics: Topics, kind: OutsideKind, name: str) -> Principal:
    """A warning service or a gauge: says only what is its own, and hears nothing."""
    return Principal(f"{kind.value}.{name}", speaks=(topics.outside(kind, name),), hears=(), client_id=None)


def device(topics: Topics, device_id: DeviceId) -> Principal:
    """Says only what that device says, and hears what is meant for it or for any area.

    The account has the device's name; no name has a dot in it, so it is never one of the others above.
    """
    return Principal(
        device_id,
        speaks=topics.from_device(device_id),
        hears=(topics.keys(), *topics.to_device(device_id), *topics.to_every_area()),
        client_id=device_id,
    )


def may_publish(principal: Principal, topic: str) -> bool:
    return not has_wildcard(topic) and any(covers(allowed, topic) for allowed in principal.speaks)


def may_subscribe(principal: Principal, topic_filter: str) -> bool:
    return any(covers(allowed, topic_filter) for allowed in principal.hears)
