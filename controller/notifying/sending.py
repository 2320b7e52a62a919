"""Notices are sent from rows, again and again until they arrive: each at least once, and known by its number."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from concurrent.futures import wait
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from controller.abreast import Abreast
from controller.errors import NotFound
from controller.fetching import Unreachable, fetch
from controller.notifying import people
from controller.notifying.push import Browser, Gone, Push, Told
from controller.notifying.telling import Describe, tell_of_incidents
from controller.notifying.webhook import signed_headers
from controller.store import incidents, notices
from controller.store.channels import Channel, ChannelKind, News, What
from controller.store.database import Database
from controller.store.notices import Notice
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from devices.clock import Clock
from devices.protocol.topics import SiteId

MOST_ATTEMPTS = 20
"""With their pauses these take half a day."""
WORTH_AN_INCIDENT = 4
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
CLAIM = timedelta(minutes=2)
"""Longer than one attempt can take; then whoever claimed it is dead."""
KEPT = timedelta(days=90)
MOST_IN_ONE = 20
_ABREAST = 8
_MOST_ANSWER = 65_536

log = logging.getLogger(__name__)


class Sending:
    """`begin` and `send` are called by one thread."""

    def __init__(self, database: Database, clock: Clock, site: SiteId, describe: Describe, push: Push) -> None:
        self._database = database
        self._clock = clock
        self._site = site
        self._describe = describe
        self._push = push
        self._abreast = Abreast(_ABREAST, "notices")
        self._swept: datetime | None = None

    @property
    def push_key(self) -> str:
        """By which browsers know this site; empty: it is switched off."""
        return self._push.public_key

    def begin(self) -> None:
        """Writes what there is to tell of incidents, and has all that is due sent, each channel for itself."""
        now = self._clock.now()
        with self._database.read() as connection:
            news = bool(incidents.untold(connection, 1))
            due = notices.channels_due(connection, now)
        if news or self._swept is None or now - self._swept > timedelta(days=1):
            due = self._write(now)
        for name in due:
            self._abreast.begin(name, partial(self._send_to, name))

    def _write(self, now: datetime) -> tuple[str, ...]:
        with self._database.write() as connection:
            tell_of_incidents(connection, self._describe, now)
            notices.sweep(connection, now - KEPT)
            self._swept = now
            return notices.channels_due(connection, now)

    def send(self) -> None:
        """As `begin`, but waits until everything was tried."""
        self.begin()
        wait(self._abreast.under_way)

    def test(self, name: str) -> str:
        """Sends a channel a word at once; what went wrong, or nothing. Raises NotFound."""
        now = self._clock.now()
        with self._database.write() as connection:
            channel = notices.channel(connection, name)
            if channel is None:
                raise NotFound("unknown-channel", "There is no channel {channel!r}.", channel=name)
            title = "Loa xã: tin thử"
            facts = {"type": "test", "at": now.isoformat()}
            news = News(What.TEST, "test", title, "Kênh báo tin này hoạt động.", facts, urgent=True)
            number = notices.write_to(connection, channel, news, now)
            (mine,) = (one for one in notices.latest(connection, name, MOST_IN_ONE) if one.id == number)
            claimed = notices.claim(connection, [mine], now + CLAIM)
        return self._deliver(channel, claimed, most=1)

    def _send_to(self, name: str) -> None:
        now = self._clock.now()
        with self._database.write() as connection:
            channel = notices.channel(connection, name)
            found = notices.due(connection, name, now, MOST_IN_ONE)
            claimed = notices.claim(connection, found, now + CLAIM)
        if channel is None or not claimed:
            return
        # A program is told one thing at a time; a person is not rung up twenty times when a switch burns.
        for together in [(one,) for one in claimed] if channel.kind is ChannelKind.WEBHOOK else [claimed]:
            self._deliver(channel, together, most=MOST_ATTEMPTS)

    def _deliver(self, channel: Channel, together: Sequence[Notice], *, most: int) -> str:
        trouble = self._try(channel, together)
        attempt = max(one.attempts for one in together) + 1
        now = self._clock.now()
        again = now + min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE) if trouble and attempt < most else None
        with self._database.write() as connection:
            notices.tried(connection, together, sent_at=None if trouble else now, next_at=again, trouble=trouble)
            subject = Subject(SubjectKind.CHANNEL, channel.id)
            if not trouble:
                incidents.resolve(connection, TroubleKind.NOTICE_UNDELIVERED, subject, now)
            elif attempt >= WORTH_AN_INCIDENT and channel.kind is not ChannelKind.PUSH:
                undelivered = Trouble(TroubleKind.NOTICE_UNDELIVERED, subject, Severity.SERIOUS, facts={"why": trouble})
                incidents.report(connection, undelivered, now)
        return trouble

    def _try(self, channel: Channel, together: Sequence[Notice]) -> str:
        """What went wrong; empty when it arrived."""
        try:
            if channel.kind is ChannelKind.WEBHOOK:
                self._post(channel, together[0])
            elif channel.kind is ChannelKind.PUSH:
                self._push.tell(Browser.of(channel.address), pushed(together), local=channel.local)
            else:
                title, text = letter(together)
                people.tell(channel.address, title, text, local=channel.local)
        except Gone as gone:
            self._forget(channel)
            return str(gone)
        except Unreachable as wrong:
            log.warning("channel %s: %s", channel.id, wrong)
            return str(wrong)
        except Exception as wrong:  # the rows say what is left to do, whatever this was
            log.exception("channel %s stumbled", channel.id)
            return type(wrong).__name__
        return ""

    def _forget(self, channel: Channel) -> None:
        with self._database.write() as connection:
            notices.remove_channel(connection, channel.id, self._clock.now())

    def _post(self, channel: Channel, notice: Notice) -> None:
        body = json.dumps({"id": notice.id, **notice.body}, ensure_ascii=False, sort_keys=True).encode()
        fetch(
            channel.address,
            most_bytes=_MOST_ANSWER,
            elapsed=self._clock.monotonic,
            local=(urlsplit(channel.address).hostname or "",) if channel.local else (),
            headers=signed_headers(channel.secret, f"{self._site}-{notice.id}", body, self._clock.now()),
            post=body,
        )


def letter(together: Sequence[Notice]) -> tuple[str, str]:
    """Title and text of one message for all of these. Pure."""
    if len(together) == 1:
        return together[0].body["title"], together[0].body["text"] or together[0].body["title"]
    lines = [f"• {one.body['title']}" + (f"\n{one.body['text']}" if one.body["text"] else "") for one in together]
    return f"{together[0].body['title']} (+{len(together) - 1})", "\n".join(lines)


_PAGES = {"programme": "/programmes", "alert": "/alerts", "incident": "/incidents"}


def pushed(together: Sequence[Notice]) -> Told:
    """What a browser shows of these, and the page that it leads to. Pure."""
    title, text = letter(together)
    kind, _, name = together[0].thread.partition(":")
    alone = {one.thread for one in together} == {together[0].thread}
    about = f"{_PAGES[kind]}/{name}" if alone and kind in _PAGES else "/"
    return Told(
        title, text, about, together[0].thread if alone else "several", any(one.body["urgent"] for one in together)
    )
