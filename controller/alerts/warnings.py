"""All that deals with warnings, put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from controller.alerts.conduct import Conduct
from controller.alerts.decisions import Decisions
from controller.alerts.feeds import Feeds
from controller.alerts.foreign_stops import ForeignStops
from controller.alerts.forgetting import KEPT_MONTHS, Forgetting
from controller.alerts.gauge_desk import GaugeDesk
from controller.alerts.mirror import Mirror
from controller.alerts.office import Office
from controller.alerts.outside import Outside
from controller.alerts.own_alerts import OwnAlerts
from controller.alerts.sources import Sources
from controller.alerts.voicing import Programmes, Voicing
from controller.happenings import Happenings
from controller.orders import Orders
from controller.speech.desk import Speech
from controller.speech.reading import Lexicon, read
from controller.store import alert_sources
from controller.store.database import Database
from devices.clock import Clock
from devices.link.port import Inbound


class Warnings:
    """`lexicon` gives the commune's own words as they are now."""

    def __init__(
        self,
        database: Database,
        orders: Orders,
        lexicon: Callable[[], Lexicon],
        clock: Clock,
        happenings: Happenings,
        speech: Speech,
        programmes: Programmes,
        folder: Path,
        kept_months: float = KEPT_MONTHS,
    ) -> None:
        with database.write() as connection:
            alert_sources.found_own(connection, clock.now())
        conduct = Conduct(orders, lambda text: read(text, lexicon=lexicon()).spoken, clock)
        self.office = Office(database, conduct, clock, happenings)
        self.decisions = Decisions(self.office, conduct, clock)
        self.sources = Sources(database, clock)
        self.own = OwnAlerts(database, self.office, self.decisions, clock)
        self.mirror = Mirror(folder, self.office, conduct, clock)
        self._feeds = Feeds(database, self.office, clock)
        self.gauges = GaugeDesk(self.office, clock)
        self._outside = Outside(database, self.office, self.gauges, orders.topics)
        self._forgetting = Forgetting(database, clock, kept_months)
        self._stops = ForeignStops(self.office, orders)
        self._voicing = Voicing(database, speech, programmes, clock, self.office.tend)

    def on_told(self, nudge: Callable[[], None]) -> None:
        """`nudge` is called whenever there is something new for the loudspeakers."""
        self.office.on_told(nudge)

    def poll(self) -> None:
        """Asks the feeds whose time has come; takes as long as the slowest."""
        self._feeds.poll()

    def begin_polling(self) -> None:
        """As `poll`, but waits for no feed. Called by one thread."""
        self._feeds.begin()

    def hears(self, message: Inbound) -> bool:
        """Takes in what concerns warnings; False for everything else."""
        return self._stops.hears(message) or self._outside.hears(message)

    def tend(self) -> None:
        """Carries out what stands now; asked every few seconds."""
        self.sources.watch()
        self.gauges.watch()
        self._forgetting.tend()
        self.office.tend()

    def work(self) -> bool:
        """Does one thing that may take its time; False when there was none. Called by one thread."""
        return self._voicing.work()
