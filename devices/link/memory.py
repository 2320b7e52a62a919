"""The link inside one process: the same promises as over a real broker, under a hand-moved clock.

Nothing happens by itself. Every step of every message is an event with a due time; `MemoryBroker.pump` lets happen what
is due, in one fixed order, so the same calls and the same seed give the same run. Not for several threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from types import MappingProxyType
from typing import Any

from devices.clock import Clock
from devices.link.agenda import Agenda
from devices.link.backoff import Backoff
from devices.link.faults import Break, Faults, NoFaults
from devices.link.filters import FilterTree, covers, has_wildcard
from devices.link.handover import RETRY_FIRST, RETRY_LONGEST
from devices.link.memory_link import Line, MemoryLink, Session, Undelivered
from devices.link.port import Deliver, Inbound, MakeWill, OnConnected
from devices.link.pulse import SILENCE

__all__ = ["MemoryBroker", "MemoryLink"]

QUEUED = 100_000
"""Messages that wait for one absent client, as many as at the Mosquitto that the controller runs."""


class MemoryBroker:
    """A broker that keeps sessions and retained messages for ever, and breaks on request. Lengths are seconds."""

    def __init__(self, clock: Clock, *, faults: Faults | None = None, keepalive: float = 30.0) -> None:
        self.faults = faults or NoFaults()
        self.lost = 0
        """Messages for absent clients that had too many waiting."""
        self._keepalive = keepalive
        self._agenda = Agenda(clock)
        self._random = Random(0)
        self._sessions: dict[str, Session] = {}
        self._links: dict[str, MemoryLink] = {}
        self._wishes: FilterTree[Session] = FilterTree()
        self._retained: dict[str, bytes] = {}
        self._unreachable: set[str] = set()
        self._delivered = 0

    def link(
        self,
        client_id: str,
        deliver: Deliver,
        *,
        on_connected: OnConnected | None = None,
        will: MakeWill | None = None,
    ) -> MemoryLink:
        """A link that is not started yet. A second one of the same id takes over when it is started."""
        return MemoryLink(self, client_id, deliver, on_connected, will)

    def pump(self) -> int:
        """Lets happen what is due by now, and what follows from it at once; how many messages were delivered."""
        before = self._delivered
        self._agenda.run_due()
        return self._delivered - before

    def next_due(self) -> datetime | None:
        """When `pump` will have something to do again; None while nothing is on its way."""
        return self._agenda.next_due

    @property
    def retained(self) -> Mapping[str, bytes]:
        return MappingProxyType(self._retained)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """What the broker's owner says in whatever name he likes."""
        self._accept(topic, payload, retain)

    def cut(self, client_id: str) -> None:
        """From now on nothing passes. Both ends notice after 1.5 keep-alives, and the will is published."""
        self._unreachable.add(client_id)
        line = self._line(client_id)
        if line is not None and not line.cut:
            line.cut = True
            line.cuts += 1
            self._agenda.after(SILENCE * self._keepalive, self._notice, line, line.cuts)

    def restore(self, client_id: str) -> None:
        """Messages pass again; what was on a line that nobody missed yet arrives now."""
        self._unreachable.discard(client_id)
        line = self._line(client_id)
        if line is not None:
            line.cut = False
            parked, line.parked = line.parked, []
            for happens, what in parked:
                self._agenda.after(0.0, happens, *what)
        if client_id in self._links:
            self._open_later(self._links[client_id])

    def kill(self, client_id: str) -> None:
        """The client's process dies: its link does nothing any more, and the will is published at once."""
        link = self._links.get(client_id)
        if link is not None:
            link.started = False
        line = self._line(client_id)
        if line is not None:
            self._break(line)

    def restart(self) -> None:
        """The broker goes down and comes up again: every line breaks, no will is published, nothing is forgotten."""
        for session in list(self._sessions.values()):
            line = session.line
            if line is not None:
                self._close(line)
                self._open_later(line.link)

    # What links ask for.

    def call_soon(self, happens: Callable[..., None], *what: Any) -> None:
        self._agenda.after(0.0, happens, *what)

    def open_line(self, link: MemoryLink) -> None:
        client_id = link.client_id
        self._links[client_id] = link
        if not link.started or link.line is not None or client_id in self._unreachable:
            return
        session = self._sessions.setdefault(client_id, Session(client_id))
        if session.line is not None:
            if session.line.link is not link:
                session.line.link.started = False
            self._break(session.line)
        line = Line(session, link, link.will() if link.will is not None else None)
        session.line = link.line = line
        link.counts.connections += 1
        for undelivered in session.undelivered:
            self._send_down(line, undelivered)
        self.unsubscribe(line, link.wishes.unwanted)
        self.subscribe(line, link.wishes.wanted)
        if link.on_connected is not None:
            link.call(link.on_connected)

    def leave(self, line: Line) -> None:
        """A farewell behind all that was said before, unless the line is cut: then the broker misses the client later,
        as if it had said nothing."""
        line.link.line = None
        if not line.cut:
            line.will = None
            self._agenda.at(max(line.last_up, self._agenda.now), self._part, line)

    def subscribe(self, line: Line, filters: tuple[str, ...]) -> None:
        if line.cut:
            line.parked.append((self.subscribe, (line, filters)))
            return
        for topic_filter in filters:
            self._wishes.add(topic_filter, line.session)
            for topic in self._retained_under(topic_filter):
                self._queue(line.session, Inbound(topic, self._retained[topic], retained=True))

    def unsubscribe(self, line: Line, filters: tuple[str, ...]) -> None:
        if line.cut:
            line.parked.append((self.unsubscribe, (line, filters)))
            return
        for topic_filter in filters:
            self._wishes.discard(topic_filter, line.session)

    def send(self, line: Line, topic: str, payload: bytes, retain: bool, on_stored: Callable[[], None] | None) -> None:
        fate = self.faults.fate(line.session.client_id, topic)
        due = self._agenda.now + fate.delay
        if not fate.overtaken:
            line.last_up = due = max(due, line.last_up)
        for copy in range(fate.copies):
            tell = on_stored if copy == 0 else None
            self._agenda.at(due, self._arrive, line, topic, payload, retain, tell, fate.breaks)

    # What happens when its time has come.

    def _arrive(
        self,
        line: Line,
        topic: str,
        payload: bytes,
        retain: bool,
        on_stored: Callable[[], None] | None,
        breaks: Break,
    ) -> None:
        if line.broken:
            return
        if line.cut:
            line.parked.append((self._arrive, (line, topic, payload, retain, on_stored, breaks)))
            return
        if breaks is not Break.BEFORE_ARRIVAL:
            self._accept(topic, payload, retain)
        if breaks is not Break.NO:
            self._break(line)
        elif on_stored is not None and line.link.line is line:
            line.link.call(on_stored)

    def _reach(self, line: Line, undelivered: Undelivered, breaks: Break) -> None:
        if line.broken or line.link.line is not line:
            return
        if line.cut:
            line.parked.append((self._reach, (line, undelivered, breaks)))
            return
        if breaks is Break.BEFORE_ARRIVAL:
            self._break(line)
            return
        self._delivered += 1
        if not line.link.call(line.link.deliver, undelivered.message):
            undelivered.backoff = undelivered.backoff or Backoff(RETRY_FIRST, RETRY_LONGEST, self._random)
            self._agenda.after(undelivered.backoff.next(), self._reach, line, undelivered, Break.NO)
        elif breaks is Break.BEFORE_ACKNOWLEDGEMENT:
            self._break(line)
        else:
            line.session.undelivered.pop(undelivered, None)

    def _part(self, line: Line) -> None:
        if not line.broken:
            self._close(line)

    def _notice(self, line: Line, cut: int) -> None:
        if line.cut and line.cuts == cut:
            self._break(line)

    def _accept(self, topic: str, payload: bytes, retain: bool) -> None:
        if retain and payload:
            self._retained[topic] = payload
        elif retain:
            self._retained.pop(topic, None)
        message = Inbound(topic, payload, retained=False)
        for session in self._wishes.matching(topic):
            self._queue(session, message)

    def _queue(self, session: Session, message: Inbound) -> None:
        if len(session.undelivered) >= QUEUED:
            self.lost += 1
            return
        undelivered = Undelivered(message)
        session.undelivered[undelivered] = None
        if session.line is not None:
            self._send_down(session.line, undelivered)

    def _send_down(self, line: Line, undelivered: Undelivered) -> None:
        fate = self.faults.fate(line.session.client_id, undelivered.message.topic)
        due = self._agenda.now + fate.delay
        if not fate.overtaken:
            line.last_down = due = max(due, line.last_down)
        for _ in range(fate.copies):
            self._agenda.at(due, self._reach, line, undelivered, fate.breaks)

    def _break(self, line: Line) -> None:
        if line.broken:
            return
        self._close(line)
        if line.will is not None:
            self._accept(line.will.topic, line.will.payload, retain=True)
        self._open_later(line.link)

    def _close(self, line: Line) -> None:
        line.broken = True
        line.parked.clear()
        line.session.line = None
        if line.link.line is line:
            line.link.line = None

    def _open_later(self, link: MemoryLink) -> None:
        if link.started:
            self._agenda.after(self.faults.reconnection(link.client_id), self.open_line, link)

    def _line(self, client_id: str) -> Line | None:
        session = self._sessions.get(client_id)
        return session.line if session is not None else None

    def _retained_under(self, topic_filter: str) -> list[str]:
        if not has_wildcard(topic_filter):
            return [topic_filter] if topic_filter in self._retained else []
        return [topic for topic in self._retained if covers(topic_filter, topic)]
