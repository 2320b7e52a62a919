"""Whom a loudspeaker obeys while it does not yet know whose orders count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from devices.agent.trust import PATIENCE
from devices.protocol.codec import encode
from devices.protocol.messages import SiteKeys
from devices.protocol.signing import SigningKey


class Rooted:
    """A station whose device was given a root key when it was enrolled."""

    def __init__(self, station: Any) -> None:
        self.station = station
        self.root, self.next = SigningKey.generate(), SigningKey.generate()
        station.identity = replace(station.identity, root_key=self.root.public)
        station.boot()
        station.run_for(PATIENCE + 1)
        station.send_config()
        station.run_for(1)

    def tell(self, serial: int, *keys: SigningKey, revoked: tuple[SigningKey, ...] = ()) -> None:
        now, topic = self.station.clock.now(), self.station.topics.keys()
        told = SiteKeys(
            serial=serial,
            issued_at=now,
            keys=tuple(key.public.text for key in keys),
            revoked=tuple(key.id for key in revoked),
        )
        until = now + timedelta(days=3650)
        self.station.deliver(topic, self.root.seal(encode(told), topic=topic, issued_at=now, expires_at=until))

    def come_back(self) -> None:
        self.station.cut_line()
        self.station.run_for(120)
        self.station.mend_line()


@pytest.fixture
def rooted(new_station: Callable[[], Any]) -> Rooted:
    return Rooted(new_station())


def test_an_order_that_waited_in_the_broker_waits_for_the_list_of_keys(rooted: Rooted, an_emergency: Any) -> None:
    station = rooted.station
    rooted.come_back()
    station.send_urgent(1, an_emergency("thief", station.clock.now()))
    station.run_for(PATIENCE / 2)
    assert station.names_heard == []
    rooted.tell(1, rooted.next, revoked=(station.controller,))
    station.run_for(700)
    assert station.names_heard == []
    assert set(station.state.refused) == {"bad-signature"}


def test_the_list_is_waited_for_only_so_long(rooted: Rooted, an_emergency: Any) -> None:
    """Whoever holds it back cannot silence an emergency."""
    station = rooted.station
    rooted.come_back()
    station.send_urgent(1, an_emergency("flood", station.clock.now()))
    station.run_for(PATIENCE + 1)
    assert station.names_heard


def test_who_knows_the_list_waits_no_longer_than_it_takes_to_come_again(rooted: Rooted, an_emergency: Any) -> None:
    station = rooted.station
    rooted.tell(1, station.controller)
    rooted.come_back()
    station.run_for(1)
    station.send_urgent(1, an_emergency("flood", station.clock.now()))
    station.run_for(1)
    assert station.names_heard


def test_what_the_root_key_said_survives_a_power_cut(rooted: Rooted, an_emergency: Any) -> None:
    station = rooted.station
    rooted.tell(1, rooted.next, revoked=(station.controller,))
    station.run_for(1)
    station.restart()
    station.run_for(PATIENCE + 1)
    station.send_urgent(1, an_emergency("thief", station.clock.now()))
    station.run_for(700)
    assert station.names_heard == []
    assert set(station.state.refused) == {"bad-signature"}
