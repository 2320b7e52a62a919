"""The composition root: the only file that knows every part. Parts start in order and stop in reverse."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import partial

from controller.alerts.own_alerts import PHRASES as OWN_PHRASES
from controller.alerts.warnings import Warnings
from controller.alerts.wording import FIXED as ALERT_PHRASES
from controller.auditing.anchors import Anchors
from controller.auditing.proving import Proofs
from controller.broadcasting.approval import Approval
from controller.broadcasting.calendars import CommuneCalendars, windows
from controller.broadcasting.desk import Desk
from controller.broadcasting.dispatcher import Dispatcher
from controller.broadcasting.old_sounds import OldSounds
from controller.broadcasting.own_words import OwnWords
from controller.broadcasting.planner import Planner
from controller.broadcasting.renders import Renders
from controller.broadcasting.rewriting import Rewriting
from controller.broadcasting.standing_orders import UnderStandingOrders
from controller.fleet.broker.admission import Admission
from controller.fleet.broker.port import BrokerAddress
from controller.fleet.by_hand import ByHand
from controller.fleet.certificates import authorities
from controller.fleet.configuration import Configuration
from controller.fleet.enrolment import Enrolment, LetIn, ShutOut
from controller.fleet.keyring import Keyring
from controller.fleet.keys import exercise_key, site_key
from controller.fleet.phrases import FixedPhrases
from controller.happenings import FOUND_BY_LOOKING, Happening, Happenings
from controller.jobs import Job
from controller.monitoring.care import Care
from controller.monitoring.intake import Intake
from controller.monitoring.lookout import Lookout
from controller.monitoring.presence import Presence
from controller.notifying.desk import Channels
from controller.notifying.push import Push
from controller.notifying.sending import Sending
from controller.orders import Orders
from controller.settings import Settings
from controller.speech.desk import Speech
from controller.speech.errors import SpeechError
from controller.speech.phrases import CATALOGUE, FixedPhrase
from controller.store.database import Database
from controller.store.reports import catch_up
from controller.store.sealing import kept_vault
from controller.web.access import STRONG, Access, PasswordHasher
from controller.web.oidc import Oidc
from controller.web.pages.incident_lines import incidents_in_words
from controller.web.pages.writing import save_when_heard
from controller.web.services import Services
from controller.web.site import site
from devices.clock import Clock
from devices.link.port import Deliver, Inbound, Link
from devices.protocol.topics import Topics

log = logging.getLogger(__name__)

Connect = Callable[[Deliver, Callable[[], None]], Link]
"""Makes the controller's link from (what keeps a message, what to do after each connection)."""


class Question(Enum):
    """What the worker can be asked to look after."""

    POST = "post"
    INBOX = "inbox"
    PLAN = "plan"
    PRESENCE = "presence"
    LINK = "link"
    TROUBLE = "trouble"
    ALERTS = "alerts"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Outside:
    """What differs between a commune's box, the demo and the town."""

    connect: Connect
    let_in: LetIn
    shut_out: ShutOut
    broker_address: Callable[[], BrokerAddress]
    tend: Callable[[], None] = lambda: None
    """What else is to be looked after every few minutes."""
    hasher: PasswordHasher = STRONG
    phrases: tuple[FixedPhrase, ...] = (*ALERT_PHRASES, *OWN_PHRASES, *CATALOGUE)


