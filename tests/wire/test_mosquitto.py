"""What the controller's own Mosquitto promises beyond other brokers, and a foreign one."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from controller.fleet.broker import dynsec
from controller.fleet.broker.access import Principal
from controller.fleet.broker.errors import BadBrokerUrl, NotStarted
from controller.fleet.broker.external import ExternalBroker
from controller.fleet.broker.mosquitto import MosquittoBroker
from controller.fleet.broker.mosquitto_child import MosquittoChild, find_program
from devices.clock import SystemClock
from devices.link.mqtt import MqttLink
from devices.link.settings import MqttSettings, Tls

if TYPE_CHECKING:
    from tests.wire.conftest import Reader

Wait = Callable[[Callable[[], bool]], None]
ANYTHING = Principal("device", speaks=("#",), hears=("#",), client_id="device")


def link_to(broker: MosquittoBroker | ExternalBroker, reader: Reader, name: str = "device") -> MqttLink:
    settings = MqttSettings(
        broker.address.host, broker.address.port, name, name, "geheim", retry_first=0.02, retry_longest=0.1
    )
    link = MqttLink(settings, reader.deliver, clock=SystemClock(), on_connected=reader.connected)
    link.start()
    return link


def process_of(folder: Path) -> int:
    return int((folder / "mosquitto.pid").read_text() or "0")


def test_accounts_sessions_and_retained_messages_outlive_a_restart(
    mosquitto: MosquittoBroker, new_reader: type[Reader], wait_until: Wait
) -> None:
    mosquitto.start()
    mosquitto.allow(ANYTHING, "geheim")
    reader, stored = new_reader(), []
    link = link_to(mosquitto, reader)
    wait_until(lambda: link.connected)
    link.publish("plan", b"at six", retain=True, on_stored=lambda: stored.append(True))
    wait_until(lambda: bool(stored))
    link.stop()
    mosquitto.stop()
    mosquitto.start()
    returned = link_to(mosquitto, reader)
    returned.subscribe("plan")
    wait_until(lambda: reader.payloads == [b"at six"])
    returned.stop()


def test_an_account_may_end_while_mosquitto_does_not_run(
    mosquitto: MosquittoBroker, new_reader: type[Reader], wait_until: Wait
) -> None:
    mosquitto.allow(ANYTHING, "geheim")
    mosquitto.start()
    mosquitto.stop()
    mosquitto.revoke("device")
    mosquitto.start()
    link = link_to(mosquitto, new_reader())
    wait_until(lambda: "refused" in link.trouble)
    link.stop()


def test_mosquitto_is_started_again_when_it_dies(
    mosquitto: MosquittoBroker, tmp_path: Path, new_reader: type[Reader], wait_until: Wait
) -> None:
    mosquitto.allow(ANYTHING, "geheim")
    mosquitto.start()
    reader = new_reader()
    link = link_to(mosquitto, reader)
    link.subscribe("t")
    wait_until(lambda: reader.connections == 1)
    before = mosquitto.address
    os.kill(process_of(tmp_path / "mosquitto"), signal.SIGKILL)
    wait_until(lambda: reader.connections == 2)
    assert mosquitto.address == before
    link.publish("t", b"alive")
    wait_until(lambda: reader.payloads == [b"alive"])
    mosquitto.allow(ANYTHING, "changed")
    link.stop()


def test_a_taken_port_is_left_to_its_owner(tmp_path: Path, mosquitto: MosquittoBroker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as owner:
        taken = int(owner.getsockname()[1])
        broker = MosquittoBroker(tmp_path / "other", clock=SystemClock(), port=taken)
        broker.start()
        assert broker.address.port != taken
        broker.stop()


def test_what_a_killed_controller_left_running_is_ended(
    mosquitto: MosquittoBroker, tmp_path: Path, wait_until: Wait
) -> None:
    folder = tmp_path / "mosquitto"
    mosquitto.start()
    port = mosquitto.address.port
    mosquitto.stop()
    with subprocess.Popen([find_program(), "-c", folder / "mosquitto.conf"], stderr=subprocess.DEVNULL) as orphan:
        wait_until(lambda: (folder / "mosquitto.pid").exists() and process_of(folder) == orphan.pid)
        heir = MosquittoBroker(folder, clock=SystemClock(), port=port)
        heir.start()
        found = heir.address.port
        heir.stop()
        assert orphan.wait() in (0, -signal.SIGTERM)
        assert found == port


def test_nobody_else_can_read_its_passwords(mosquitto: MosquittoBroker, tmp_path: Path) -> None:
    mosquitto.allow(ANYTHING, "geheim")
    mosquitto.start()
    folder = tmp_path / "mosquitto"
    assert folder.stat().st_mode & 0o077 == 0
    assert "geheim" not in (folder / "dynamic-security.json").read_text()


@pytest.mark.parametrize("content", ["", "not JSON", "[]", '{"clients": [{}]}', '{"clients": 1}'])
def test_damaged_accounts_are_not_thrown_away(mosquitto: MosquittoBroker, tmp_path: Path, content: str) -> None:
    file = tmp_path / "mosquitto" / "dynamic-security.json"
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(NotStarted, match="damaged"):
        mosquitto.start()
    assert file.read_text() == content


def test_three_thousand_messages_wait_for_an_absent_client(
    mosquitto: MosquittoBroker, new_reader: type[Reader], wait_until: Wait
) -> None:
    """With Mosquitto's own defaults all but about a thousand would be lost without a word."""
    sender = Principal("sender", speaks=("#",), hears=(), client_id="sender")
    mosquitto.allow(ANYTHING, "geheim")
    mosquitto.allow(sender, "geheim")
    mosquitto.start()
    reader, stored = new_reader(), []
    absent = link_to(mosquitto, reader)
    absent.subscribe("receipt")
    wait_until(lambda: absent.connected)
    absent.publish("receipt", b"0")
    wait_until(lambda: bool(reader.messages))
    absent.stop()
    speaking = link_to(mosquitto, new_reader(), "sender")
    wait_until(lambda: speaking.connected)
    for number in range(1, 3001):
        speaking.publish("receipt", b"%d" % number, on_stored=lambda: stored.append(True))
    wait_until(lambda: len(stored) == 3000)
    absent.start()
    wait_until(lambda: len(reader.messages) >= 3001)
    assert reader.payloads == [b"%d" % number for number in range(3001)]
    absent.stop()
    speaking.stop()


