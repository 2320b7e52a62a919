"""What devices say is kept, judged and acted upon, and one message that we stumble over stops no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from controller.happenings import Happenings
from controller.monitoring.intake import Intake
from controller.monitoring.presence import Presence
from controller.orders import Orders
from controller.store import areas, fleet, post, refusals
from controller.store.areas import Area, AreaKind
from controller.store.database import Database
from controller.store.fleet import Device
from controller.store.tables import receipts
from devices.clock import HandMovedClock
from devices.link.port import Inbound
from devices.protocol.codec import encode
from devices.protocol.messages import DeviceState, Message, Receipt, ReceiptId
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceChannel, DeviceId, SiteId, Topics
from schedules.outcome import Outcome
from schedules.plan import OccurrenceId
from schedules.programme import AreaId, ProgrammeId
from tests.wire.mutants import mutants

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HORN = DeviceId("loa-1")
TOPICS = Topics(SiteId("an-phu"))


class Desk:
    """The controller's end of the line, and a device that speaks to it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandMovedClock(NOW)
        self.device_key = SigningKey.generate()
        self.said: list[Inbound] = []
        happenings = Happenings()
        presence = Presence(database, self.clock, happenings, heartbeat=30.0)
        orders = Orders(TOPICS, SigningKey.generate(), SigningKey.generate())
        self.intake = Intake(database, TOPICS, orders, presence, self.clock, happenings)
        with database.write() as connection:
            areas.add(connection, Area(AreaId("xa"), None, AreaKind.COMMUNE, "Xã"))
            fleet.add(connection, Device(HORN, AreaId("xa"), "Loa", self.device_key.public.text, 1), "token", NOW)

    def say(self, channel: DeviceChannel, message: Message, *, retained: bool = False, ago: float = 0.0) -> None:
        topic = TOPICS.device(HORN, channel)
        moment = self.clock.now() - timedelta(seconds=ago)
        until = moment + timedelta(days=1)
        sealed = self.device_key.seal(encode(message), topic=topic, issued_at=moment, expires_at=until)
        self.said.append(Inbound(topic, sealed, retained))
        self.intake.keep(self.said[-1])

    @property
    def counted(self) -> dict[tuple[str, str], int]:
        with self.database.read() as connection:
            return {(one.channel, one.reason): one.count for one in refusals.everything(connection)}

    @property
    def online(self) -> bool | None:
        with self.database.read() as connection:
            seen = fleet.last_seen(connection, HORN)
        return None if seen is None else seen.online

    @property
    def kept(self) -> list[str]:
        with self.database.read() as connection:
            return [row.id for row in connection.execute(receipts.select().order_by(receipts.c.sequence))]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def state(sequence: int, *, session: str = "first", online: bool = True) -> DeviceState:
    return DeviceState(device=HORN, session=session, sequence=sequence, at=NOW, online=online)


def receipt(number: int, reason: str = "") -> Receipt:
    return Receipt(
        id=ReceiptId(f"r-{number}"),
        device=HORN,
        sequence=number,
        occurrence=OccurrenceId("20261122T100000Z-0123456789abcdef"),
        programme=ProgrammeId("p-1"),
        outcome=Outcome.MISSED if reason else Outcome.PLAYED,
        reason=reason,
    )


def test_a_message_that_the_database_refuses_stops_no_other(desk: Desk) -> None:
    desk.say(DeviceChannel.RECEIPT, receipt(1))
    desk.say(DeviceChannel.RECEIPT, receipt(2, reason="a zero \x00 byte, which PostgreSQL does not take"))
    desk.say(DeviceChannel.STATE, state(1))
    desk.say(DeviceChannel.RECEIPT, receipt(3))
    assert desk.intake.process() == 4
    assert desk.online
    assert {"r-1", "r-3"} <= set(desk.kept)
    refused = {} if "r-2" in desk.kept else {("receipt", "fault"): 1}
    assert desk.counted == refused
    assert desk.intake.process() == 0


def test_every_receipt_is_acknowledged_also_when_it_comes_again(desk: Desk) -> None:
    for _ in range(2):
        desk.say(DeviceChannel.RECEIPT, receipt(1))
        desk.intake.process()
    assert desk.kept == ["r-1"]
    with desk.database.read() as connection:
        letters = post.unsent(connection, 10)
    assert [letter.topic for letter in letters] == [TOPICS.device(HORN, DeviceChannel.COMMAND)] * 2


