"""The controller with accounts of its own on a broker that runs."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace

from controller.alerts.sources import Door
from controller.app import App, Outside
from controller.fleet.broker.access import controller as controller_account
from controller.fleet.broker.access import device as device_account
from controller.fleet.broker.access import outsider, stop_password, stopper
from controller.fleet.broker.emqx import EmqxBroker
from controller.fleet.broker.errors import BrokerError
from controller.fleet.broker.port import Broker, BrokerAddress
from controller.fleet.keys import site_key
from controller.settings import Settings
from controller.speech.desk import Speech
from controller.speech.voices import voices
from controller.store import fleet
from devices.clock import Clock
from devices.link.mqtt import MqttLink
from devices.link.port import Deliver, Link
from devices.link.settings import MqttSettings
from devices.protocol.topics import DeviceId, Topics

log = logging.getLogger(__name__)


def on_broker(broker: Broker, settings: Settings, clock: Clock, tend: Callable[[], None] = lambda: None) -> App:
    """The controller with an account of its own on `broker`, which runs."""
    topics = Topics(settings.site)
    account, password = controller_account(topics), secrets.token_urlsafe(24)
    broker.allow(account, password)
    broker.allow(stopper(topics), stop_password(site_key(settings.folder)))

    def connect(deliver: Deliver, on_connected: Callable[[], None]) -> Link:
        where = MqttSettings(
            host=broker.address.host,
            port=broker.address.port,
            client_id=account.client_id or account.username,
            username=account.username,
            password=password,
            tls=broker.address.client_tls(),
        )
        return MqttLink(where, deliver, clock=clock, on_connected=on_connected)

    def let_in(device: DeviceId, secret: str) -> None:
        broker.allow(device_account(topics, device), secret)

    def seen_by_devices() -> BrokerAddress:
        return replace(broker.address, host=settings.mqtt_public_host or broker.address.host)

    speech = Speech(settings.folder / "speech", clock, voices(settings, clock))
    app = App(settings, clock, speech, Outside(connect, let_in, broker.revoke, seen_by_devices, tend))
    if isinstance(broker, EmqxBroker):
        broker.keep_in(app.database)
    _renew_rights(broker, app, topics)
    app.keyring.then(lambda key: broker.allow(stopper(topics), stop_password(key)))
    app.warnings.sources.door = Door(
        lambda kind, name, password: broker.allow(outsider(topics, kind, name), password),
        lambda kind, name: broker.revoke(outsider(topics, kind, name).username),
    )
    return app


def _renew_rights(broker: Broker, app: App, topics: Topics) -> None:
    """Whoever was let in by an earlier version may what this one lets them; without that, what they might before."""
    with app.database.read() as connection:
        devices = [device_account(topics, one.id) for one in fleet.everyone(connection)]
    try:
        broker.renew(devices)
    except BrokerError as wrong:
        log.error("what devices may at the broker is not up to date: %s", wrong)