def test_the_rights_of_a_hundred_devices_are_brought_up_to_date_and_nothing_is_written_when_they_are(
    mosquitto: MosquittoBroker, tmp_path: Path
) -> None:
    many = [Principal(f"loa-{n}", speaks=("a",), hears=("b", "c/+"), client_id=None) for n in range(dynsec.PAGE + 30)]
    for one in many:
        mosquitto.allow(one, "geheim")
    mosquitto.start()
    file = tmp_path / "mosquitto" / "dynamic-security.json"
    mosquitto.renew(many)
    written = file.stat().st_mtime_ns
    mosquitto.renew(many)
    assert file.stat().st_mtime_ns == written
    mosquitto.renew([replace(one, speaks=("a", "d")) for one in many[:-1]])
    roles = {role["rolename"]: json.dumps(role["acls"]) for role in json.loads(file.read_text())["roles"]}
    assert ['"d"' in roles[one.username] for one in many] == [True] * (len(many) - 1) + [False]


def test_a_foreign_mosquitto_takes_accounts_from_one_who_may_give_them(
    mosquitto: MosquittoBroker, new_reader: type[Reader], wait_until: Wait
) -> None:
    mosquitto.allow(Principal("giver", speaks=(dynsec.CONTROL,), hears=(dynsec.RESPONSE,), client_id=None), "a:b/c@d")
    mosquitto.allow(Principal("taker", speaks=(), hears=(dynsec.RESPONSE,), client_id=None), "geheim")
    mosquitto.start()
    foreign = ExternalBroker(f"mqtt://giver:a%3Ab%2Fc%40d@127.0.0.1:{mosquitto.address.port}", clock=SystemClock())
    foreign.start()
    foreign.allow(ANYTHING, "geheim")
    link = link_to(foreign, new_reader())
    wait_until(lambda: link.connected)
    foreign.revoke("device")
    wait_until(lambda: "refused" in link.trouble)
    link.stop()
    foreign.stop()


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1", "http://a:b@host", "mqtt://host:1883", "mqtt://a:b@", "mqtt://a:b@host:port", "mqtt://[::1"],
)
def test_an_address_that_is_none_is_told_in_a_sentence(url: str) -> None:
    with pytest.raises(BadBrokerUrl, match=r"mqtt://name:password@host:1883"):
        ExternalBroker(url, clock=SystemClock())


