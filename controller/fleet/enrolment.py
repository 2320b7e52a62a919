"""How a device joins: a code shown once, a public key in return for an identity. No secret exists before that."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from controller.errors import Invalid, NotFound, NotNow
from controller.fleet.configuration import Configuration
from controller.store import areas, fleet
from controller.store.areas import own_node
from controller.store.database import Connection, Database
from controller.store.fleet import Device, Invitation
from devices.clock import Clock
from devices.protocol.signing import VerifyKey
from devices.protocol.topics import DeviceId, is_name
from schedules.programme import AreaId

CODE_LIFE = timedelta(hours=4)
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without the letters that people confuse
_CODE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a new device needs to take part. The secrets in it are shown this once."""

    device: DeviceId
    mqtt_password: str
    audio_token: str


LetIn = Callable[[DeviceId, str], None]
"""Makes the broker know a device by its password."""

ShutOut = Callable[[DeviceId], None]
"""Cuts a device off the broker, and lets it in no more."""


class Enrolment:
    def __init__(
        self, database: Database, configuration: Configuration, clock: Clock, let_in: LetIn, shut_out: ShutOut
    ) -> None:
        self._database = database
        self._configuration = configuration
        self._clock = clock
        self._let_in = let_in
        self._shut_out = shut_out

    def invite(self, device: DeviceId, area: AreaId, name: str) -> tuple[str, datetime]:
        """See `invite`."""
        return invite(self._database, self._clock.now(), device, area, name)

    def invite_again(self, device: DeviceId) -> tuple[str, datetime]:
        """See `invite_again`."""
        return invite_again(self._database, self._clock.now(), device)

    def shut_out(self, device: DeviceId) -> None:
        """From now on nothing of `device` counts: no word, no receipt, no token, no connection; safe to say twice.

        Only with a new code it joins again.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            _known(connection, device)
            fleet.give_key(connection, device, "", digest(secrets.token_urlsafe(24)), now)
            fleet.withdraw_codes(connection, device, now)
        self._shut_out(device)

    def enrol(self, code: str, public_key: str) -> Enrolled:
        """Turns a code and a device's public key into an identity; the code is then used up."""
        try:
            key = VerifyKey.from_text(public_key)
        except ValueError as wrong:
            raise Invalid("bad-key", "That is not an Ed25519 public key.", field="public_key") from wrong
        password, token = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        with self._database.write() as connection:
            device = self._take_code(connection, code, key, token)
            self._configuration.send(connection, device, self._clock.now())
            self._let_in(device.id, password)
        return Enrolled(device.id, password, token)

    def _take_code(self, connection: Connection, code: str, key: VerifyKey, token: str) -> Device:
        now = self._clock.now()
        invitation = fleet.use_code(connection, digest(code.strip().upper().replace("-", "")), now)
        if invitation is None:
            raise NotFound("bad-code", "This enrolment code is not valid: ask the technician for a new one.")
        standing = fleet.find(connection, invitation.device)
        if standing is not None:
            fleet.give_key(connection, standing.id, key.text, digest(token), now)
            self._shut_out(standing.id)
            return replace(standing, public_key=key.text, config_serial=standing.config_serial + 1)
        device = Device(invitation.device, invitation.area, invitation.name, key.text, config_serial=1)
        fleet.add(connection, device, digest(token), now)
        return device


def invite(database: Database, now: datetime, device: DeviceId, area: AreaId, name: str) -> tuple[str, datetime]:
    """A one-time code for a device of this id, name and place, and when it ends. Invalid for bad words."""
    if not is_name(device):
        raise Invalid("bad-id", "A device id is 1 to 63 of a-z, 0-9 and '-'.", field="device")
    code = _new_code()
    with database.write() as connection:
        tree = areas.tree(connection)
        if area not in tree:
            raise NotFound("unknown-area", "There is no area {area!r}.", area=area)
        if own_node(device) in tree:
            raise NotNow("id-of-area", "{name!r} is the name of an area; choose another.", name=device)
        if fleet.is_named(connection, device, now):
            raise NotNow("device-exists", "There is already a device {device!r}.", device=device)
        fleet.invite(connection, digest(code), Invitation(device, area, name or device), now + CODE_LIFE)
    return code, now + CODE_LIFE


def invite_again(database: Database, now: datetime, device: DeviceId) -> tuple[str, datetime]:
    """A code with which `device` joins with another key, and when it ends. Until then the old key counts."""
    code = _new_code()
    with database.write() as connection:
        standing = _known(connection, device)
        fleet.withdraw_codes(connection, device, now)
        fleet.invite(connection, digest(code), Invitation(device, standing.area, standing.name), now + CODE_LIFE)
    return code, now + CODE_LIFE


def typed_on_the_device(url: str, code: str) -> str:
    """The command with which a device joins the controller at `url`; a QR code says the same."""
    return f"loa-agent enrol {url} {code}"


def grouped(code: str) -> str:
    """As people read it aloud; a device may be told it either way."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _known(connection: Connection, device: DeviceId) -> Device:
    found = fleet.find(connection, device)
    if found is None:
        raise NotFound("unknown-device", "There is no device {device!r}.", device=device)
    return found


def _new_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))


def digest(secret: str) -> str:
    """How codes and tokens are kept: long random words need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
