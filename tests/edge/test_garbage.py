"""Whatever arrives, rightly sealed or not, is acted upon or counted; nothing of it stops the loudspeaker."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from devices.link.port import Inbound
from devices.protocol.codec import encode
from devices.protocol.topics import DeviceChannel

STRANGE = (
    None,
    True,
    -1,
    7,
    1e300,
    2**70,
    "",
    "x",
    "\x00",
    "9999-12-31T23:59:59Z",
    "2026-03-02T05:00:00",
    [],
    {},
    [[[[]]]],
)


def cut(payload: bytes, chance: random.Random) -> bytes:
    """`payload` with a piece cut out or repeated."""
    first = chance.randrange(len(payload))
    last = min(len(payload), first + chance.randrange(1, 40))
    return payload[:first] + chance.choice((b"", payload[first:last] * 2, b"\xff", b"[" * 2_000)) + payload[last:]


def twisted(payload: bytes, chance: random.Random) -> bytes:
    """The message in `payload` with one value, however deep, replaced by a strange one."""
    message = json.loads(payload)
    place = message
    key = "occurrences" if chance.random() < 0.9 else chance.choice([name for name in message if name != "serial"])
    while isinstance(place[key], dict | list) and place[key] and chance.random() < 0.9:
        place = place[key]
        key = chance.choice(list(place)) if isinstance(place, dict) else chance.randrange(len(place))
    place[key] = chance.choice(STRANGE)
    return json.dumps(message).encode()


def test_sealed_nonsense_is_counted_and_the_notice_is_heard(station: Any, an_occurrence: Any) -> None:
    chance = random.Random(20_260_302)
    news = an_occurrence("news", station.clock.now() + timedelta(minutes=30))
    topics = (
        station.plan_topic(),
        station.config_topic(),
        station.topics.device(station.device, DeviceChannel.COMMAND),
    )
    now = station.clock.now()
    for number in range(500):
        topic = chance.choice((topics[0], *topics))
        plan = encode(station.plan(number, [news, replace(news, id="twin")]))
        payload = chance.choice((cut, twisted, twisted))(plan, chance)
        sealed = station.controller.seal(payload, topic=topic, issued_at=now, expires_at=now + timedelta(days=1))
        station.agent.receive(Inbound(topic, chance.choice((sealed, cut(sealed, chance))), False))
        station.run_for(0.01)
    station.send_plan(1_000_000, news)
    station.run_for(3600)
    counted = station.state.refused
    assert 300 < sum(counted.values()) < 500
    assert set(counted) >= {"bad-signature", "malformed"}
    assert station.outcomes == {"news": "played"}
