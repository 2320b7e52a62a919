"""Every way in which somebody tried, or could try, to speak with the commune's loudspeakers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from devices.protocol.codec import encode
from devices.protocol.messages import (
    AreaPlan,
    AreaUrgent,
    DeviceConfig,
    ReceiptsStored,
    Siren,
    SirenPattern,
    UrgentSound,
)
from devices.protocol.signing import SigningKey
from devices.protocol.topics import AreaChannel, DeviceChannel
from schedules.occurrence import Occurrence, OccurrenceId
from schedules.priority import BulletinClass, Late, Resume
from schedules.programme import AreaId, ProgrammeId
from tests.scenarios.hijack.worlds import OTHER_VILLAGE, VILLAGE, Ledger, World, broadcast

FORGED, GENUINE = "forged", "genuine"
HOUR = timedelta(hours=1)
_numbers = itertools.count()


@dataclass(frozen=True)
class Attack:
    """`strike` says what the thief says; the loudspeaker counts it under one of `reasons`."""

    name: str
    strike: Callable[[World], None]
    reasons: tuple[str, ...] = ("bad-signature",)


def order(world: World, name: str = FORGED, *, area: AreaId = VILLAGE, sounds: bool = True) -> AreaUrgent:
    """What would be heard at once if its seal were right."""
    now = world.now()
    number = next(_numbers)
    one = Occurrence(
        id=OccurrenceId(f"{name}-{number}" if name == FORGED else name),
        programme=ProgrammeId(name),
        title="Còi",
        start=now,
        seconds=3.0,
        bulletin_class=BulletinClass.EMERGENCY,
        sounds=(),
        volume=100,
        order=0,
        requested_at=now,
        late=Late.WHOLE,
        grace=3600.0,
        resume=Resume.RESTART,
    )
    said = UrgentSound(occurrence=one, words="Còi", siren=Siren(SirenPattern.WARNING, 1.0))
    serial = int(now.timestamp() * 1000) + number
    return AreaUrgent(area=area, serial=serial, issued_at=now, until=now + HOUR, sounds=(said,) if sounds else ())


def urgent_topic(world: World, area: AreaId = VILLAGE) -> str:
    return world.app.topics.area(area, AreaChannel.URGENT)


def sealed(world: World, message: AreaUrgent, key: SigningKey | None = None, topic: str = "") -> bytes:
    where = topic or urgent_topic(world, message.area)
    until = message.until
    return (key or world.key).seal(encode(message), topic=where, issued_at=message.issued_at, expires_at=until)


def coded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _with_header(world: World, alg: str, sign: Callable[[bytes], bytes]) -> bytes:
    now = world.now().timestamp()
    header = {
        "alg": alg,
        "kid": world.key.id,
        "topic": urgent_topic(world),
        "iat": now,
        "exp": now + 600,
        "jti": "x",
    }
    said = coded(json.dumps(header).encode()) + b"." + coded(encode(order(world)))
    return said + b"." + sign(said)


def unsigned(world: World) -> None:
    world.say(urgent_topic(world), encode(order(world)))


def altered_by_one_bit(world: World) -> None:
    chance = Random(7)
    for _ in range(20):
        altered = bytearray(sealed(world, order(world)))
        altered[chance.randrange(len(altered))] ^= 1 << chance.randrange(8)
        world.say(urgent_topic(world), bytes(altered))


def right_signature_on_another_topic(world: World) -> None:
    world.say(urgent_topic(world), sealed(world, order(world, area=OTHER_VILLAGE)))


def of_another_area_inside(world: World) -> None:
    other = order(world, area=OTHER_VILLAGE)
    world.say(urgent_topic(world), sealed(world, other, topic=urgent_topic(world)))


def expired(world: World) -> None:
    now, topic = world.now(), world.app.topics.area(VILLAGE, AreaChannel.PLAN)
    said = encode(_plan(world))
    world.say(topic, world.key.seal(said, topic=topic, issued_at=now - 2 * HOUR, expires_at=now - HOUR))


def dated_in_the_future(world: World) -> None:
    now = world.now()
    topic = urgent_topic(world)
    world.say(topic, world.key.seal(encode(order(world)), topic=topic, issued_at=now + HOUR, expires_at=now + 2 * HOUR))


def _plan(world: World) -> AreaPlan:
    now = world.now()
    one = order(world).sounds[0].occurrence
    return AreaPlan(area=VILLAGE, serial=2**31 - 1, issued_at=now, until=now + 48 * HOUR, occurrences=(one,))


def replayed_after_a_restart(world: World) -> None:
    """An emergency of the commune's own is heard, and taken back; later the thief plays it again."""
    topic, genuine = urgent_topic(world), sealed(world, order(world, GENUINE))
    world.say(topic, genuine)
    world.until(lambda: world.heard(GENUINE) == 1)
    taken_back = order(world, sounds=False)
    world.say(topic, sealed(world, taken_back))
    world.until(lambda: Ledger(world).obeyed == taken_back.serial)
    world.reboot()
    world.say(topic, genuine)


def command_replayed_after_a_restart(world: World) -> None:
    topic, now = world.app.topics.device(world.identity.device, DeviceChannel.COMMAND), world.now()
    said = encode(ReceiptsStored(receipts=()))
    command = world.key.seal(said, topic=topic, issued_at=now, expires_at=now + HOUR)
    world.say(topic, command, retain=False)
    world.reboot()
    world.say(topic, command, retain=False)


