"""Whoever owns the broker, the network or another device cannot speak: each try is refused, counted and shown."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from controller.fleet import keys
from controller.fleet.broker.errors import ProgramMissing
from controller.fleet.broker.mosquitto_child import find_plugin
from controller.monitoring.symptoms import received_badly, subject
from controller.store.tables import outbox
from controller.store.troubles import SubjectKind, TroubleKind
from devices.agent.enrolment import enrol
from devices.agent.settings import Identity
from devices.protocol.topics import AreaChannel, DeviceChannel
from tests.scenarios.hijack.attacks import ATTACKS, FORGED, GENUINE, Attack, order, sealed, urgent_topic
from tests.scenarios.hijack.worlds import VILLAGE, Ledger, MosquittoWorld, TownWorld, World, broadcast

UNHARMED = "after-all-this"


def _mosquitto_is_here() -> None:
    try:
        find_plugin()
    except ProgramMissing as missing:
        (pytest.fail if os.environ.get("LOA_TEST_REQUIRE") == "all" else pytest.skip)(str(missing))


@pytest.fixture(scope="module", params=["town", pytest.param("mosquitto", marks=pytest.mark.long)])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if request.param == "mosquitto":
        _mosquitto_is_here()
    made = (TownWorld if request.param == "town" else MosquittoWorld)(tmp_path_factory.mktemp("commune"))
    yield made
    made.close()


def shown(ledger: Ledger, world: World, reason: str) -> int:
    """How often it happened, says the incident that stands for this reason at this loudspeaker."""
    kind = received_badly(subject(world.identity.device), reason, None).kind
    kind = TroubleKind.DEVICE_REFUSED if kind is TroubleKind.MESSAGE_REFUSED else kind
    of_it = (one for one in ledger.incidents if one.kind is kind and one.subject == subject(world.identity.device))
    return sum(one.count for one in of_it)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_refused_counted_shown_and_never_heard(world: World, attack: Attack) -> None:
    ledger = Ledger(world)
    counted = {reason: ledger.refused.get(reason, 0) for reason in attack.reasons}
    known = {reason: shown(ledger, world, reason) for reason in attack.reasons}
    attack.strike(world)
    for reason in attack.reasons:
        world.until(lambda reason=reason: ledger.refused.get(reason, 0) > counted[reason])  # type: ignore[misc]
        world.until(lambda reason=reason: shown(ledger, world, reason) > known[reason])  # type: ignore[misc]
    assert world.heard(FORGED) == 0
    assert world.heard(GENUINE) <= 1


def test_who_speaks_in_the_name_of_a_device_is_refused_by_the_controller_and_shown(world: World) -> None:
    ledger, topics = Ledger(world), world.app.topics
    before = dict(ledger.refused_here)
    for channel in (DeviceChannel.STATE, DeviceChannel.RECEIPT):
        topic = topics.device(world.identity.device, channel)
        forged = world.stolen.key.seal(b"{}", topic=topic, issued_at=world.now(), expires_at=order(world).until)
        world.say(topic, forged, retain=False)
        key = (channel.value, "bad-signature")
        world.until(lambda key=key: ledger.refused_here.get(key, 0) > before.get(key, 0))  # type: ignore[misc]
    found = [one for one in ledger.incidents if one.kind is TroubleKind.HIJACK_TRY]
    assert any(one.subject.kind is SubjectKind.DEVICE and one.facts.get("refused_here") for one in found)


def letters(world: World) -> Sequence[Any]:
    """What the controller has told, and when the broker had it."""
    with world.app.database.read() as connection:
        return connection.execute(outbox.select()).all()


@pytest.mark.parametrize("rubbish", [b"\x00\xff rubbish", b"", b"e30.e30.e30"], ids=["bytes", "nothing", "jws"])
def test_what_a_thief_left_in_the_broker_is_replaced_at_once(world: World, rubbish: bytes) -> None:
    topics = world.app.topics
    places = (topics.area(VILLAGE, AreaChannel.PLAN), topics.device(world.identity.device, DeviceChannel.CONFIG))
    before = world.kept(places[0])
    broadcast(world.app, world.now() + timedelta(days=2, minutes=len(rubbish)))
    world.until(lambda: world.kept(places[0]) != before)
    genuine = {place: world.kept(place) for place in places}
    world.until(lambda: all(one.sent_at for one in letters(world)))
    with world.app.database.write() as connection:
        connection.execute(outbox.update().values(sent_at=world.now() - timedelta(minutes=2)))
    for place in places:
        world.say(place, rubbish)
    world.until(lambda: {place: world.kept(place) for place in places} == genuine)


def test_after_all_this_the_commune_itself_is_heard(world: World) -> None:
    genuine = order(world, UNHARMED)
    world.say(urgent_topic(world), sealed(world, genuine))
    world.until(lambda: world.heard(UNHARMED) > 0)
    assert world.heard(FORGED) == 0


def _audio(world: World, identity: Identity) -> httpx.Response:
    """What the controller answers to this token, asked for a sound that there is not."""
    address = f"{world.app.settings.url}/audio/{'0' * 64}"
    return httpx.get(address, headers={"Authorization": f"Bearer {identity.audio_token}"}, trust_env=False)


class Hostile(BaseHTTPRequestHandler):
    """Stands where the controller's sounds were: sends others, or sends elsewhere."""

    elsewhere = ""
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.elsewhere:
            self.send_response(302)
            self.send_header("Location", self.elsewhere + self.path)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Length", str(1_000_000))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(bytes(1_000_000))

    def log_message(self, *_: object) -> None: ...