class App:
    """The controller. `answer` does all that was asked for: in a thread of its own, or in the town by hand."""

    def __init__(self, settings: Settings, clock: Clock, speech: Speech, outside: Outside) -> None:
        settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.settings = settings
        self.happenings = Happenings()
        self.database = Database(settings.database, kept_vault(settings.folder), clock)
        self.topics = Topics(settings.site)
        self._asked = dict.fromkeys(Question)
        self._wake = threading.Event()
        self._lock = threading.Lock()
        heartbeat = settings.heartbeat_seconds
        key = site_key(settings.folder)
        orders = Orders(self.topics, key, exercise_key(settings.folder))
        self._anchors = Anchors(
            self.database, partial(site_key, settings.folder), clock, settings.folder, settings.audit_months
        )
        self.keyring = Keyring(settings.folder, self.database, orders, clock)
        self._proofs = Proofs(self.database, clock, settings.folder, lambda: self.keyring.trusted)
        self._presence = Presence(self.database, clock, self.happenings, heartbeat)
        self._intake = Intake(self.database, self.topics, orders, self._presence, clock, self.happenings)
        self._tend = outside.tend
        self._dispatcher = Dispatcher(self.database, clock)
        calendars = CommuneCalendars(self.database, clock, windows(settings.quiet_hours))
        self._configuration = Configuration(self.database, orders, clock, heartbeat, calendars.quiet_hours)
        horizon = timedelta(hours=settings.plan_hours)
        self._planner = Planner(self.database, orders, calendars, clock, self.happenings, horizon)
        self.link = outside.connect(self._keep, self._connected)
        patience = timedelta(minutes=1, seconds=heartbeat)
        self._lookout = Lookout(
            self.database, clock, self.happenings, lambda: self.link.connected, settings.site, patience, settings.folder
        )
        self.happenings.listen(self._notice)
        self._intake.on_kept(lambda: self.ask(Question.INBOX))
        self.access = Access(self.database, clock, outside.hasher)
        own_words = OwnWords(self.database, clock)
        desk = Desk(self.database, speech, own_words, clock)
        self.phrases = FixedPhrases(self.database, speech, clock, outside.phrases, lambda: self.ask(Question.PLAN))
        self._to_speak = threading.Event()
        self.renders = Renders(self.database, desk, clock, self._to_speak.set)
        approval = Approval(self.database, clock, self.happenings)
        self.warnings = Warnings(
            self.database,
            orders,
            lambda: own_words.edition().words,
            clock,
            self.happenings,
            speech,
            UnderStandingOrders(self.database, desk, approval, clock),
            settings.folder,
            settings.alert_months,
        )
        self.warnings.on_told(self._warned)
        self._old_sounds = OldSounds(self.database, speech.library, clock, settings.audio_days)
        push = Push(settings.folder, settings.push_contact, clock)
        self.sending = Sending(self.database, clock, settings.site, partial(incidents_in_words, clock), push)
        self.services = Services(
            settings=settings,
            clock=clock,
            database=self.database,
            library=speech.library,
            desk=desk,
            own_words=own_words,
            renders=self.renders,
            approval=approval,
            rewriting=Rewriting(self.database, desk, clock, self.happenings),
            calendars=calendars,
            configuration=self._configuration,
            enrolment=Enrolment(self.database, self._configuration, clock, outside.let_in, outside.shut_out),
            phrases=self.phrases,
            warnings=self.warnings,
            channels=Channels(self.database, clock),
            sending=self.sending,
            care=Care(self.database, clock, self.happenings),
            access=self.access,
            oidc=Oidc(settings, self.database, clock, self.access.log_ins),
            happenings=self.happenings,
            site_key=orders.public_key,
            keyring=self.keyring,
            proofs=self._proofs,
            exercise_key=orders.public_exercise_key,
            admission=Admission(self.database, clock, settings.emqx_key),
            broker_address=outside.broker_address,
            authorities=lambda: authorities(settings.folder, settings.https, outside.broker_address().ca_file),
            by_hand=ByHand(self.database, orders, clock, self._configuration, lambda: self.ask(Question.POST)),
            broker_connected=lambda: self.link.connected,
            replan=lambda: self.ask(Question.PLAN),
        )
        self.renders.then(lambda render: save_when_heard(self.services, render))
        self.site = site(self.services)
        self._speech = speech

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Which questions are asked how often, whatever else happens."""
        return (
            Job("presence", timedelta(seconds=5), lambda: self.ask(Question.PRESENCE)),
            Job("link", timedelta(seconds=5), lambda: self.ask(Question.LINK)),
            Job("post", timedelta(seconds=10), lambda: self.ask(Question.POST)),
            Job("alerts", timedelta(seconds=5), lambda: self.ask(Question.ALERTS)),
            Job("plan", timedelta(minutes=5), lambda: self.ask(Question.PLAN)),
            Job("trouble", timedelta(seconds=5), lambda: self.ask(Question.TROUBLE), lambda: self._lookout.due),
            Job("audit", timedelta(minutes=1), lambda: self.ask(Question.AUDIT), lambda: self._proofs.due),
        )

    def ask(self, question: Question) -> None:
        """From any thread: have `question` looked after soon."""
        with self._lock:
            self._asked[question] = None
        self._wake.set()

    def answer(self) -> bool:
        """Looks after everything asked so far; False when there was nothing to do. Called by one thread."""
        with self._lock:
            asked, self._asked = self._asked, {}
            self._wake.clear()
        if Question.LINK in asked:
            self._look_after_link()
        if Question.PRESENCE in asked:
            self._presence.watch()
        if Question.PLAN in asked:
            self._configuration.refresh()
            self._planner.compile()
            self._anchors.tend()
            self._old_sounds.tend()
            catch_up(self.database, self.services.clock.now())
            self._presence.forget()
            self._tend()
        if Question.ALERTS in asked:
            self.warnings.tend()
            self._to_speak.set()
        if Question.POST in asked or Question.PLAN in asked:
            self._dispatcher.flush(self.link)  # an emergency does not wait behind what others have to say
        if (Question.POST in asked or Question.INBOX in asked) and self._intake.process_all():
            self._dispatcher.flush(self.link)
        if Question.TROUBLE in asked:
            self._lookout.look()
        if Question.AUDIT in asked and self._proofs.tend():
            self.ask(Question.AUDIT)
        return bool(asked)

    def _look_after_link(self) -> None:
        self.link.check()
        if self.keyring.follow():
            self.ask(Question.POST)

    def rehearse(self) -> None:
        """Finds out which voice can speak, so that the first text need not wait for one that cannot."""
        try:
            log.info("the voice of today is %s", self._speech.rehearse())
        except SpeechError as silent:
            log.warning("no voice can speak: %s", silent)

    def speak(self) -> None:
        """Speaks all texts that wait, or else a fixed sentence that is missing, or else waits a second for a text."""
        self._to_speak.clear()
        if not (self.renders.work() or self.prepare_phrase()):
            self._to_speak.wait(1.0)

    def speak_if_asked(self) -> bool:
        """Speaks all that waits, without waiting for more; False when nobody has asked since the last time."""
        if not self._to_speak.is_set():
            return False
        self._to_speak.clear()
        while self.renders.work() or self.prepare_phrase() or self.warnings.work():
            pass
        return True

    def prepare_phrase(self) -> bool:
        """Speaks one fixed sentence that is missing; False when there is none, or no voice for it."""
        try:
            return self.phrases.prepare()
        except SpeechError as silent:
            log.warning("a fixed sentence could not be spoken: %s", silent)
            return False

    def subscribe(self) -> None:
        self.link.subscribe(
            *self.topics.from_every_device(), *self.topics.urgent_everywhere(), *self.topics.from_outside()
        )

    def close(self) -> None:
        self.database.close()

    def _keep(self, message: Inbound) -> None:
        if not self.warnings.hears(message):
            self._intake.keep(message)

    def _warned(self) -> None:
        self._to_speak.set()
        self.ask(Question.POST)

    def _connected(self) -> None:
        self._dispatcher.reconnected()
        self.ask(Question.POST)

    def _notice(self, happening: Happening) -> None:
        if happening.detail != FOUND_BY_LOOKING:
            self._lookout.stir()

    def wait(self) -> None:
        """Until something is asked, or a second has passed."""
        self._wake.wait(1.0)
