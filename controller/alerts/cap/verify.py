"""XML signatures over the raw bytes, once, at reception, against pinned keys."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature as BadBytes
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidCertificate, InvalidDigest, InvalidSignature, SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from controller.alerts.cap.genuine import Genuine, Signature
from controller.alerts.cap.trust import Pin, Trust
from controller.alerts.cap.xml import all_text, local_name, new_parser, parse
from controller.alerts.errors import SignatureRefused, Unreadable

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
MOST_SIGNATURES = 4
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_CANONICAL = (
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2001/10/xml-exc-c14n",
    "http://www.w3.org/2006/12/xml-c14n11",
)
_KEY_METHODS = frozenset(one for one in SignatureMethod if not one.name.startswith(("HMAC", "DSA")))
_METHODS = frozenset(one for one in _KEY_METHODS if "SHA1" not in one.name)
_DIGESTS = frozenset(one for one in DigestAlgorithm if one is not DigestAlgorithm.SHA1)


def verify(document: bytes, trust: Trust, at: datetime) -> Signature:
    """Judges the signature of one alert, which is the whole of `document`. `at` is the moment of reception: keys are
    judged by it. Raises Unreadable, and nothing else."""
    root = parse(document)
    signatures = list(root.iter(f"{_DS}Signature"))
    if not signatures:
        return Signature(Genuine.UNVERIFIED, "not signed")
    sender = next((all_text(child) for child in root if local_name(child) == "sender"), "")
    pins = trust.for_sender(sender)
    if not pins:
        return _without_keys(document, signatures)
    refusals = []
    for data in _one_signature_each(document, root):
        try:
            return _by_any(pins, data, at)
        except SignatureRefused as refused:
            refusals.append(str(refused))
    return Signature(Genuine.FAILED, "; ".join(dict.fromkeys(refusals)))


def _one_signature_each(document: bytes, root: etree._Element) -> Iterator[bytes]:
    """The message as it arrived, and where others have signed it as well, as each of them may have seen it."""
    yield document.lstrip()
    count = len(root.findall(f"{_DS}Signature"))
    for kept in range(min(count, MOST_SIGNATURES) if count > 1 else 0):
        copy = parse(document)
        for index, signature in enumerate(copy.findall(f"{_DS}Signature")):
            if index != kept:
                copy.remove(signature)
        yield etree.tostring(copy)


def _by_any(pins: tuple[Pin, ...], document: bytes, at: datetime) -> Signature:
    """Raises SignatureRefused with what every source's keys said."""
    root = parse(document)
    signature = root.find(f"{_DS}Signature")
    wrong = _wrong_structure(root, signature)
    if wrong or signature is None:
        raise SignatureRefused(wrong)
    refusals = []
    for pin in pins:
        try:
            return _by(pin, document, signature, at)
        except SignatureRefused as refused:
            refusals.append(str(refused))
    raise SignatureRefused("; ".join(dict.fromkeys(refusals)))


def _by(pin: Pin, document: bytes, signature: etree._Element, at: datetime) -> Signature:
    refusal = SignatureRefused(f"no certificate that {pin.source} stands for")
    for certificate in _candidates(pin, signature, at):
        for as_arrived in (True, False) if pin.ignore_white_space else (True,):
            data = document if as_arrived else _without_blanks(document)
            try:
                result = _checked(data, certificate, pin.allow_sha1, at)
            except SignatureRefused as refused:
                refusal = refused
                continue
            how = f"signed by {pin.source}" + ("" if as_arrived else ", white space was changed after signing")
            return Signature(Genuine.VERIFIED, how, pin.source, result.signed_data)
    raise refusal


def _candidates(pin: Pin, signature: etree._Element, at: datetime) -> Iterator[x509.Certificate]:
    if not pin.subject:
        yield from pin.certificates
        return
    for issuer in pin.certificates:
        if not issuer.not_valid_before_utc <= at <= issuer.not_valid_after_utc:
            continue
        for certificate in _enclosed(signature):
            if _issued(certificate, issuer, pin.subject):
                yield certificate


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, subject: str) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        return certificate.subject.rfc4514_string() == subject
    except (ValueError, TypeError, BadBytes, UnsupportedAlgorithm):
        return False