def test_a_foreign_broker_that_does_not_let_us_in_is_no_broker(mosquitto: MosquittoBroker) -> None:
    mosquitto.start()
    foreign = ExternalBroker(f"mqtt://nobody:wrong@127.0.0.1:{mosquitto.address.port}", clock=SystemClock())
    with pytest.raises(NotStarted, match="refused"):
        foreign.start()


class Authority:
    """Signs certificates for this machine and for devices."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.file = self._write(name, self._certificate(name, self._key.public_key(), None))

    def issue(self, name: str) -> tuple[Path, Path]:
        """A certificate for 127.0.0.1 and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        host = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        certificate = self._write(name, self._certificate(name, key.public_key(), host))
        encoding, encryption = serialization.Encoding.PEM, serialization.NoEncryption()
        private = certificate.with_suffix(".key")
        private.write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, encryption))
        return certificate, private

    def _certificate(
        self, name: str, key: ec.EllipticCurvePublicKey, host: x509.SubjectAlternativeName | None
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host is not None:
            builder = builder.add_extension(host, critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def _write(self, name: str, certificate: x509.Certificate) -> Path:
        file = self.folder / f"{name}.pem"
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return file


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_link_trusts_only_its_authority_and_shows_its_own_certificate(
    mosquitto: MosquittoBroker, tmp_path: Path, new_reader: type[Reader], wait_until: Wait
) -> None:
    ours, foreign = Authority(tmp_path, "ours"), Authority(tmp_path, "foreign")
    certificate, key = ours.issue("broker")
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = int(reserved.getsockname()[1])
    configuration = tmp_path / "tls.conf"
    configuration.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\nrequire_certificate true\n"
        f"cafile {ours.file}\ncertfile {certificate}\nkeyfile {key}\n"
    )
    child = MosquittoChild(find_program(), configuration)
    child.start()
    device = ours.issue("device")
    large = bytes(300_000)
    tries = {
        "trusted": (Tls(ours.file, *device), ""),
        "another authority": (Tls(foreign.file, *device), "certificate verify failed"),
        "no certificate of its own": (Tls(ours.file), "handshake|alert|lost|reset|EOF"),
        "no TLS": (None, "lost|reset|does not answer"),
    }
    for name, (tls, trouble) in tries.items():
        reader = new_reader()
        settings = MqttSettings("127.0.0.1", port, "device", tls=tls, retry_first=0.05, retry_longest=0.05)
        link = MqttLink(settings, reader.deliver, clock=SystemClock())
        link.subscribe("t")
        link.start()
        if trouble:
            wait_until(lambda link=link, trouble=trouble: bool(re.search(trouble, link.trouble)))
            assert link.counts.connections == 0, name
        else:
            wait_until(lambda link=link: link.connected)
            link.publish("t", large)
            wait_until(lambda reader=reader: reader.payloads == [large])
        link.stop()
    child.stop()
