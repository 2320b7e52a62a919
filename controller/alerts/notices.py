"""People and programs elsewhere are told of warnings: from rows, again and again until they have it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from controller.errors import Invalid, NotFound, NotNow
from controller.fetching import Unreachable, check_public, fetch
from controller.store import notices
from controller.store.database import Database
from controller.store.notices import Channel, ChannelKind, Notice
from devices.clock import Clock
from devices.protocol.topics import is_name

MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=10)
_AT_ONCE = 20
_MOST_ANSWER = 65_536

log = logging.getLogger(__name__)

Notify = Callable[[str, str, str], bool]
"""Sends (title, text) to an Apprise address; False when it was not taken."""


def by_apprise(address: str, title: str, text: str) -> bool:
    """Unreachable where the library is not installed."""
    try:
        import apprise
    except ModuleNotFoundError as missing:
        raise Unreachable("Apprise is not installed: pip install 'loa-xa[notify]'.") from missing
    sender = apprise.Apprise()
    return bool(sender.add(address) and sender.notify(title=title, body=text))


class Notices:
    """`send` is called by one thread."""

    def __init__(self, database: Database, clock: Clock, notify: Notify = by_apprise) -> None:
        self._database = database
        self._clock = clock
        self._notify = notify

    def add(self, channel: Channel) -> None:
        """Raises Invalid or NotNow."""
        if not is_name(channel.id):
            raise Invalid("bad-id", "An id is 1 to 63 of a-z, 0-9 and '-'.", field="id")
        parts = urlsplit(channel.address)
        schemes = ("http", "https") if channel.kind is ChannelKind.WEBHOOK else (parts.scheme,)
        if not parts.scheme or parts.scheme not in schemes or not parts.netloc:
            raise Invalid("bad-url", "A webhook has an address that begins with https:// or http://.", field="address")
        with self._database.write() as connection:
            if notices.is_known(connection, channel.id):
                raise NotNow("channel-exists", "There is or was already a channel {channel!r}.", channel=channel.id)
            notices.add_channel(connection, replace(channel, added_at=self._clock.now()))

    def remove(self, channel: str) -> None:
        with self._database.write() as connection:
            if not notices.remove_channel(connection, channel, self._clock.now()):
                raise NotFound("unknown-channel", "There is no channel {channel!r}.", channel=channel)

    def send(self) -> int:
        """Sends what is due; returns how many were tried. Each pause is twice as long as the last."""
        now = self._clock.now()
        with self._database.read() as connection:
            waiting = notices.due(connection, now, _AT_ONCE)
        for notice in waiting:
            trouble = self._try(notice)
            again = now + FIRST_PAUSE * 2**notice.attempts if notice.attempts + 1 < MOST_ATTEMPTS else None
            with self._database.write() as connection:
                sent_at = None if trouble else self._clock.now()
                notices.tried(connection, notice, sent_at=sent_at, next_at=again if trouble else None, trouble=trouble)
        return len(waiting)

    def _try(self, notice: Notice) -> str:
        """What went wrong; empty when it arrived."""
        channel = notice.channel
        try:
            if channel.kind is ChannelKind.WEBHOOK:
                body = json.dumps(notice.body, ensure_ascii=False).encode()
                elapsed = self._clock.monotonic
                local = (urlsplit(channel.address).hostname or "",) if channel.local else ()
                headers = {"Content-Type": "application/json"}
                fetch(
                    channel.address, most_bytes=_MOST_ANSWER, elapsed=elapsed, local=local, headers=headers, post=body
                )
                return ""
            host = urlsplit(channel.address).hostname
            if not channel.local and host and "." in host:
                check_public(host)
            taken = self._notify(channel.address, str(notice.body["title"]), str(notice.body["text"]))
            return "" if taken else "It was not taken."
        except Unreachable as wrong:
            return str(wrong)
        except Exception as wrong:  # a library of a hundred services fails in a hundred ways
            log.exception("channel %s stumbled", channel.id)
            return type(wrong).__name__
