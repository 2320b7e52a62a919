"""Feeds that are asked again and again. A feed that holds no messages but links to them is followed."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from concurrent.futures import Future, wait
from datetime import timedelta
from functools import partial
from urllib.parse import urljoin, urlsplit

from controller.abreast import Abreast
from controller.alerts.cap.containers import find_alerts, find_links
from controller.alerts.cap.xml import MOST_BYTES
from controller.alerts.errors import NoAlert, Unreadable
from controller.alerts.office import Office
from controller.fetching import Page, Unreachable, fetch
from controller.store import alert_sources
from controller.store.alert_sources import Source, SourceKind
from controller.store.database import Database
from devices.clock import Clock

AT_ONCE = 16
"""Feeds that are asked side by side, so that a slow one delays no other."""
MOST_LINKS = 50
"""Messages that are fetched in one round; the rest follows in the next."""
LONGEST_ROUND = 30.0
"""Seconds after which no further message is asked for in a round."""

log = logging.getLogger(__name__)


class Feeds:
    """`begin` is called by one thread."""

    def __init__(self, database: Database, office: Office, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._abreast = Abreast(AT_ONCE, "feed")

    def begin(self) -> tuple[Future[None], ...]:
        """Has every feed asked whose time has come and that is not being asked; what is under way is returned."""
        now = self._clock.now()
        with self._database.read() as connection:
            feeds = [one for one in alert_sources.everything(connection) if one.kind is SourceKind.FEED]
        for one in feeds:
            if not one.polled_at or now - one.polled_at >= timedelta(seconds=one.poll_seconds):
                self._abreast.begin(one.id, partial(self._poll, one))
        return self._abreast.under_way

    def poll(self) -> None:
        """As `begin`, but waits until all have answered or were given up."""
        wait(self.begin())

    def _poll(self, source: Source) -> None:
        try:
            page, known, trouble = self._ask(source)
        except Exception as wrong:  # one feed must not keep the others from being asked
            log.exception("feed %s stumbled", source.id)
            page, known, trouble = None, source.links, type(wrong).__name__
        now = self._clock.now()
        etag = modified = ""  # after a trouble the whole is asked for again, and what is known of it skipped
        if page and not trouble:
            etag, modified = page.etag or source.etag, page.modified or source.modified
        elif trouble:
            log.warning("feed %s: %s", source.id, trouble)
        with self._database.write() as connection:
            if page is not None:
                alert_sources.heard(connection, source.id, now)
            alert_sources.polled(connection, source.id, now, etag=etag, modified=modified, links=known, trouble=trouble)

    def _ask(self, source: Source) -> tuple[Page | None, tuple[str, ...], str]:
        """What the feed answered, if that was a feed; which of its links are known now, and what went wrong."""
        headers = {"If-None-Match": source.etag, "If-Modified-Since": source.modified}
        try:
            page = self._fetch(source, source.url, {name: value for name, value in headers.items() if value})
            if page.status == 304:
                return page, source.links, ""
            links = find_links(page.body)
            if links is None or _holds_alerts(page.body):
                self._office.take_in(source.id, page.body)
        except (Unreachable, Unreadable) as wrong:
            return None, source.links, str(wrong)
        return page, *self._follow(source, links or ())

    def _follow(self, source: Source, links: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
        """Which of `links` are known now, and the last trouble: one that fails keeps no other from being heard."""
        known = {_mark(link) for link in links} & set(source.links)
        trouble, began = "", self._clock.monotonic()
        new = [link for link in links if _mark(link) not in known]
        for count, link in enumerate(new):
            if count >= MOST_LINKS or self._clock.monotonic() - began > LONGEST_ROUND:
                trouble = f"{len(new) - count} messages are left for the next round."
                break
            try:
                self._office.take_in(source.id, self._fetch(source, urljoin(source.url, link)).body)
            except Unreachable as wrong:
                trouble = str(wrong)
                continue
            except Unreadable:
                pass  # it is kept as it came, and seen by people
            known.add(_mark(link))
        return tuple(sorted(known)), trouble

    def _fetch(self, source: Source, url: str, headers: Mapping[str, str] | None = None) -> Page:
        own_host = (urlsplit(source.url).hostname or "",) if source.local else ()
        return fetch(url, most_bytes=MOST_BYTES, elapsed=self._clock.monotonic, local=own_host, headers=headers)


def _mark(link: str) -> str:
    """What is remembered of a link."""
    return hashlib.sha256(link.encode("utf-8", "replace")).hexdigest()[:20]


def _holds_alerts(feed: bytes) -> bool:
    """A feed without any is no fault: nothing is wrong in the country, or the messages lie elsewhere."""
    try:
        return bool(find_alerts(feed))
    except NoAlert:
        return False
