"""Only a pinned key, over the whole alert, over the bytes that arrived, makes an alert genuine."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as some
from lxml import etree
from signxml import XMLSigner
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod

from controller.alerts.cap.containers import find_alerts
from controller.alerts.cap.genuine import Genuine, Signature, SourceName
from controller.alerts.cap.reading import read_alert
from controller.alerts.cap.trust import NO_TRUST, Pin, Trust, load_trust
from controller.alerts.cap.verify import verify
from controller.alerts.cap.xml import parse
from controller.alerts.errors import BadTrust, Unreadable

SAMPLES = Path(__file__).parent / "alert-samples"
PUBLIC = Path(__file__).parents[2] / ".." / "shared" / "data" / "cap"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
FLOOD = (SAMPLES / "vn-flood-level4.xml").read_bytes()
CANCEL = (SAMPLES / "vn-flood-cancel.xml").read_bytes()
SENDER = "canhbao@kttv.example"
DS = "{http://www.w3.org/2000/09/xmldsig#}"


class Sha1Signer(XMLSigner):
    def check_deprecated_methods(self) -> None:
        """As authorities did until 2016."""


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate(
    name: str, subject: str = "", issuer: str = "", since: datetime = NOW - timedelta(days=30), days: int = 90
) -> x509.Certificate:
    """Of the key `name`; signed by itself, or by the key `issuer`."""

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    made = x509.CertificateBuilder().subject_name(named(subject or name)).issuer_name(named(issuer or subject or name))
    made = made.public_key(key(name).public_key()).serial_number(7)
    made = made.not_valid_before(since).not_valid_after(since + timedelta(days=days))
    return made.sign(key(issuer or name), hashes.SHA256())


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


@cache
def signed(data: bytes = FLOOD, by: str = "kttv", shown: x509.Certificate | None = None) -> bytes:
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    shown = shown or certificate(by)
    return etree.tostring(signer.sign(etree.fromstring(data), key=key(by), cert=[shown]), encoding="UTF-8")


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    """A folder that trusts the key `kttv` for whoever sends."""
    (tmp_path / "kttv.pem").write_bytes(pem(certificate("kttv")))
    return tmp_path


def judged(data: bytes, folder: Path | None, at: datetime = NOW) -> Signature:
    return verify(data, load_trust(folder) if folder else NO_TRUST, at)


def test_a_message_signed_with_the_pinned_key_is_verified_and_names_its_source(trusted: Path) -> None:
    found = judged(signed(), trusted)
    assert (found.genuine, found.source) == (Genuine.VERIFIED, "kttv")


def test_only_the_signed_bytes_are_handed_on_and_they_are_the_whole_alert(trusted: Path) -> None:
    found = judged(signed(), trusted)
    assert found.signed is not None and b"Signature" not in found.signed
    assert read_alert(parse(found.signed)) == read_alert(parse(FLOOD))


def test_an_unsigned_message_is_unverified(trusted: Path) -> None:
    assert judged(FLOOD, trusted).genuine is Genuine.UNVERIFIED


def test_a_signed_message_of_a_sender_without_a_pinned_key_is_unverified() -> None:
    found = judged(signed(), None)
    assert (found.genuine, found.signed) == (Genuine.UNVERIFIED, None)


def test_one_changed_letter_fails(trusted: Path) -> None:
    forged = signed().replace(b"Immediate", b"immediate", 1)
    assert forged != signed()
    assert judged(forged, trusted).genuine is Genuine.FAILED


@given(some.data())
@settings(max_examples=40, deadline=None)
def test_no_changed_byte_of_the_alert_is_ever_verified(data: some.DataObject) -> None:
    original = signed()
    place = data.draw(some.integers(0, original.index(b"<ds:Signature") - 1))
    byte = data.draw(some.integers(32, 126))
    forged = original[:place] + bytes([byte]) + original[place + 1 :]
    try:
        found = verify(forged, Trust((Pin(SourceName("kttv"), (certificate("kttv"),)),)), NOW)
    except Unreadable:
        return
    if found.genuine is Genuine.VERIFIED:
        assert found.signed is not None
        # White space and quotes within a tag are not content.
        assert read_alert(parse(found.signed)) == read_alert(parse(original))


def test_one_changed_letter_shows_even_without_a_key() -> None:
    assert judged(signed().replace(b"Immediate", b"immediate", 1), None).genuine is Genuine.FAILED


def test_a_self_made_certificate_fails_although_it_bears_the_right_name(trusted: Path) -> None:
    impostor = certificate("forger", subject="kttv")
    assert judged(signed(by="forger", shown=impostor), trusted).genuine is Genuine.FAILED


def test_the_right_certificate_inside_does_not_help_a_forger(trusted: Path) -> None:
    assert judged(signed(by="forger", shown=certificate("kttv")), trusted).genuine is Genuine.FAILED


def test_swapped_signatures_fail_both_ways(trusted: Path) -> None:
    flood, cancel = etree.fromstring(signed()), etree.fromstring(signed(CANCEL))
    first, second = flood.find(f"{DS}Signature"), cancel.find(f"{DS}Signature")
    flood.replace(first, second)
    cancel.append(first)
    for forged in (flood, cancel):
        assert judged(etree.tostring(forged), trusted).genuine is Genuine.FAILED


def test_a_second_info_that_was_added_later_fails(trusted: Path) -> None:
    root = etree.fromstring(signed())
    extra = etree.fromstring(FLOOD)[6]
    root.insert(6, extra)
    assert judged(etree.tostring(root), trusted).genuine is Genuine.FAILED


def test_a_signature_over_one_info_only_does_not_vouch_for_the_alert(trusted: Path) -> None:
    root = etree.fromstring(FLOOD)
    root[6].set("Id", "genuine")
    part = XMLSigner().sign(root, key=key("kttv"), cert=[certificate("kttv")], reference_uri="#genuine")
    found = judged(etree.tostring(part), trusted)
    assert (found.genuine, found.signed) == (Genuine.FAILED, None)


def test_a_wrapped_signature_fails(trusted: Path) -> None:
    """The genuine alert, moved aside with its signature, inside a forged one."""
    original = etree.fromstring(signed())
    forged = etree.fromstring(FLOOD.replace(b"Immediate", b"Expected"))
    holder = etree.SubElement(forged, "holder")
    holder.append(original)
    assert judged(etree.tostring(forged), trusted).genuine is Genuine.FAILED


def test_a_wrapped_signature_by_id_fails(trusted: Path) -> None:
    root = etree.fromstring(FLOOD)
    root.set("Id", "whole")
    genuine = XMLSigner().sign(root, key=key("kttv"), cert=[certificate("kttv")], reference_uri="#whole")
    assert judged(etree.tostring(genuine), trusted).genuine is Genuine.VERIFIED
    signature = genuine.find(f"{DS}Signature")
    genuine.remove(signature)
    forged = etree.fromstring(FLOOD.replace(b"Immediate", b"Expected"))
    holder = etree.SubElement(forged, "holder")
    holder.append(genuine)
    forged.append(signature)
    assert judged(etree.tostring(forged), trusted).genuine is Genuine.FAILED
    forged.set("Id", "whole")
    assert judged(etree.tostring(forged), trusted).genuine is Genuine.FAILED


def sha1_signed() -> bytes:
    signer = Sha1Signer(signature_algorithm=SignatureMethod.RSA_SHA1, digest_algorithm=DigestAlgorithm.SHA1)
    return etree.tostring(signer.sign(etree.fromstring(FLOOD), key=key("kttv"), cert=[certificate("kttv")]))


def test_sha1_is_refused_unless_somebody_wrote_down_that_this_source_may(trusted: Path) -> None:
    found = judged(sha1_signed(), trusted)
    assert found.genuine is Genuine.FAILED and "SHA-1" in found.reason
    (trusted / "kttv.json").write_text('{"allow_sha1": true}')
    assert judged(sha1_signed(), trusted).genuine is Genuine.VERIFIED


def test_an_expired_key_fails_by_the_moment_of_reception(trusted: Path) -> None:
    assert judged(signed(), trusted, NOW + timedelta(days=61)).genuine is Genuine.FAILED
    assert judged(signed(), trusted, NOW - timedelta(days=31)).genuine is Genuine.FAILED
    assert judged(signed(), trusted, NOW + timedelta(days=59)).genuine is Genuine.VERIFIED


def test_white_space_changed_after_signing_fails_unless_it_was_written_down(trusted: Path) -> None:
    blank = etree.XMLParser(remove_blank_text=True)
    compact = etree.tostring(etree.fromstring(FLOOD, parser=blank))
    pretty = etree.tostring(etree.fromstring(signed(compact)), pretty_print=True)
    assert judged(pretty, trusted).genuine is Genuine.FAILED
    (trusted / "kttv.json").write_text('{"ignore_white_space": true}')
    found = judged(pretty, trusted)
    assert found.genuine is Genuine.VERIFIED and "white space" in found.reason


def test_a_source_speaks_only_as_the_senders_it_was_pinned_for(trusted: Path) -> None:
    (trusted / "kiemlam.pem").write_bytes(pem(certificate("kiemlam")))
    (trusted / "kttv.json").write_text(json.dumps({"senders": [SENDER.upper()]}))
    (trusted / "kiemlam.json").write_text(json.dumps({"senders": ["chay-rung@kiemlam.example"]}))
    assert judged(signed(), trusted).genuine is Genuine.VERIFIED
    assert judged(signed(by="kiemlam"), trusted).genuine is Genuine.FAILED


def test_a_file_named_like_the_sender_shuts_out_all_other_keys(trusted: Path) -> None:
    (trusted / f"{SENDER}.pem").write_bytes(pem(certificate("other")))
    assert judged(signed(), trusted).genuine is Genuine.FAILED
    assert judged(signed(by="other"), trusted).source == SENDER


def test_a_sender_that_no_source_is_pinned_for_is_unverified(trusted: Path) -> None:
    (trusted / "kttv.json").write_text('{"senders": ["somebody@else.example"]}')
    assert judged(signed(), trusted).genuine is Genuine.UNVERIFIED


def test_a_bare_public_key_and_a_folder_of_keys_can_be_pinned(tmp_path: Path) -> None:
    (tmp_path / "kttv").mkdir()
    shape = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "kttv" / "old.pem").write_bytes(pem(certificate("other")))
    (tmp_path / "kttv" / "new.pub").write_bytes(key("kttv").public_key().public_bytes(*shape))
    assert judged(signed(), tmp_path).source == "kttv"


def test_an_issuer_is_believed_for_exactly_the_subject_that_is_written_down(tmp_path: Path) -> None:
    issued = certificate("kttv", subject="Dai KTTV", issuer="authority")
    (tmp_path / "kttv.pem").write_bytes(pem(certificate("authority")))
    message = signed(shown=issued)
    assert judged(message, tmp_path).genuine is Genuine.FAILED
    (tmp_path / "kttv.json").write_text('{"subject": "CN=Dai KTTV"}')
    assert judged(message, tmp_path).genuine is Genuine.VERIFIED
    (tmp_path / "kttv.json").write_text('{"subject": "CN=Somebody"}')
    assert judged(message, tmp_path).genuine is Genuine.FAILED


def test_a_certificate_that_only_claims_the_issuer_fails(tmp_path: Path) -> None:
    (tmp_path / "kttv.pem").write_bytes(pem(certificate("authority")))
    (tmp_path / "kttv.json").write_text('{"subject": "CN=Dai KTTV"}')
    impostor = certificate("forger", subject="Dai KTTV")
    assert judged(signed(by="forger", shown=impostor), tmp_path).genuine is Genuine.FAILED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"ds:SignatureValue>", b"ds:SignatureValue>!"),
        (b"ds:DigestValue>", b"ds:DigestValue>="),
        (b"#rsa-sha256", b"#rsa-sha9999"),
        (b"#enveloped-signature", b"#base64"),
        (b'URI=""', b'URI="http://a.example/x"'),
        (b'URI=""', b'URI="#xpointer(/)"'),
        (b'URI=""', b""),
        (b"<ds:SignedInfo>", b"<ds:SignedInfo><ds:SignedInfo/>"),
    ],
)
def test_a_malformed_signature_fails_without_an_error(trusted: Path, old: bytes, new: bytes) -> None:
    forged = signed().replace(old, new, 1)
    assert forged != signed()
    assert judged(forged, trusted).genuine is Genuine.FAILED
    assert judged(forged, None).genuine in (Genuine.FAILED, Genuine.UNVERIFIED)


def test_an_empty_signature_fails_where_a_key_is_held(trusted: Path) -> None:
    root = etree.fromstring(FLOOD)
    etree.SubElement(root, f"{DS}Signature")
    assert judged(etree.tostring(root), trusted).genuine is Genuine.FAILED
    assert judged(etree.tostring(root), None).genuine is Genuine.UNVERIFIED


def test_of_two_signatures_one_after_the_other_either_pinned_key_is_enough(tmp_path: Path) -> None:
    """As where an aggregator signs what the issuer has signed."""
    twice = etree.fromstring(signed())
    twice.append(etree.fromstring(signed(by="aggregator")).find(f"{DS}Signature"))
    message = etree.tostring(twice)
    assert judged(message, None).genuine is Genuine.UNVERIFIED
    for name in ("kttv", "aggregator"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}.pem").write_bytes(pem(certificate(name)))
        assert judged(message, folder).source == name
        assert judged(message.replace(b"Immediate", b"immediate", 1), folder).genuine is Genuine.FAILED


def test_a_signature_stays_good_inside_a_feed(trusted: Path) -> None:
    inner = signed()[signed().index(b"<alert") :]
    feed = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><content>' + inner + b"</content></entry></feed>"
    (found,) = find_alerts(feed)
    assert judged(found.document, trusted).genuine is Genuine.VERIFIED


def test_the_public_signed_samples_verify_at_their_time_with_their_key_and_not_otherwise(tmp_path: Path) -> None:
    files = sorted(PUBLIC.glob("ipaws-*.xml"))
    if not files:
        pytest.skip("the public CAP samples are not beside the repository")
    for file in files:
        root = parse(file.read_bytes())
        sent = read_alert(root).sent
        assert sent is not None
        inside = "".join(str(next(root.iter(f"{DS}X509Certificate")).text).split())
        lines = "\n".join(inside[place : place + 64] for place in range(0, len(inside), 64))
        folder = tmp_path / file.stem
        folder.mkdir()
        (folder / "ipaws.pem").write_text(f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n")
        assert judged(file.read_bytes(), folder, sent).genuine is Genuine.VERIFIED
        assert judged(file.read_bytes(), None, sent).genuine is Genuine.UNVERIFIED
        assert judged(file.read_bytes(), folder, sent + timedelta(days=3000)).genuine is Genuine.FAILED


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pem", b"no key"),
        ("a.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ("a.pem", b"-----BEGIN PRIVATE KEY-----"),
        ("kttv.json", b"{"),
        ("kttv.json", b'{"sender": ["a"]}'),
        ("kttv.json", b'{"senders": "a"}'),
        ("kttv.json", b'{"allow_sha1": "yes"}'),
        ("kttv.json", b"[]"),
    ],
)
def test_a_folder_of_keys_that_cannot_be_used_says_why(trusted: Path, name: str, content: bytes) -> None:
    (trusted / name).write_bytes(content)
    with pytest.raises(BadTrust, match=name):
        load_trust(trusted)


def test_an_empty_or_missing_folder_of_keys_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(BadTrust):
            load_trust(folder)
