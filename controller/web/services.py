"""What the web layer calls upon. The composition root fills it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from controller.alerts.warnings import Warnings
from controller.auditing.proving import Proofs
from controller.broadcasting.approval import Approval
from controller.broadcasting.calendars import CommuneCalendars
from controller.broadcasting.desk import Desk
from controller.broadcasting.own_words import OwnWords
from controller.broadcasting.renders import Renders
from controller.broadcasting.rewriting import Rewriting
from controller.fleet.area_desk import AreaDesk
from controller.fleet.broker.admission import Admission
from controller.fleet.broker.port import BrokerAddress
from controller.fleet.by_hand import ByHand
from controller.fleet.configuration import Configuration
from controller.fleet.enrolment import Enrolment
from controller.fleet.keyring import Keyring
from controller.fleet.phrases import FixedPhrases
from controller.happenings import Happenings
from controller.monitoring.cameras.album import Album, album_in
from controller.monitoring.care import Care
from controller.notifying.desk import Channels
from controller.notifying.sending import Sending
from controller.settings import Settings
from controller.speech.library import Library
from controller.store.database import Database
from controller.web.access import Access
from controller.web.oidc import Oidc
from devices.clock import Clock
from devices.protocol.signing import VerifyKey


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    clock: Clock
    database: Database
    library: Library
    desk: Desk
    own_words: OwnWords
    renders: Renders
    approval: Approval
    rewriting: Rewriting
    calendars: CommuneCalendars
    configuration: Configuration
    by_hand: ByHand
    enrolment: Enrolment
    phrases: FixedPhrases
    warnings: Warnings
    channels: Channels
    sending: Sending
    care: Care
    access: Access
    oidc: Oidc
    happenings: Happenings
    site_key: VerifyKey
    keyring: Keyring
    proofs: Proofs
    exercise_key: VerifyKey
    admission: Admission
    broker_address: Callable[[], BrokerAddress]
    """Where devices find the broker."""
    authorities: Callable[[], str]
    """Who vouches for broker and console to devices (PEM); empty: those that the system trusts."""
    broker_connected: Callable[[], bool]
    replan: Callable[[], None]
    """Asks for the plan to be compiled soon; returns at once."""

    @property
    def areas(self) -> AreaDesk:
        """Who adds, moves and removes areas."""
        return AreaDesk(self.database, self.clock)

    @property
    def album(self) -> Album:
        """The pictures of cameras."""
        return album_in(self.settings.folder)


def services_of(request: Request) -> Services:
    """A dependency: the services of the application that answers this request."""
    services: Services = request.app.state.services
    return services
