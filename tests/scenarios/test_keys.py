"""A signing key is exchanged, stolen, revoked: the commune is heard, the thief is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from controller.fleet import keys
from controller.fleet.keys import BadKeys
from devices.protocol.codec import encode
from devices.protocol.messages import SiteKeys
from devices.protocol.signing import SigningKey
from devices.protocol.topics import AreaChannel
from tests.scenarios.hijack.attacks import FORGED, GENUINE, order, sealed, urgent_topic
from tests.scenarios.hijack.worlds import VILLAGE, Ledger, TownWorld, broadcast

PASSPHRASE = "ba con voi trắng qua cầu"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[TownWorld]:
    made = TownWorld(tmp_path)
    yield made
    made.close()


def folder(world: TownWorld) -> Path:
    return world.app.settings.folder


def root(world: TownWorld) -> SigningKey:
    return SigningKey.from_pem((folder(world) / keys.ROOT).read_bytes())


def rotate(world: TownWorld) -> SigningKey:
    keys.rotate(folder(world), world.app.topics, root(world), world.now())
    world.town.run_for(timedelta(minutes=6))
    return keys.site_key(folder(world))


def revoke(world: TownWorld, key: SigningKey) -> None:
    keys.revoke(folder(world), world.app.topics, root(world), key.id, world.now())
    world.town.run_for(timedelta(minutes=6))


def test_keys_are_exchanged_without_a_word_lost(world: TownWorld) -> None:
    new = rotate(world)
    assert new.id != world.key.id
    # While both count, what was under way under the old key is still obeyed.
    old = order(world, GENUINE)
    world.say(urgent_topic(world), sealed(world, old))
    world.until(lambda: world.heard(GENUINE) == 1)
    world.say(urgent_topic(world), sealed(world, order(world, "under-the-new-key"), new))
    world.until(lambda: world.heard("under-the-new-key") == 1)
    assert Ledger(world).refused == {}


def test_what_the_broker_keeps_is_sealed_anew(world: TownWorld) -> None:
    broadcast(world.app, world.now() + timedelta(days=2))
    world.town.run_for(timedelta(minutes=6))
    topic = world.app.topics.area(VILLAGE, AreaChannel.PLAN)
    before = world.kept(topic)
    new = rotate(world)
    revoke(world, world.key)
    assert world.kept(topic) not in (b"", before)
    held = Ledger(world).plans[VILLAGE]
    world.reboot()
    assert Ledger(world).plans[VILLAGE] == held
    assert keys.site_key(folder(world)).id == new.id


def test_a_plan_from_a_revoked_key_is_refused_also_after_a_restart(world: TownWorld) -> None:
    revoke(world, world.key)
    for _ in range(2):
        refused = Ledger(world).refused.get("bad-signature", 0)
        world.say(urgent_topic(world), sealed(world, order(world)), retain=False)
        world.until(lambda refused=refused: Ledger(world).refused.get("bad-signature", 0) > refused)  # type: ignore[misc]
        world.reboot()
    assert world.heard(FORGED) == 0
    new = keys.site_key(folder(world))
    world.say(urgent_topic(world), sealed(world, order(world, GENUINE), new))
    world.until(lambda: world.heard(GENUINE) == 1)


def test_who_was_away_learns_of_the_theft_before_it_obeys_the_thief(world: TownWorld) -> None:
    device = world.identity.device
    world.town.cut_line(device)
    world.town.run_for(timedelta(minutes=2))
    # It waits in the broker for the loudspeaker to come back, ahead of the news that its key is a thief's.
    world.say(urgent_topic(world), sealed(world, order(world)), retain=False)
    world.say(urgent_topic(world), sealed(world, order(world)))
    revoke(world, world.key)
    world.town.mend_line(device)
    world.until(lambda: Ledger(world).refused.get("bad-signature", 0) >= 2)
    assert world.heard(FORGED) == 0


@pytest.mark.long
def test_what_a_thief_had_ordered_falls_silent_and_hinders_nobody(world: TownWorld) -> None:
    """Even a serial that no later order could pass."""
    forged = order(world)
    one = forged.sounds[0]
    last = type(forged)(area=forged.area, serial=2**53, issued_at=forged.issued_at, until=forged.until, sounds=(one,))
    world.say(urgent_topic(world), sealed(world, last))
    world.until(lambda: Ledger(world).obeyed == 2**53)
    revoke(world, world.key)
    assert Ledger(world).obeyed == 0
    world.say(urgent_topic(world), sealed(world, order(world, GENUINE), keys.site_key(folder(world))))
    world.until(lambda: world.heard(GENUINE) == 1)


def test_only_the_root_key_says_whose_orders_count(world: TownWorld) -> None:
    topic, now, thief = world.app.topics.keys(), world.now(), SigningKey.generate()
    told = SiteKeys(serial=2**53, issued_at=now, keys=(thief.public.text,))
    for key in (thief, world.key, world.stolen.key):
        world.say(topic, key.seal(encode(told), topic=topic, issued_at=now, expires_at=now + timedelta(days=1)))
    world.until(lambda: Ledger(world).refused.get("bad-signature", 0) >= 3)
    world.say(urgent_topic(world), sealed(world, order(world), thief))
    world.until(lambda: Ledger(world).refused.get("bad-signature", 0) >= 4)
    assert world.heard(FORGED) == 0


def test_an_older_list_of_keys_does_not_bring_a_revoked_key_back(world: TownWorld) -> None:
    topic = world.app.topics.keys()
    recorded = world.kept(topic)
    revoke(world, world.key)
    world.say(topic, recorded)
    world.until(lambda: Ledger(world).refused.get("superseded", 0) >= 1)
    world.say(urgent_topic(world), sealed(world, order(world)))
    world.until(lambda: Ledger(world).refused.get("bad-signature", 0) >= 1)
    assert world.heard(FORGED) == 0


def test_the_root_key_is_taken_away_and_still_serves(world: TownWorld, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick" / "root.pem", folder(world)
    keys.take_root_away(home, stick, PASSPHRASE)
    assert not (home / keys.ROOT).exists()
    with pytest.raises(BadKeys, match="cannot be read"):
        keys.read_root(stick, "wrong")
    with pytest.raises(BadKeys, match="taken away"):
        keys.take_root_away(home, stick, PASSPHRASE)
    with pytest.raises(BadKeys, match="not the root key of this site"):
        keys.rotate(home, world.app.topics, SigningKey.generate(), world.now())
    keys.rotate(home, world.app.topics, keys.read_root(stick, PASSPHRASE), world.now())
    world.town.run_for(timedelta(minutes=6))
    world.say(urgent_topic(world), sealed(world, order(world, GENUINE), keys.site_key(home)))
    world.until(lambda: world.heard(GENUINE) == 1)


def test_a_list_that_the_root_key_did_not_sign_stops_the_controller(world: TownWorld) -> None:
    home, now = folder(world), world.now()
    keys.tell(home, world.app.topics, SigningKey.generate(), (world.key.public.text,), (), now)
    with pytest.raises(BadKeys, match="not what the root key signed"):
        keys.trusted(home, world.app.topics, now)
