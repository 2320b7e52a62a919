"""Warnings for others: what is said now, as CAP 1.2 under the commune's own signature, in an Atom feed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from controller.alerts.archive import received_of
from controller.alerts.cap.message import Alert, CapArea, Kind, Reference, Scope, Status
from controller.alerts.cap.own_key import own_key
from controller.alerts.cap.writing import moment, sign, write_alert
from controller.alerts.conduct import Conduct
from controller.alerts.office import Office
from controller.alerts.standing_orders import read_orders
from controller.store import alerts
from controller.store.alert_states import AlertState
from controller.store.alerts import AlertId, AlertRow
from controller.store.database import Connection
from devices.clock import Clock

_ATOM = "http://www.w3.org/2005/Atom"
_MOST = 100


@dataclass(frozen=True, slots=True)
class Mirrored:
    """One warning as the commune passes it on."""

    id: AlertId
    title: str
    document: bytes


class Mirror:
    """What was signed once stays as it is: an issued message is never edited."""

    def __init__(self, folder: Path, office: Office, conduct: Conduct, clock: Clock) -> None:
        self._folder = folder
        self._office = office
        self._conduct = conduct
        self._clock = clock
        self._signed: dict[AlertId, Mirrored] = {}

    @property
    def certificate(self) -> str:
        """For those who shall believe the feed."""
        return own_key(self._folder, "Loa xa", self._clock.now()).pem

    def active(self) -> tuple[Mirrored, ...]:
        """Everything that is being said now, exercises left out; the newest first."""
        return self._office.ask(self._active)

    def find(self, alert: int) -> Mirrored | None:
        return next((one for one in self.active() if one.id == alert), None)

    def feed(self, url: str) -> bytes:
        """The Atom feed; `url` is where the messages are found, each under its number."""
        rows = self.active()
        root = etree.Element(f"{{{_ATOM}}}feed")
        digest = hashlib.sha256(b"".join(one.document for one in rows)).hexdigest()
        _add(root, "id", f"{url}.atom")
        _add(root, "title", "Cảnh báo đang có hiệu lực")
        _add(root, "updated", moment(self._clock.now()))
        _add(root, "generator", f"loa-xa {digest[:12]}")
        for one in rows:
            entry = etree.SubElement(root, f"{{{_ATOM}}}entry")
            _add(entry, "id", f"{url}/{one.id}.cap")
            _add(entry, "title", one.title)
            _add(entry, "updated", moment(self._clock.now()))
            link = etree.SubElement(entry, f"{{{_ATOM}}}link")
            link.set("href", f"{url}/{one.id}.cap")
            link.set("type", "application/cap+xml")
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)

    def _active(self, connection: Connection) -> tuple[Mirrored, ...]:
        rows = [row for row in alerts.latest(connection, _MOST, (AlertState.SPOKEN,)) if not row.decided.drill]
        return tuple(self._mirrored(connection, row) for row in rows)

    def _mirrored(self, connection: Connection, row: AlertRow) -> Mirrored:
        if row.id not in self._signed:
            own = own_key(self._folder, "Loa xa", self._clock.now())
            document = sign(write_alert(self._own(connection, row)), own.key, own.certificate)
            self._signed[row.id] = Mirrored(row.id, row.decided.title, document)
        return self._signed[row.id]

    def _own(self, connection: Connection, row: AlertRow) -> Alert:
        """The message as the commune says it: the bulletin's own words, where they were said."""
        original = self._conduct.archive.alert(connection, row.id)
        sender, commune = read_orders(connection).sender, self._office.commune(connection)
        infos = original.infos
        if row.chosen:
            names = ", ".join(commune.tree[area].name for area in row.chosen if area in commune.tree)
            infos = tuple(replace(info, areas=(CapArea(names),)) for info in infos)
        reached = {hit.place.area for match in received_of(row, original, commune).matches for hit in match.hits}
        told = ", ".join(sorted(commune.tree[area].name for area in reached))
        return Alert(
            identifier=f"{sender}-{row.id}",
            sender=sender,
            sent=row.received_at,
            status=Status.ACTUAL,
            kind=Kind.ALERT,
            scope=Scope.PUBLIC,
            note=f"Loa: {told}. {row.sender} {row.identifier}",
            references=(Reference(row.sender, row.identifier, row.sent),) if row.sent else (),
            infos=infos,
        )


def _add(element: etree._Element, name: str, text: str) -> None:
    etree.SubElement(element, f"{{{_ATOM}}}{name}").text = text
