"""amqtt inside the controller's process: for the demo, the tests and the town, on loopback only.

It forgets everything when it stops, and what was on its way to a client when the line broke. It does not notice a
client that went silent. Whoever connects under a client id ends that id's session before the password is looked at.
So real devices never meet it.
"""

from __future__ import annotations

import asyncio
import hmac
import threading
from collections.abc import Collection, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakSet

from amqtt.broker import Broker as Amqtt
from amqtt.contexts import Action, BaseContext
from amqtt.errors import BrokerError as AmqttError
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from controller.fleet.broker.access import Principal, may_publish, may_subscribe
from controller.fleet.broker.errors import NotStarted
from controller.fleet.broker.port import BrokerAddress

LOOPBACK = "127.0.0.1"
PATIENCE = 10.0
"""Seconds until a broker that does not start or stop counts as stuck."""

Result = TypeVar("Result")


@dataclass
class Accounts:
    """Who may come in; read by amqtt's thread, changed by any."""

    by_name: dict[str, tuple[Principal, str]] = field(default_factory=dict)

    def principal(self, username: str | None, password: str | None) -> Principal | None:
        """The account, if the password is its own."""
        account = self.by_name.get(username or "")
        if account is None or not hmac.compare_digest(account[1].encode(), (password or "").encode()):
            return None
        return account[0]

    def may_use(self, client_id: str | None, principal: Principal) -> bool:
        if principal.client_id is not None:
            return client_id == principal.client_id
        return all(client_id != other.client_id for other, _ in self.by_name.values())


class Doorkeeper(BaseAuthPlugin, BaseTopicPlugin):
    """Asks `access` for every connection, subscription and message."""

    @dataclass
    class Config:
        accounts: Accounts = field(default_factory=Accounts)

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self._accounts: Accounts = self.config.accounts

    async def authenticate(self, *, session: Session) -> bool | None:
        principal = self._accounts.principal(session.username, session.password)
        if principal is None or not self._accounts.may_use(session.client_id, principal):
            return False
        # amqtt publishes wills without asking, so a will on a foreign topic is refused at the door.
        return not session.will_flag or may_publish(principal, session.will_topic or "")

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool | None:
        account = self._accounts.by_name.get(session.username or "") if session else None
        if account is None or topic is None:
            return False
        if action == Action.PUBLISH:
            return may_publish(account[0], topic)
        return may_subscribe(account[0], topic)


class _Subscriptions(dict[str, list[tuple[Session, int]]]):
    """amqtt walks through this while others come and go: it gets a copy, or it would lose what it was handing out."""

    def __iter__(self) -> Iterator[str]:
        return iter(list(self.keys()))

    def items(self) -> Any:
        return [(topic_filter, list(subscribers)) for topic_filter, subscribers in super().items()]


class _Amqtt(Amqtt):
    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._subscriptions = _Subscriptions()
        self._writers: WeakSet[asyncio.StreamWriter] = WeakSet()

    async def stream_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
    ) -> None:
        # amqtt leaves a socket open when a client goes, or the broker, before the two have greeted each other.
        self._writers.add(writer)
        try:
            await super().stream_connected(reader, writer, listener_name)
        finally:
            writer.close()

    def hang_up(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        # At every connection amqtt 0.12 asks for this once for each filter of each client, and so hands everybody
        # the retained messages that anybody asked for, without any check of rights.
        if any(subscriber is session for subscriber, _ in self.subscriptions.get(subscription[0], ())):
            await super()._publish_retained_messages_for_subscription(subscription, session)

    def port(self) -> int:
        server = self._servers["default"].instance
        assert isinstance(server, asyncio.Server)
        return int(server.sockets[0].getsockname()[1])


class EmbeddedBroker:
    """See `controller.fleet.broker.port.Broker`."""

    def __init__(self, port: int = 0) -> None:
        """Listens on `port`, or on a free one if that is taken or 0."""
        self._wished_port = port
        self._address: BrokerAddress | None = None
        self._accounts = Accounts()
        self._amqtt: _Amqtt | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> BrokerAddress:
        if self._address is None:
            raise NotStarted("The embedded broker does not run.")
        return self._address

    def start(self) -> None:
        if self._thread is not None:
            return
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="embedded broker", daemon=True)
        self._thread.start()
        try:
            self._run(self._open())
        except AmqttError as wrong:
            self._end_thread()
            raise NotStarted(f"The embedded broker does not start: {wrong}") from wrong

    def stop(self) -> None:
        if self._thread is None:
            return
        self._run(self._close())
        self._end_thread()
        self._address = None

    def allow(self, principal: Principal, password: str) -> None:
        self._accounts.by_name[principal.username] = (principal, password)

    def renew(self, principals: Collection[Principal]) -> None:
        known = self._accounts.by_name
        known |= {one.username: (one, known[one.username][1]) for one in principals if one.username in known}

    def revoke(self, username: str) -> None:
        if self._accounts.by_name.pop(username, None) is not None and self._amqtt is not None:
            self._run(self._cut_off(username))

    async def _open(self) -> None:
        for port in (self._wished_port, 0):
            amqtt = _Amqtt(self._config(port))
            try:
                await amqtt.start()
            except AmqttError:
                if port == 0:
                    raise
                continue
            self._amqtt = amqtt
            self._address = BrokerAddress(LOOPBACK, amqtt.port())
            return

    async def _close(self) -> None:
        amqtt, self._amqtt = self._amqtt, None
        if amqtt is not None:
            await amqtt.shutdown()
            amqtt.hang_up()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _config(self, port: int) -> dict[str, Any]:
        door = f"{Doorkeeper.__module__}.{Doorkeeper.__qualname__}"
        return {
            "listeners": {"default": {"type": "tcp", "bind": f"{LOOPBACK}:{port}"}},
            "plugins": {door: {"accounts": self._accounts}},
        }

    async def _cut_off(self, username: str) -> None:
        assert self._amqtt is not None
        for session, handler in list(self._amqtt.sessions.values()):
            if session.username == username and handler.writer is not None:
                await handler.writer.close()

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def _end_thread(self) -> None:
        assert self._loop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()
        self._loop = self._thread = None
