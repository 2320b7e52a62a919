"""`loa serve`: the controller of a commune, on the settings in the environment."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from controller.app import App
from controller.connected import on_broker
from controller.fleet.broker.emqx import EmqxBroker
from controller.fleet.broker.errors import BrokerError
from controller.fleet.broker.external import ExternalBroker
from controller.fleet.broker.mosquitto import EVERYWHERE, MosquittoBroker
from controller.fleet.broker.port import Broker
from controller.fleet.certificates import ServerFiles, server_files
from controller.fleet.keys import BadKeys
from controller.own_agent import OwnAgent
from controller.running import Running
from controller.settings import LOOPBACK, Settings
from controller.store import people
from controller.store.origin import Origin, coming_from
from controller.store.people import Role
from controller.web.api.people import welcome_url
from controller.web.server import WebServer, address_of, listen
from devices.clock import Clock, SystemClock

FAULT = 1
FIRST = "quantri"


def print_settings() -> int:
    """Every setting, its variable and what it is for; secrets in addresses are left out."""
    settings = Settings()
    for name, described in Settings.model_fields.items():
        value = str(getattr(settings, name))
        shown = value.rsplit("@", 1)[-1] if "@" in value else value
        print(f"LOA_{name.upper()}={shown}\n    {described.description}")
    return 0


def run_serve() -> int:
    """Runs until SIGTERM or Ctrl-C; 0 after a clean end, 1 when something it needs is not there."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every question asked
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    settings = Settings()
    try:
        with ExitStack() as stack:
            print(f"Loa xã: {_start(stack, settings)}", flush=True)
            ending.wait()
    except (BrokerError, BadKeys, OSError) as wrong:
        print(f"loa: không khởi động được: {wrong}", file=sys.stderr)
        print(f"loa: cannot start: {wrong}", file=sys.stderr)
        return FAULT
    return 0


def _start(stack: ExitStack, settings: Settings) -> str:
    clock = SystemClock()
    listener = listen(settings.host, settings.port)
    stack.callback(listener.close)
    broker = _broker(settings, clock)
    broker.start()
    stack.callback(broker.stop)
    renewed: list[Callable[[], None]] = []
    app = on_broker(broker, settings, clock, lambda: _renew(settings, clock, renewed))
    console = _console(settings, clock)
    _greet_first_administrator(app)
    stack.enter_context(Running(app))
    web = WebServer(app.site, listener, console)
    web.start()
    stack.callback(web.stop)
    renewed.append(web.read_certificate_again)
    if isinstance(broker, MosquittoBroker):
        renewed.append(broker.read_certificate_again)
    address = address_of(listener, "https" if settings.https else "http")
    stack.enter_context(OwnAgent(app, address, settings.folder / "own-agent"))
    return address


def _broker(settings: Settings, clock: Clock) -> Broker:
    if not settings.mqtt_url:
        return _mosquitto(settings, clock)
    if settings.emqx_key is not None:
        return EmqxBroker(settings.mqtt_url, ca_file=settings.mqtt_ca, api=settings.emqx_api)
    own = hand_over(settings, certificate(settings, clock)[0])
    return ExternalBroker(settings.mqtt_url, clock=clock, ca_file=settings.mqtt_ca or own)


def _mosquitto(settings: Settings, clock: Clock) -> MosquittoBroker:
    tls = certificate(settings, clock)[0] if settings.mosquitto_tls else None
    return MosquittoBroker(
        settings.folder / "mosquitto", clock=clock, bind=settings.mqtt_bind, port=settings.mqtt_port, tls=tls
    )


def _renew(settings: Settings, clock: Clock, renewed: Iterable[Callable[[], None]]) -> None:
    """A certificate that would end soon is exchanged, and who shows it reads the new one."""
    if settings.https or settings.mosquitto_tls or settings.mqtt_tls_folder:
        files, new = certificate(settings, clock)
        if new:
            hand_over(settings, files)
            for read_again in renewed:
                read_again()


def hand_over(settings: Settings, files: ServerFiles) -> Path | None:
    """Gives the certificate to a broker that waits for it beside us; returns the authority, None where none waits.

    Whoever reaches the folder may read it: the broker is another user there.
    """
    if settings.mqtt_tls_folder is None:
        return None
    for name, file in (
        ("site-ca.pem", files.authority),
        ("server-key.pem", files.key),
        ("server.pem", files.certificate),
    ):
        unfinished = settings.mqtt_tls_folder / f".{name}.new"
        unfinished.write_bytes(file.read_bytes())
        unfinished.chmod(0o644)
        unfinished.replace(settings.mqtt_tls_folder / name)
    return files.authority


def _console(settings: Settings, clock: Clock) -> tuple[Path, Path] | None:
    if not settings.https:
        return None
    files, _ = certificate(settings, clock)
    return files.certificate, files.key


def certificate(settings: Settings, clock: Clock) -> tuple[ServerFiles, bool]:
    """For every name under which this machine is reached; True when it is a new one."""
    addresses = (settings.url, settings.mqtt_url) if settings.mqtt_tls_folder else (settings.url,)
    told = {
        settings.mqtt_public_host,
        settings.mqtt_bind,
        settings.host,
        *(urlsplit(one).hostname for one in addresses),
    }
    names = {name for name in (*LOOPBACK, *told) if name and name not in EVERYWHERE}
    return server_files(settings.folder, settings.site, names, clock.now())


def _greet_first_administrator(app: App) -> None:
    """As long as nobody can come in, each start prints a one-time link; there is no first password to forget."""
    with app.database.read() as connection:
        if people.can_anybody_come_in(connection):
            return
        found = people.by_username(connection, FIRST)
    with coming_from(Origin(way="loa serve")):
        first = found[0] if found else app.access.accounts.add(FIRST, "Quản trị", frozenset({Role.ADMINISTRATOR}))
        code, _ = app.access.accounts.invite(first.id)
    print(f"Người quản trị đầu tiên ({FIRST}) đặt mật khẩu tại đây, chỉ dùng được một lần trong hai ngày.")
    print(f"The first administrator ({FIRST}) chooses a password here; it works once, for two days:")
    print(f"  {welcome_url(app.settings.url, code)}", flush=True)
