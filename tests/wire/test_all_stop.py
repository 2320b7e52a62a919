"""`loa alert stop` reaches the broker with nothing but the signing key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from controller.__main__ import main
from controller.fleet.broker.access import Principal, may_publish, stop_password, stopper
from controller.fleet.broker.embedded import EmbeddedBroker
from devices.clock import SystemClock
from devices.link.mqtt import MqttLink
from devices.link.settings import MqttSettings
from devices.protocol.codec import decode, encode
from devices.protocol.messages import AreaUrgent
from devices.protocol.signing import SigningKey, unseal
from devices.protocol.topics import AreaChannel, DeviceChannel, DeviceId, SiteId, Topics
from schedules.programme import AreaId

TOPICS = Topics(SiteId("xa"))
VILLAGE = AreaId("thon-1")


def test_an_area_is_told_to_stop_after_whatever_it_was_told_before(
    tmp_path: Path, new_reader: Callable[[], object], wait_until: Callable[..., None]
) -> None:
    key, clock = SigningKey.generate(), SystemClock()
    (tmp_path / "key.pem").write_bytes(key.to_pem())
    broker = EmbeddedBroker()
    broker.start()
    try:
        broker.allow(stopper(TOPICS), stop_password(key))
        broker.allow(Principal("all", speaks=("#",), hears=("#",), client_id="all"), "geheim")
        reader = new_reader()
        settings = MqttSettings(broker.address.host, broker.address.port, "all", "all", "geheim")
        link = MqttLink(settings, reader.deliver, clock=clock)  # type: ignore[attr-defined]
        topic = TOPICS.area(VILLAGE, AreaChannel.URGENT)
        link.subscribe(topic)
        link.start()
        wait_until(lambda: link.connected)
        now = clock.now()
        ahead = int(now.timestamp() * 1000) + 3_600_000
        before = AreaUrgent(area=VILLAGE, serial=ahead, issued_at=now, until=now + timedelta(hours=1))
        sealed = key.seal(encode(before), topic=topic, issued_at=now, expires_at=before.until)
        link.publish(topic, sealed, retain=True)
        wait_until(lambda: len(reader.messages) == 1)  # type: ignore[attr-defined]
        address = f"{broker.address.host}:{broker.address.port}"
        assert main(["alert", "stop", "--all", "--key", str(tmp_path / "key.pem"), "--broker", address]) == 0
        wait_until(lambda: len(reader.messages) == 2)  # type: ignore[attr-defined]
        payload = reader.messages[-1].payload  # type: ignore[attr-defined]
        found = unseal(payload, topic=topic, now=clock.now(), find_key={key.id: key.public}.get)
        order = decode(found.payload, AreaUrgent)
        assert order.serial > ahead
        assert order.sounds == ()
        assert order.stopped_at is not None
        link.stop()
    finally:
        broker.stop()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--area", "a", "--all"],
        ["--area", "../x"],
        ["--all", "--minutes", "2000"],
        ["--all", "--broker", "http://x"],
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key.pem").write_bytes(SigningKey.generate().to_pem())
    assert main(["alert", "stop", "--key", str(tmp_path / "key.pem"), *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_key_that_is_none_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key.pem").write_text("no key")
    assert main(["alert", "stop", "--all", "--key", str(tmp_path / "key.pem")]) == 2
    assert main(["alert", "stop", "--all", "--key", str(tmp_path / "missing.pem")]) == 2


def test_its_account_may_tell_areas_and_nobody_else() -> None:
    account = stopper(TOPICS)
    assert may_publish(account, TOPICS.area(VILLAGE, AreaChannel.URGENT))
    assert not may_publish(account, TOPICS.device(DeviceId("loa-1"), DeviceChannel.COMMAND))