def _enclosed(signature: etree._Element) -> list[x509.Certificate]:
    found = []
    for element in list(signature.iter(f"{_DS}X509Certificate"))[:5]:
        try:
            found.append(x509.load_der_x509_certificate(base64.b64decode("".join(all_text(element).split()))))
        except (ValueError, binascii.Error):
            continue
    return found


def _wrong_structure(root: etree._Element, signature: etree._Element | None) -> str:
    """Why this signature could not cover exactly the whole alert, or nothing. The verifier would take more."""
    if local_name(root) != "alert" or signature is None:
        return "the signature does not stand directly in the alert"
    references = signature.findall(f"{_DS}SignedInfo/{_DS}Reference")
    if len(references) != 1 or signature.find(f".//{_DS}Manifest") is not None:
        return "the signature covers something else than one whole alert"
    named = references[0].get("URI")
    own = {"#" + str(value) for name, value in root.items() if str(name).rpartition("}")[2].casefold() == "id"}
    if named != "" and named not in own:
        return "the signature covers another part than the whole alert"
    values = [*signature.findall(f"{_DS}SignatureValue"), *references[0].findall(f"{_DS}DigestValue")]
    if len(values) != 2 or not all(_is_base64(all_text(value)) for value in values):
        return "the signature is malformed"
    for transform in references[0].iter(f"{_DS}Transform"):
        algorithm = transform.get("Algorithm", "")
        if algorithm != _ENVELOPED and algorithm.split("#")[0] not in _CANONICAL:
            return "the signature is over a transformed copy of the alert"
    return ""


def _is_base64(text: str) -> bool:
    # The verifier skips letters that are none of base64's.
    try:
        return bool(base64.b64decode("".join(text.split()), validate=True))
    except (ValueError, binascii.Error):
        return False


def _without_keys(document: bytes, signatures: list[etree._Element]) -> Signature:
    """No key is held for this sender. An altered message still shows itself, by the key that it brings along; where
    several have signed, one after the other, that would prove nothing."""
    for certificate in _enclosed(signatures[0])[:1] if len(signatures) == 1 else ():
        try:
            _checked(document.lstrip(), certificate, True, certificate.not_valid_before_utc)
        except SignatureRefused as refused:
            if isinstance(refused.__cause__, InvalidDigest):
                return Signature(Genuine.FAILED, str(refused))
    return Signature(Genuine.UNVERIFIED, "signed, but no key of this sender is held here")


def _checked(document: bytes, certificate: x509.Certificate, sha1: bool, at: datetime) -> VerifyResult:
    """Raises SignatureRefused."""
    rules = SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=_KEY_METHODS if sha1 else _METHODS,
        digest_algorithms=frozenset(DigestAlgorithm) if sha1 else _DIGESTS,
        ignore_ambiguous_key_info=True,
        verification_time=at,
    )
    try:
        result = XMLVerifier().verify(document, x509_cert=certificate, parser=new_parser(), expect_config=rules)
    except SignXMLException as trouble:
        raise SignatureRefused(_in_words(trouble)) from trouble
    except Exception as trouble:  # a malformed signature makes the verifier stumble in many ways
        raise SignatureRefused("the signature is malformed") from trouble
    if isinstance(result, list) or result.signed_xml is None or local_name(result.signed_xml) != "alert":
        raise SignatureRefused("the signature covers something else than one whole alert")
    return result


def _in_words(trouble: SignXMLException) -> str:
    if isinstance(trouble, InvalidDigest):
        return "the message was altered after it was signed"
    if isinstance(trouble, InvalidCertificate):
        return "the key was not valid when the message arrived"
    if isinstance(trouble, InvalidSignature):
        return "signed with another key than the one held for this sender, or altered in the signature"
    if "SHA1" in str(trouble):
        return "signed with SHA-1, which is refused"
    return "the signature is malformed"


def _without_blanks(document: bytes) -> bytes:
    try:
        return etree.tostring(etree.fromstring(document, parser=new_parser(drop_blanks=True)))
    except etree.XMLSyntaxError as trouble:
        raise Unreadable("The message is not well-formed XML.") from trouble
