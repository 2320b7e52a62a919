"""`loa alert stop`: silence, with nothing but the signing key and the way to the broker."""

from __future__ import annotations

import secrets
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from controller.fleet.broker.access import STOPPER, stop_password
from devices.clock import Clock, SystemClock
from devices.link.mqtt import MqttLink
from devices.link.port import Inbound, Link
from devices.link.settings import MqttSettings, Tls
from devices.protocol.codec import decode, encode
from devices.protocol.errors import WireError
from devices.protocol.messages import AreaUrgent
from devices.protocol.signing import SigningKey, unseal
from devices.protocol.topics import AreaChannel, AreaTopic, SiteId, Topics, is_name
from schedules.programme import AreaId

BAD_INPUT, FAULT = 2, 1
CONNECT, LISTEN, STORE = 10.0, 1.0, 10.0
"""Seconds that the connection, the broker's memory and its answers may take."""
HOLDS = timedelta(days=1)


class Silencer:
    """Learns from the broker what areas were told, so that the stop comes after it, and tells them all stop."""

    def __init__(self, topics: Topics, key: SigningKey, clock: Clock) -> None:
        self._topics = topics
        self._key = key
        self._clock = clock
        self.serials: dict[AreaId, int] = {}

    def hear(self, message: Inbound) -> None:
        """What the broker has kept for an area."""
        try:
            topic = self._topics.parse(message.topic)
        except WireError:
            return
        if isinstance(topic, AreaTopic):
            known = self.serials.get(topic.area, 0)
            self.serials[topic.area] = max(known, self._serial(message) if topic.channel is AreaChannel.URGENT else 0)

    def _serial(self, message: Inbound) -> int:
        public = self._key.public
        try:
            opened = unseal(
                message.payload,
                topic=message.topic,
                now=None,
                find_key=lambda kid: public if kid == public.id else None,
            )
            return decode(opened.payload, AreaUrgent).serial
        except WireError:
            return 0

    def sealed(self, area: AreaId, silence: timedelta) -> tuple[str, bytes]:
        """The topic and the order of silence for one area."""
        now = self._clock.now()
        topic = self._topics.area(area, AreaChannel.URGENT)
        order = AreaUrgent(
            area=area,
            serial=max(_milliseconds(now), self.serials.get(area, 0) + 1),
            issued_at=now,
            until=now + max(HOLDS, silence),
            stopped_at=now,
            silent_until=now + silence,
        )
        return topic, self._key.seal(encode(order), topic=topic, issued_at=now, expires_at=order.until)


def send(link: Link, silencer: Silencer, areas: tuple[AreaId, ...], silence: timedelta) -> threading.Semaphore:
    """Offers the order to every area; the semaphore is released once for each that the broker has stored."""
    stored = threading.Semaphore(0)
    for area in areas:
        topic, sealed = silencer.sealed(area, silence)
        link.publish(topic, sealed, retain=True, on_stored=stored.release)
    return stored


def run_stop(
    key: Path, broker: str, site: str, areas: list[str], everywhere: bool, minutes: float, ca_file: Path | None = None
) -> int:
    """0 when the broker holds the order for every area, 1 when it does not, 2 for bad input."""
    wrong = _wrong(areas, everywhere, minutes, site)
    if wrong:
        return _said(wrong, BAD_INPUT)
    try:
        signing, (host, port, secured) = SigningKey.from_pem(key.read_bytes()), _address(broker)
    except OSError as trouble:
        return _said(f"{key} cannot be read: {trouble.strerror}.", BAD_INPUT)
    except ValueError as trouble:
        return _said(f"{trouble}", BAD_INPUT)
    clock, topics = SystemClock(), Topics(SiteId(site))
    silencer = Silencer(topics, signing, clock)
    connected = threading.Event()
    settings = MqttSettings(
        host,
        port,
        client_id=f"{STOPPER}.{secrets.token_hex(4)}",
        username=STOPPER,
        password=stop_password(signing),
        tls=Tls(ca_file) if secured else None,
        keep_session=False,
        retry_first=0.5,
    )
    link = MqttLink(settings, silencer.hear, clock=clock, on_connected=connected.set)
    link.subscribe(*topics.to_every_area())
    link.start()
    try:
        if not connected.wait(CONNECT):
            return _said(f"No connection to {host}:{port}: {link.trouble or 'it does not answer'}.", FAULT)
        threading.Event().wait(LISTEN)
        chosen = tuple(sorted(silencer.serials)) if everywhere else tuple(AreaId(area) for area in areas)
        stored = send(link, silencer, chosen, timedelta(minutes=minutes))
        count = sum(stored.acquire(timeout=STORE) for _ in chosen)
    finally:
        link.stop()
    print(f"Dừng toàn bộ / all stop: {', '.join(chosen) or '(no area is known to the broker)'}")
    return 0 if chosen and count == len(chosen) else FAULT


def _wrong(areas: list[str], everywhere: bool, minutes: float, site: str) -> str:
    if bool(areas) is everywhere:
        return "Name areas with --area, or say --all."
    if not all(is_name(name) for name in (*areas, site)):
        return "An area or site is 1 to 63 of a-z, 0-9 and '-'."
    return "" if 0 <= minutes <= 24 * 60 else "All stop holds for at most a day."


def _address(broker: str) -> tuple[str, int, bool]:
    """ValueError for what is no address."""
    parts = urlsplit(broker if "//" in broker else f"mqtt://{broker}")
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise ValueError("The broker's address is HOST, HOST:PORT, mqtt://HOST:PORT or mqtts://HOST:PORT.")
    secured = parts.scheme == "mqtts"
    return parts.hostname, parts.port or (8883 if secured else 1883), secured


def _milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def _said(sentence: str, code: int) -> int:
    print(f"loa: {sentence}", file=sys.stderr)
    return code
