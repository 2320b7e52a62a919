"""The link over a real broker: MQTT 3.1.1, QoS 1 both ways. The only file that knows paho.

paho acknowledges a message before it is kept, and its own thread may die while `publish` still succeeds. So the thread
is ours, each connection gets a fresh client, paho's callbacks only note what happened, and what they noted is acted
upon after paho has let go of its locks.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from devices.clock import Clock
from devices.link.backoff import Backoff
from devices.link.bell import hang_up
from devices.link.farewell import FAREWELL, part
from devices.link.filters import Wishes, check_topic
from devices.link.handover import Handover
from devices.link.port import REFUSED, Deliver, Inbound, LinkCounts, MakeWill, OnConnected
from devices.link.pulse import Pulse
from devices.link.retry import RetryThread
from devices.link.settings import MqttSettings

log = logging.getLogger(__name__)

IN_FLIGHT = 100
"""Unacknowledged messages on the wire: 1,000 a second over a line with 100 ms of delay. paho looks through all."""
QUEUED = 20_000
"""Messages that may wait for their turn; packet ids have 16 bits, and paho does not notice when one comes round."""
NAP = 1.0
"""Seconds between looks at the keep-alive when nothing happens."""


class MqttLink:
    """See `devices.link.port.Link`. Each link has one thread and, while connected, one socket."""

    def __init__(
        self,
        settings: MqttSettings,
        deliver: Deliver,
        *,
        clock: Clock,
        on_connected: OnConnected | None = None,
        will: MakeWill | None = None,
    ) -> None:
        """ValueError when the certificates cannot be read."""
        self.settings = settings
        self.deliver = deliver
        self.clock = clock
        self.on_connected = on_connected
        self.will = will
        self.tls = settings.tls.context() if settings.tls else None
        self.wishes = Wishes()
        self.counts = LinkCounts()
        self._line: _Line | None = None

    @property
    def connected(self) -> bool:
        line = self._line
        return line is not None and line.connected

    @property
    def trouble(self) -> str:
        line = self._line
        return line.thread.trouble if line is not None else ""

    def start(self) -> None:
        if self._line is None:
            self._begin()

    def stop(self) -> None:
        """Takes less than a second. A thread that still waits for a connection to be made ends by itself, later."""
        self._leave(farewell=True)

    def abandon(self) -> None:
        self._leave(farewell=False)

    def _leave(self, *, farewell: bool) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.end(farewell=farewell)
            line.thread.join(FAREWELL + 0.4)

    def subscribe(self, *filters: str) -> None:
        self.wishes.add(filters)
        if self._line is not None and filters:
            self._line.ask(lambda client: client.subscribe([(topic_filter, 1) for topic_filter in filters]))

    def unsubscribe(self, *filters: str) -> None:
        self.wishes.drop(filters)
        if self._line is not None and filters:
            self._line.ask(lambda client: client.unsubscribe(list(filters)))

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, on_stored: Callable[[], None] | None = None
    ) -> None:
        check_topic(topic)
        line = self._line
        if line is None or not line.publish(topic, payload, retain, on_stored):
            self.counts.dropped += 1

    def check(self) -> None:
        """A thread that hangs in a callback is left behind, and a new one takes over."""
        line = self._line
        if line is not None and (line.pulse.silent or not line.thread.alive):
            log.warning("%s: no life in the connection; starting another", self.settings.client_id)
            self.counts.restarts += 1
            line.end(farewell=False)
            self._begin()

    def _begin(self) -> None:
        """The line is known before it works: the first thing that it calls may already want to speak."""
        self._line = _Line(self)
        self._line.thread.start()


class _Line:
    """One thread, and one connection after the other. What begins with an underscore runs in that thread."""

    def __init__(self, link: MqttLink) -> None:
        settings = link.settings
        backoff = Backoff(settings.retry_first, settings.retry_longest, Random())
        self.connected = False
        self.pulse = Pulse(link.clock, settings.keepalive)
        self.thread = RetryThread(f"mqtt {settings.client_id}", self._one_connection, backoff)
        self._link = link
        self._handover = Handover(link.deliver, link.clock, link.counts)
        self._farewell = False
        self._client: paho.Client | None = None
        # An acknowledgement may come before `publish` has noted whom to tell, and a wish while others are put.
        self._lock = threading.Lock()
        self._waiting: dict[int, Callable[[], None] | None] = {}
        # Noted by paho's callbacks.
        self._accepted = False
        self._arrived: deque[paho.MQTTMessage] = deque()
        self._stored: deque[int] = deque()

    def end(self, *, farewell: bool) -> None:
        self._farewell = farewell and self.connected
        self.connected = False
        self.thread.end()
        if not farewell and (client := self._client) is not None:
            # The thread may hang in a callback; the broker shall know now that nobody listens here.
            hang_up(client.socket())

    def ask(self, question: Callable[[paho.Client], object]) -> None:
        """Puts a subscription to the broker; without a connection, `_greet` will."""
        with self._lock:
            if self._client is not None and self.connected:
                question(self._client)
        self.thread.bell.ring()

    def publish(self, topic: str, payload: bytes, retain: bool, on_stored: Callable[[], None] | None) -> bool:
        """True when the message is on its way."""
        with self._lock:
            if self._client is None or not self.connected:
                return False
            sent = self._client.publish(topic, payload, qos=1, retain=retain)
            if is_sent := sent.rc == paho.MQTT_ERR_SUCCESS:
                self._waiting[sent.mid] = on_stored
        self.thread.bell.ring()
        return is_sent

    def _one_connection(self) -> None:
        client = _client(self._link)
        client.on_connect = self._note_connected
        client.on_message = lambda _client, _data, message: self._arrived.append(message)
        client.on_publish = lambda _client, _data, packet, *_: self._stored.append(packet)
        client.on_subscribe = self._note_granted
        # With this set, paho leaves all writing to our thread, whoever publishes.
        client.on_socket_register_write = lambda *_: self.thread.bell.ring()
        try:
            client.reconnect()
            self._client = client
            self.pulse.begin()
            self._converse(client)
        finally:
            with self._lock:
                self.connected = False
                self._client = None
                self._waiting.clear()
            self.pulse.end()
            self._accepted = False
            self._arrived.clear()
            self._stored.clear()
            self._handover.forget()
            if (unclosed := client.socket()) is not None:
                unclosed.close()

    def _converse(self, client: paho.Client) -> None:
        settings = self._link.settings
        while not self.thread.ended and (line := client.socket()) is not None:
            nap = NAP / 10 if self._handover.holds else min(NAP, settings.keepalive / 4)
            if self.thread.bell.wait(line, want_write=client.want_write(), seconds=nap):
                client.loop_read()
                while isinstance(line, ssl.SSLSocket) and client.socket() is not None and line.pending():
                    client.loop_read()
                self.pulse.beat()
            client.loop_write()
            client.loop_misc()
            self._act(client)
            if self.pulse.age > settings.connect_timeout and not self._accepted:
                self.thread.trouble = "the broker does not answer"
                return
            if self.pulse.age > settings.keepalive:
                self.thread.succeeded()
        if self._farewell:
            part(client, self.thread.bell, self._link.clock, lambda: len(self._stored) >= len(self._waiting))
        elif not self.thread.trouble:
            self.thread.trouble = "the connection was lost"

    def _note_connected(self, _client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._accepted = not reason.is_failure
        trouble = f"{REFUSED}: {reason}"
        if reason.is_failure and trouble != self.thread.trouble:
            self.thread.trouble = trouble
            log.warning("%s: %s", self._link.settings.client_id, trouble)

    def _note_granted(self, _client: paho.Client, _data: Any, _packet: int, reasons: Any, _properties: Any) -> None:
        if refused := sum(reason.is_failure for reason in reasons):
            self._link.counts.refused_filters += refused
            log.warning("%s: the broker refused %d subscriptions", self._link.settings.client_id, refused)

    def _act(self, client: paho.Client) -> None:
        if self._accepted and not self.connected and not self.thread.ended:
            self._greet(client)
        while self._stored and not self.thread.ended:
            with self._lock:
                on_stored = self._waiting.pop(self._stored.popleft(), None)
            if on_stored is not None:
                self._handover.call(on_stored)
        while self._arrived and not self.thread.ended:
            message = self._arrived.popleft()
            self._handover.offer(_inbound(message), partial(client.ack, message.mid, 1) if message.qos else None)
        if not self.thread.ended:
            self._handover.offer_again()

    def _greet(self, client: paho.Client) -> None:
        link = self._link
        with self._lock:
            if unwanted := link.wishes.unwanted:
                client.unsubscribe(list(unwanted))
            if wanted := link.wishes.wanted:
                client.subscribe([(topic_filter, 1) for topic_filter in wanted])
            self.connected = True
        self.thread.trouble = ""
        link.counts.connections += 1
        if link.on_connected is not None:
            self._handover.call(link.on_connected)


def _client(link: MqttLink) -> paho.Client:
    settings = link.settings
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=settings.client_id,
        clean_session=not settings.keep_session,
        protocol=paho.MQTTv311,
        reconnect_on_failure=False,
        manual_ack=True,
    )
    client.username_pw_set(settings.username, settings.password)
    client.connect_timeout = settings.connect_timeout
    client.max_inflight_messages_set(IN_FLIGHT)
    client.max_queued_messages_set(QUEUED)
    client.on_socket_open = _without_nagle
    if link.tls is not None:
        client.tls_set_context(link.tls)
    if link.will is not None:
        will = link.will()
        client.will_set(will.topic, will.payload, qos=1, retain=True)
    client.connect_async(settings.host, settings.port, settings.keepalive)
    return client


def _without_nagle(_client: paho.Client, _data: Any, line: Any) -> None:
    """Small packets leave at once; waiting for company would cost 40 ms per acknowledgement."""
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _inbound(message: paho.MQTTMessage) -> Inbound:
    try:
        topic = message.topic
    except UnicodeDecodeError:
        topic = ""
    return Inbound(topic, bytes(message.payload), message.retain)