class Trap(Hostile):
    asked: ClassVar[list[str]] = []


class Redirecting(Hostile):
    asked: ClassVar[list[str]] = []


@pytest.fixture
def serve() -> Iterator[Callable[[type[Hostile]], str]]:
    running: list[ThreadingHTTPServer] = []

    def start(kind: type[Hostile]) -> str:
        running.append(ThreadingHTTPServer(("127.0.0.1", 0), kind))
        threading.Thread(target=running[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{running[-1].server_port}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.mark.long
@pytest.mark.parametrize("world", ["mosquitto"], indirect=True)
class TestOnMosquitto:
    def test_a_stolen_device_reaches_no_other_through_an_honest_broker(self, world: MosquittoWorld) -> None:
        """Not even with an order that somebody with the key has sealed for it."""
        topic = urgent_topic(world)
        held, thief = world.kept(topic), world.as_device(world.stolen)
        stored: list[bool] = []
        thief.publish(topic, sealed(world, order(world)), retain=True, on_stored=lambda: stored.append(True))
        world.until(lambda: bool(stored))
        thief.stop()
        assert world.kept(topic) == held
        assert world.heard(FORGED) == 0

    def test_a_device_that_is_shut_out_is_off_the_line_at_once_and_nothing_of_it_counts(
        self, world: MosquittoWorld, tmp_path: Path
    ) -> None:
        ledger, us, device = Ledger(world), world.app.services, world.stolen.device
        session = world.as_device(world.stolen)
        us.enrolment.shut_out(device)
        world.until(lambda: "refused" in session.trouble)
        assert _audio(world, world.stolen).status_code == 401
        topic = world.app.topics.device(device, DeviceChannel.RECEIPT)
        late = world.stolen.key.seal(b"{}", topic=topic, issued_at=world.now(), expires_at=order(world).until)
        counted = ledger.refused_here.get(("receipt", "bad-signature"), 0)
        world.say(topic, late, retain=False)
        world.until(lambda: ledger.refused_here.get(("receipt", "bad-signature"), 0) > counted)
        session.stop()
        code, _ = us.enrolment.invite_again(device)
        joined = enrol(world.app.settings.url, code, tmp_path / "again")
        assert joined.device == device
        assert joined.key.id != world.stolen.key.id
        world.as_device(joined).stop()
        assert _audio(world, joined).status_code == 404
        old = world.link_of(world.stolen)
        world.until(lambda: "refused" in old.trouble)
        old.stop()

    def test_who_joins_again_ends_the_session_of_the_old_key(self, world: MosquittoWorld, tmp_path: Path) -> None:
        us, device = world.app.services, world.stolen.device
        first = enrol(world.app.settings.url, us.enrolment.invite_again(device)[0], tmp_path / "first")
        session = world.as_device(first)
        enrol(world.app.settings.url, us.enrolment.invite_again(device)[0], tmp_path / "second")
        world.until(lambda: "refused" in session.trouble)
        session.stop()

    def test_audio_that_does_not_match_its_hash_is_not_played(
        self, world: MosquittoWorld, serve: Callable[[type[Hostile]], str]
    ) -> None:
        ledger = Ledger(world)
        world.serve_audio_from(serve(Hostile))
        broadcast(world.app, world.now() + timedelta(minutes=20))
        world.until(lambda: "audio-damaged" in {one.reason for one in ledger.incidents})
        assert Hostile.asked

    def test_a_redirecting_audio_server_is_not_followed(
        self, world: MosquittoWorld, serve: Callable[[type[Hostile]], str]
    ) -> None:
        ledger = Ledger(world)
        Redirecting.elsewhere = serve(Trap)
        world.serve_audio_from(serve(Redirecting))
        broadcast(world.app, world.now() + timedelta(minutes=25))
        world.until(lambda: "audio-refused" in {one.reason for one in ledger.incidents})
        assert Redirecting.asked
        assert Trap.asked == []

    def test_a_revoked_key_orders_nothing_any_more(self, world: MosquittoWorld) -> None:
        """The last of all: from here on the commune signs with another key."""
        ledger, home, topics = Ledger(world), world.app.settings.folder, world.app.topics
        keys.revoke(home, topics, keys.read_root(home / keys.ROOT, ""), world.key.id, world.now())
        world.until(lambda: world.kept(topics.keys()) == (home / keys.LIST).read_bytes())
        for _ in range(2):
            counted = ledger.refused.get("bad-signature", 0)
            world.say(urgent_topic(world), sealed(world, order(world)), retain=False)
            world.until(lambda counted=counted: ledger.refused.get("bad-signature", 0) > counted)  # type: ignore[misc]
            world.reboot()
        assert world.heard(FORGED) == 0
        world.say(urgent_topic(world), sealed(world, order(world, "under-the-next-key"), keys.site_key(home)))
        world.until(lambda: world.heard("under-the-next-key") > 0)