def older_plan_after_a_newer(world: World) -> None:
    """Both are the controller's own; the thief has recorded the older one."""
    topic, recorded = world.app.topics.area(VILLAGE, AreaChannel.PLAN), b""
    for day in (1, 2):
        recorded = before = world.kept(topic)
        broadcast(world.app, world.now() + timedelta(days=day, minutes=-next(_numbers)))
        world.until(lambda before=before: world.kept(topic) != before)  # type: ignore[misc]
    world.say(topic, recorded)


def algorithm_none(world: World) -> None:
    for name in ("none", "None", "NONE", ""):
        world.say(urgent_topic(world), _with_header(world, name, lambda said: b""))


def key_confusion(world: World) -> None:
    """HMAC with what everybody knows, our public key, in each of its forms."""
    public = world.key.public
    forms = (public.text.encode(), base64.urlsafe_b64decode(public.text + "=" * (-len(public.text) % 4)))
    for form in (*forms, public.key.as_pem(private=False)):
        mac = lambda said, form=form: coded(hmac.digest(form, said, hashlib.sha256))  # noqa: E731
        world.say(urgent_topic(world), _with_header(world, "HS256", mac))


def strangers_key_under_our_name(world: World) -> None:
    forged = SigningKey.generate()
    forged.id = world.key.id
    world.say(urgent_topic(world), sealed(world, order(world), forged))


def order_by_a_device(world: World) -> None:
    """The broker that ought to stop it is the thief's."""
    world.say(urgent_topic(world), sealed(world, order(world), world.stolen.key))


def command_of_another_device(world: World) -> None:
    topics, now = world.app.topics, world.now()
    theirs = topics.device(world.stolen.device, DeviceChannel.COMMAND)
    said = encode(ReceiptsStored(receipts=()))
    command = world.key.seal(said, topic=theirs, issued_at=now, expires_at=now + HOUR)
    world.say(topics.device(world.identity.device, DeviceChannel.COMMAND), command, retain=False)


def configuration_of_another_device(world: World) -> None:
    topics = world.app.topics
    theirs = world.kept(topics.device(world.stolen.device, DeviceChannel.CONFIG))
    world.say(topics.device(world.identity.device, DeviceChannel.CONFIG), theirs, retain=False)


def oversized(world: World) -> None:
    for size in (100_000, 600_000, 1_000_000):
        world.say(urgent_topic(world), bytes(size), retain=False)
        world.say(urgent_topic(world), b"eyJhbGciOiJFZERTQSJ9." + b"A" * size + b".AAAA", retain=False)


def deeply_nested(world: World) -> None:
    """Even under our own seal it stops no reader."""
    topic, now = urgent_topic(world), world.now()
    for deep in (b"[" * 100_000, b'{"v":1,"sounds":' * 10_000, b'{"v":1,"area":' + b"[" * 100_000):
        world.say(topic, world.key.seal(deep, topic=topic, issued_at=now, expires_at=now + HOUR), retain=False)
    nested = coded(b'{"alg":' + b"[" * 2_000) + b".AA.AA"
    world.say(topic, nested, retain=False)


def clock_set_back(world: World) -> None:
    """What has expired does not come back to life with it."""
    world.set_clock(-7_200)
    try:
        expired(world)
        world.until(lambda: True)
    finally:
        world.set_clock(7_200)


def reordered(world: World) -> None:
    """The newer of two orders overtakes the older, which asks for sound."""
    older, newer = order(world), order(world, sounds=False)
    for one in (newer, older):
        world.say(urgent_topic(world), sealed(world, one))


def configuration_of_a_stranger(world: World) -> None:
    """Who could say where a device stands could make it obey another village, without quiet hours."""
    topic, now = world.app.topics.device(world.identity.device, DeviceChannel.CONFIG), world.now()
    said = encode(DeviceConfig(device=world.identity.device, serial=2**31 - 1, areas=(OTHER_VILLAGE,)))
    stranger = SigningKey.generate()
    world.say(topic, stranger.seal(said, topic=topic, issued_at=now, expires_at=now + HOUR), retain=False)


ATTACKS = (
    Attack("unsigned", unsigned),
    Attack("altered by one bit", altered_by_one_bit),
    Attack("right signature on another topic", right_signature_on_another_topic, ("wrong-topic",)),
    Attack("for another area inside", of_another_area_inside, ("wrong-topic",)),
    Attack("expired", expired, ("expired",)),
    Attack("dated in the future", dated_in_the_future, ("expired",)),
    Attack("replayed after a restart", replayed_after_a_restart, ("superseded",)),
    Attack("command replayed after a restart", command_replayed_after_a_restart, ("superseded",)),
    Attack("older plan after a newer", older_plan_after_a_newer, ("superseded",)),
    Attack("alg none", algorithm_none),
    Attack("key confusion", key_confusion),
    Attack("stranger's key under our name", strangers_key_under_our_name),
    Attack("order by a device", order_by_a_device),
    Attack("command of another device", command_of_another_device, ("wrong-topic",)),
    Attack("configuration of another device", configuration_of_another_device, ("wrong-topic",)),
    Attack("configuration of a stranger", configuration_of_a_stranger),
    Attack("oversized", oversized),
    Attack("deeply nested", deeply_nested, ("malformed",)),
    Attack("clock set back", clock_set_back, ("expired",)),
    Attack("reordered", reordered, ("superseded",)),
)
