"""Who is told: added, changed and removed."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from controller.errors import Invalid, NotFound, NotNow
from controller.fetching import Unreachable
from controller.notifying import people
from controller.notifying.webhook import new_secret
from controller.store import incidents, notices
from controller.store.channels import Channel, ChannelKind
from controller.store.database import Database
from controller.store.troubles import Subject, SubjectKind, TroubleKind
from devices.clock import Clock
from devices.protocol.topics import is_name


class Channels:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, channel: Channel) -> Channel:
        """The channel with the secret that signs what a webhook is sent. Raises Invalid or NotNow."""
        if not is_name(channel.id):
            raise Invalid("bad-id", "An id is 1 to 63 of a-z, 0-9 and '-'.", field="id")
        _check_address(channel)
        made = replace(channel, secret=new_secret() if channel.kind is ChannelKind.WEBHOOK else "")
        with self._database.write() as connection:
            if notices.is_known(connection, channel.id):
                raise NotNow("channel-exists", "There is or was already a channel {channel!r}.", channel=channel.id)
            notices.add_channel(connection, made, self._clock.now())
        return made

    def change(self, channel: Channel) -> Channel:
        """What it is told, and when; an empty `address` leaves that, and its secret and network, as they are. Raises
        NotFound or Invalid."""
        if channel.address:
            _check_address(channel)
        with self._database.write() as connection:
            known = notices.channel(connection, channel.id)
            if known is None:
                raise NotFound("unknown-channel", "There is no channel {channel!r}.", channel=channel.id)
            if known.kind is not channel.kind:
                raise Invalid("other-kind", "A channel stays of its kind: remove it and add another.", field="kind")
            made = replace(channel, secret=known.secret)
            if not channel.address:
                made = replace(made, address=known.address, local=known.local)
            notices.change_channel(connection, made)
        return made

    def remove(self, name: str) -> None:
        now = self._clock.now()
        with self._database.write() as connection:
            if not notices.remove_channel(connection, name, now):
                raise NotFound("unknown-channel", "There is no channel {channel!r}.", channel=name)
            subject = Subject(SubjectKind.CHANNEL, name)
            incidents.resolve(connection, TroubleKind.NOTICE_UNDELIVERED, subject, now)


def _check_address(channel: Channel) -> None:
    if channel.kind is ChannelKind.APPRISE:
        try:
            people.check(channel.address)
        except Unreachable as wrong:
            raise Invalid(
                "bad-address", "This address cannot be used: {why}", field="address", why=str(wrong)
            ) from wrong
        return
    try:
        parts = urlsplit(channel.address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise Invalid("bad-url", "A webhook has an address that begins with https:// or http://.", field="address")