def test_a_word_that_the_broker_had_kept_is_as_old_as_it_says(desk: Desk) -> None:
    desk.say(DeviceChannel.STATE, state(7), retained=True, ago=600)
    desk.intake.process()
    assert desk.online is False
    desk.say(DeviceChannel.STATE, state(8))
    desk.intake.process()
    assert desk.online


def test_old_news_and_the_will_of_an_old_session_change_nothing(desk: Desk) -> None:
    desk.say(DeviceChannel.STATE, state(5))
    desk.say(DeviceChannel.STATE, state(3, online=False, session="older"))
    desk.say(DeviceChannel.STATE, state(4))
    desk.intake.process()
    assert desk.online
    desk.say(DeviceChannel.STATE, state(2, online=False))  # the will of this very session
    desk.intake.process()
    assert desk.online is False


def test_what_nobody_may_say_here_is_counted_by_channel_and_reason(desk: Desk) -> None:
    stranger = SigningKey.generate()
    own = TOPICS.device(HORN, DeviceChannel.STATE)
    sealed = stranger.seal(encode(state(1)), topic=own, issued_at=NOW, expires_at=NOW + timedelta(hours=1))
    good = desk.device_key.seal(encode(state(1)), topic=own, issued_at=NOW, expires_at=NOW + timedelta(hours=1))
    late = desk.device_key.seal(encode(state(1)), topic=own, issued_at=NOW, expires_at=NOW - timedelta(hours=1))
    for topic, payload in (
        (own, sealed),
        (own, late),
        (TOPICS.device(HORN, DeviceChannel.RECEIPT), good),
        (TOPICS.device(HORN, DeviceChannel.COMMAND), good),
        ("somewhere/else", good),
        (TOPICS.device(DeviceId("nobody"), DeviceChannel.STATE), good),
    ):
        desk.intake.keep(Inbound(topic, payload, retained=False))
    desk.intake.process()
    assert desk.counted == {
        ("state", "bad-signature"): 2,
        ("state", "expired"): 1,
        ("receipt", "wrong-topic"): 1,
        ("command", "bad-topic"): 1,
        ("unknown", "bad-topic"): 1,
    }
    assert desk.online is None


def test_a_receipt_that_somebody_plays_again_changes_nothing(desk: Desk) -> None:
    desk.say(DeviceChannel.RECEIPT, receipt(1))
    desk.intake.process()
    recorded = desk.said[-1]
    with desk.database.read() as connection:
        before = [tuple(row) for row in connection.execute(receipts.select())]
    for again in (recorded, Inbound(recorded.topic, recorded.payload, retained=True)):
        desk.intake.keep(again)
        desk.intake.process()
    with desk.database.read() as connection:
        assert [tuple(row) for row in connection.execute(receipts.select())] == before


def test_a_device_cannot_speak_for_another_inside_its_own_seal(desk: Desk) -> None:
    for channel, message in (
        (DeviceChannel.STATE, msgspec.structs.replace(state(1), device=DeviceId("loa-2"))),
        (DeviceChannel.RECEIPT, msgspec.structs.replace(receipt(1), device=DeviceId("loa-2"))),
    ):
        desk.say(channel, message)
    desk.intake.process()
    assert desk.counted == {("state", "wrong-topic"): 1, ("receipt", "wrong-topic"): 1}
    assert (desk.online, desk.kept) == (None, [])


@pytest.mark.long
@pytest.mark.parametrize("channel", [DeviceChannel.STATE, DeviceChannel.RECEIPT])
def test_ten_thousand_altered_messages_from_a_device_change_nothing(desk: Desk, channel: DeviceChannel) -> None:
    topic, until = TOPICS.device(HORN, channel), NOW + timedelta(days=1)
    messages = [state(1), state(2)] if channel is DeviceChannel.STATE else [receipt(1), receipt(2)]
    genuine = [desk.device_key.seal(encode(one), topic=topic, issued_at=NOW, expires_at=until) for one in messages]
    for altered in mutants(genuine, 10_000, seed=20_261_122):
        desk.intake.keep(Inbound(topic, altered, retained=False))
    while desk.intake.process():
        pass
    assert desk.counted == {(channel.value, "bad-signature"): 10_000}
    assert (desk.online, desk.kept) == (None, [])
