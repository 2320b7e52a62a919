"""CAP 1.2 as we write it: valid against the schema, whatever the values say, and signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from controller.alerts.cap.message import Alert, CapArea, Info, Named, Polygon, Reference
from schedules.timespan import COMMUNE_ZONE

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_CATEGORIES = frozenset(
    ("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other")
)
_RESPONSES = frozenset(("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"))
_FORBIDDEN = str.maketrans(dict.fromkeys(" ,<&\t\r\n", "-"))


def write_alert(alert: Alert) -> bytes:
    """The message as a document of its own. ValueError without sent, status, kind or scope."""
    if alert.sent is None or alert.status is None or alert.kind is None or alert.scope is None:
        raise ValueError("an alert says when it was sent, its status, its kind and its scope")
    own: dict[str | None, str] = {None: NAMESPACE}
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap=own)  # type: ignore[arg-type]
    _add(root, "identifier", plain_id(alert.identifier))
    _add(root, "sender", plain_id(alert.sender))
    _add(root, "sent", moment(alert.sent))
    _add(root, "status", alert.status.value)
    _add(root, "msgType", alert.kind.value)
    _add(root, "scope", alert.scope.value)
    _add(root, "note", alert.note)
    _add(root, "references", " ".join(_reference(one) for one in alert.references if one.sent))
    _add(root, "incidents", alert.incidents)
    for info in alert.infos:
        _add_info(etree.SubElement(root, f"{{{NAMESPACE}}}info"), info)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def sign(document: bytes, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> bytes:
    """The same with an enveloped signature over all of it."""
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed = signer.sign(etree.fromstring(document), key=key, cert=[certificate])
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=True)


def moment(when: datetime) -> str:
    """As CAP wants it: to the second, with a numeric offset."""
    return when.astimezone(COMMUNE_ZONE).replace(microsecond=0).isoformat()


def plain_id(text: str) -> str:
    """Without the letters that would end it inside a reference."""
    return text.translate(_FORBIDDEN) or "-"


def _reference(one: Reference) -> str:
    assert one.sent is not None, "left out by the caller"
    return f"{plain_id(one.sender)},{plain_id(one.identifier)},{moment(one.sent)}"


def _add_info(element: etree._Element, info: Info) -> None:
    _add(element, "language", info.language)
    _add_all(element, "category", [one for one in info.categories if one in _CATEGORIES] or ["Other"])
    _add(element, "event", info.event or info.headline or "?")
    _add_all(element, "responseType", [one for one in info.responses if one in _RESPONSES])
    for name, word in (("urgency", info.urgency), ("severity", info.severity), ("certainty", info.certainty)):
        _add(element, name, word.value)
    _add_named(element, "eventCode", info.event_codes)
    for name, when in (("effective", info.effective), ("expires", info.expires)):
        _add(element, name, moment(when) if when else "")
    _add(element, "senderName", info.sender_name)
    _add(element, "headline", info.headline)
    _add(element, "description", info.description)
    _add(element, "instruction", info.instruction)
    _add_named(element, "parameter", info.parameters)
    for area in info.areas:
        _add_area(etree.SubElement(element, f"{{{NAMESPACE}}}area"), area)


def _add_area(element: etree._Element, area: CapArea) -> None:
    _add(element, "areaDesc", area.description or "?")
    _add_all(element, "polygon", map(_polygon, area.polygons))
    _add_all(element, "circle", [f"{one.centre.lat},{one.centre.lon} {one.kilometres}" for one in area.circles])
    _add_named(element, "geocode", area.geocodes)


def _polygon(one: Polygon) -> str:
    return " ".join(f"{corner.lat},{corner.lon}" for corner in (*one.corners, one.corners[0]))


def _add_named(element: etree._Element, name: str, values: Iterable[Named]) -> None:
    for one in values:
        pair = etree.SubElement(element, f"{{{NAMESPACE}}}{name}")
        etree.SubElement(pair, f"{{{NAMESPACE}}}valueName").text = _text(one.name)
        etree.SubElement(pair, f"{{{NAMESPACE}}}value").text = _text(one.value)


def _add_all(element: etree._Element, name: str, texts: Iterable[str]) -> None:
    for text in texts:
        _add(element, name, text)


def _add(element: etree._Element, name: str, text: str) -> None:
    if text:
        etree.SubElement(element, f"{{{NAMESPACE}}}{name}").text = _text(text)


def _text(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(one for one in text if one in "\t\n" or (one >= " " and one.isprintable()) or one == "\u00a0")
