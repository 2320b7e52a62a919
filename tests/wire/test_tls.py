"""The line to the broker: only who is vouched for by the site's own authority is spoken to."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from controller.__main__ import main
from controller.fleet.broker.access import Principal, stop_password, stopper
from controller.fleet.broker.external import ExternalBroker
from controller.fleet.broker.mosquitto import MosquittoBroker
from controller.fleet.certificates import RENEWED_BEFORE, SERVER_LIFE, ServerFiles, server_files
from devices.clock import SystemClock
from devices.link.mqtt import MqttLink
from devices.link.settings import MqttSettings, Tls
from devices.protocol.signing import SigningKey
from devices.protocol.topics import SiteId, Topics

if TYPE_CHECKING:
    from tests.wire.conftest import Reader

NOW = SystemClock().now()
Wait = Callable[[Callable[[], bool]], None]
NAMES = ("127.0.0.1", "loa.xa.example")
DEVICE = Principal("loa-01", ("#",), ("#",), client_id="loa-01")


@pytest.fixture
def files(tmp_path: Path) -> ServerFiles:
    return server_files(tmp_path / "site", "xa-thu", NAMES, NOW)[0]


@pytest.fixture
def broker(tmp_path: Path, files: ServerFiles, mosquitto: MosquittoBroker) -> Iterator[MosquittoBroker]:
    made = MosquittoBroker(tmp_path / "secured", clock=SystemClock(), tls=files)
    made.start()
    made.allow(DEVICE, "geheim")
    yield made
    made.stop()


def link(broker: MosquittoBroker, reader: Reader, tls: Tls | None, host: str = "127.0.0.1") -> MqttLink:
    where = MqttSettings(
        host, broker.address.port, "loa-01", "loa-01", "geheim", tls, connect_timeout=1.0, retry_first=0.05
    )
    made = MqttLink(where, reader.deliver, clock=SystemClock())
    made.subscribe("hello")
    made.start()
    return made


def test_a_device_that_pinned_the_authority_speaks_with_the_broker(
    broker: MosquittoBroker, files: ServerFiles, new_reader: type[Reader], wait_until: Wait
) -> None:
    reader = new_reader()
    line = link(broker, reader, Tls(ca_text=files.authority.read_text()))
    wait_until(lambda: line.connected)
    line.publish("hello", b"over TLS")
    wait_until(lambda: reader.payloads == [b"over TLS"])
    line.stop()


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_another_authority_another_name_and_no_tls_are_refused(
    broker: MosquittoBroker, files: ServerFiles, tmp_path: Path, new_reader: type[Reader], wait_until: Wait
) -> None:
    foreign, _ = server_files(tmp_path / "thief", "xa-thu", NAMES, NOW)
    wrong = {
        "foreign authority": (Tls(foreign.authority), "127.0.0.1", "certificate verify failed"),
        "the system's authorities": (Tls(), "127.0.0.1", "certificate verify failed"),
        "another name": (Tls(files.authority), "localhost", "certificate verify failed"),
        "no TLS": (None, "127.0.0.1", ""),
    }
    lines = {name: link(broker, new_reader(), tls, host) for name, (tls, host, _) in wrong.items()}
    wait_until(lambda: all(line.trouble for line in lines.values()))
    for name, line in lines.items():
        assert wrong[name][2] in line.trouble, name
        assert line.counts.connections == 0, name
        line.stop()


def test_a_certificate_is_renewed_before_it_ends_and_lines_that_stand_are_left_standing(
    broker: MosquittoBroker, files: ServerFiles, new_reader: type[Reader], wait_until: Wait
) -> None:
    reader = new_reader()
    line = link(broker, reader, Tls(files.authority))
    wait_until(lambda: line.connected)
    before, folder = _shown(broker), files.authority.parent
    soon = NOW + SERVER_LIFE - RENEWED_BEFORE
    assert server_files(folder, "xa-thu", NAMES, soon - timedelta(hours=1)) == (files, False)
    assert server_files(folder, "xa-thu", NAMES, soon + timedelta(hours=1)) == (files, True)
    broker.read_certificate_again()
    wait_until(lambda: _shown(broker) != before)
    line.publish("hello", b"still here")
    wait_until(lambda: reader.payloads == [b"still here"])
    assert line.counts.connections == 1
    line.stop()


def _shown(broker: MosquittoBroker) -> int:
    """The serial number of the certificate that a newcomer is shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    address = "127.0.0.1", broker.address.port
    with socket.create_connection(address, timeout=5) as plain, context.wrap_socket(plain) as secured:
        shown = secured.getpeercert(binary_form=True)
    assert shown
    return x509.load_der_x509_certificate(shown).serial_number


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_the_old_versions_of_tls_are_not_spoken(broker: MosquittoBroker) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    address = "127.0.0.1", broker.address.port
    with socket.create_connection(address, 5) as plain, pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(plain)


def test_other_names_make_another_certificate_under_the_same_authority(files: ServerFiles) -> None:
    folder, authority = files.authority.parent, files.authority.read_bytes()
    assert server_files(folder, "xa-thu", (*NAMES, "10.7.0.1"), NOW)[1]
    assert not server_files(folder, "xa-thu", NAMES, NOW)[1]
    assert files.authority.read_bytes() == authority
    assert files.key.stat().st_mode & 0o077 == 0


def test_all_stop_reaches_a_broker_that_speaks_tls_alone(
    broker: MosquittoBroker, files: ServerFiles, tmp_path: Path, new_reader: type[Reader], wait_until: Wait
) -> None:
    key, topics = SigningKey.generate(), Topics(SiteId("xa"))
    (tmp_path / "key.pem").write_bytes(key.to_pem())
    broker.allow(stopper(topics), stop_password(key))
    address = f"mqtts://127.0.0.1:{broker.address.port}"
    told = ["alert", "stop", "--area", "thon-1", "--key", str(tmp_path / "key.pem"), "--broker", address]
    assert main([*told, "--ca", str(files.authority)]) == 0


def test_a_broker_elsewhere_is_reached_over_tls(broker: MosquittoBroker, files: ServerFiles) -> None:
    admin = Principal("loa.boss", ("$CONTROL/#",), ("$CONTROL/#",), client_id=None)
    broker.allow(admin, "geheim")
    url = f"mqtts://loa.boss:geheim@127.0.0.1:{broker.address.port}"
    foreign = ExternalBroker(url, clock=SystemClock(), ca_file=files.authority)
    foreign.start()
    foreign.allow(replace(DEVICE, username="loa-02", client_id="loa-02"), "geheim")
    assert foreign.address.tls
    foreign.stop()
