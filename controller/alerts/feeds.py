"""Feeds that are asked again and again. A feed that holds no messages but links to them is followed."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urljoin

from controller.alerts.cap.containers import find_alerts, find_links
from controller.alerts.cap.xml import MOST_BYTES
from controller.alerts.errors import NoAlert, Unreadable
from controller.alerts.fetching import Page, Unreachable, fetch
from controller.alerts.office import Office
from controller.store import alert_sources
from controller.store.alert_sources import Source, SourceKind
from controller.store.database import Database
from devices.clock import Clock

AT_ONCE = 8
"""Feeds that are asked side by side, so that a slow one delays no other."""
MOST_LINKS = 50
"""Messages that are fetched in one round; the rest follows in the next."""
_MOST_KNOWN = 5_000

log = logging.getLogger(__name__)


class Feeds:
    """`poll` is called by one thread."""

    def __init__(self, database: Database, office: Office, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def poll(self) -> int:
        """Asks every feed whose time has come; returns how many that were."""
        now = self._clock.now()
        with self._database.read() as connection:
            feeds = [one for one in alert_sources.everything(connection) if one.kind is SourceKind.FEED]
        due = [one for one in feeds if not one.polled_at or now - one.polled_at >= timedelta(seconds=one.poll_seconds)]
        if due:
            with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="feed") as pool:
                list(pool.map(self._poll, due))
        return len(due)

    def _poll(self, source: Source) -> None:
        page, trouble = Page(304, etag=source.etag, modified=source.modified), ""
        try:
            page = self._fetch(source, source.url, etag=source.etag, modified=source.modified)
            if page.status != 304:
                self._take_in(source, page.body)
        except (Unreachable, Unreadable) as wrong:
            log.warning("feed %s: %s", source.id, wrong)
            trouble = str(wrong)
        except Exception as wrong:  # one feed must not keep the others from being asked
            log.exception("feed %s stumbled", source.id)
            trouble = type(wrong).__name__
        now = self._clock.now()
        with self._database.write() as connection:
            if not trouble:
                alert_sources.heard(connection, source.id, now)
            # A round that failed is done anew as a whole.
            etag, modified = ("", "") if trouble else (page.etag or source.etag, page.modified or source.modified)
            alert_sources.polled(connection, source.id, now, etag=etag, modified=modified, trouble=trouble)

    def _take_in(self, source: Source, body: bytes) -> None:
        links = find_links(body)
        if links is None or _holds_alerts(body):
            self._office.take_in(source.id, body)
        new = [link for link in links or () if (source.id, link) not in self._known][:MOST_LINKS]
        for link in new:
            page = self._fetch(source, urljoin(source.url, link))
            with suppress(Unreadable):  # it is kept as it came, and seen by people
                self._office.take_in(source.id, page.body)
            self._remember(source, link)

    def _remember(self, source: Source, link: str) -> None:
        self._known[(source.id, link)] = None
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)

    def _fetch(self, source: Source, url: str, *, etag: str = "", modified: str = "") -> Page:
        elapsed: Callable[[], float] = self._clock.monotonic
        return fetch(url, most_bytes=MOST_BYTES, elapsed=elapsed, local=source.local, etag=etag, modified=modified)


def _holds_alerts(feed: bytes) -> bool:
    """A feed without any is no fault: nothing is wrong in the country, or the messages lie elsewhere."""
    try:
        return bool(find_alerts(feed))
    except NoAlert:
        return False
