"""Ten thousand altered messages on each topic: every one is refused and counted, nothing is held, nothing sounds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from devices.link.port import Inbound
from devices.protocol.messages import DeviceConfig, ReceiptsStored, TimeAnswer
from devices.protocol.topics import AreaChannel, DeviceChannel
from tests.wire.mutants import mutants

MANY, AT_ONCE = 10_000, 500


def genuine(station: Any, channel: str, an_occurrence: Any, an_emergency: Any) -> tuple[str, list[bytes]]:
    """A topic, and messages that the loudspeaker would act upon."""
    soon = station.clock.now() + timedelta(minutes=1)
    if channel == "plan":
        topic = station.plan_topic()
        said: list[Any] = [station.plan(serial, [an_occurrence(f"o-{serial}", soon)]) for serial in (8, 9)]
    elif channel == "config":
        topic = station.config_topic()
        said = [DeviceConfig(device=station.device, serial=serial, areas=("elsewhere",)) for serial in (8, 9)]
    elif channel == "command":
        topic = station.topics.device(station.device, DeviceChannel.COMMAND)
        said = [ReceiptsStored(receipts=()), TimeAnswer(question="now", at=soon)]
    else:
        topic = station.topics.area("thon-3", AreaChannel(channel))
        said = [station.order(serial, an_emergency(f"e-{serial}", soon)) for serial in (8, 9)]
    key = station.exercises if channel == "exercise" else None
    return topic, [station.seal(topic, message, key=key) for message in said]


@pytest.mark.long
@pytest.mark.parametrize("channel", ["plan", "urgent", "exercise", "config", "command"])
def test_ten_thousand_altered_messages_change_nothing(
    station: Any, an_occurrence: Any, an_emergency: Any, channel: str
) -> None:
    topic, originals = genuine(station, channel, an_occurrence, an_emergency)
    station.send_config(serial=2, exercise_keys=(station.exercises.public.text,))
    station.send_plan(1, an_occurrence("news", station.clock.now() + timedelta(hours=2)))
    station.run_for(60)
    held = station.state
    for number, altered in enumerate(mutants(originals, MANY, seed=20_261_122), start=1):
        station.agent.receive(Inbound(topic, altered, number % 2 == 0))
        if number % AT_ONCE == 0:
            station.run_for(1)
    station.run_for(3 * 3600)
    after = station.state
    assert sum(after.refused.values()) == MANY
    assert (after.plans, after.urgent, after.exercises) == (held.plans, held.urgent, held.exercises)
    assert station.names_heard == ["news"]
