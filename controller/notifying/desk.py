"""Who is told: added, changed and removed."""

from __future__ import annotations

import secrets
from dataclasses import replace
from urllib.parse import urlsplit

from controller.errors import Invalid, NotFound, NotNow
from controller.fetching import Unreachable
from controller.notifying import people
from controller.notifying.push import Browser
from controller.notifying.webhook import new_secret
from controller.store import incidents, notices
from controller.store.channels import Channel, ChannelKind
from controller.store.database import Connection, Database
from controller.store.people import Account, AccountId
from controller.store.troubles import Subject, SubjectKind, TroubleKind
from devices.clock import Clock
from devices.protocol.topics import is_name

MOST_OF_ONE = 10
"""So many addresses and browsers a person may have."""


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
            made = replace(channel, secret=known.secret, account=known.account)
            if not channel.address:
                made = replace(made, address=known.address, local=known.local)
            notices.change_channel(connection, made)
        return made

    def add_own(self, channel: Channel, account: AccountId) -> Channel:
        """One more address of a person; its id is made here. Never one in the commune's own network. Raises Invalid or
        NotNow."""
        own = replace(channel, id=f"own-{secrets.token_hex(8)}", kind=ChannelKind.APPRISE, local=False, account=account)
        _check_address(own)
        with self._database.write() as connection:
            _check_room(connection, account)
            notices.add_channel(connection, own, self._clock.now())
        return own

    def put_browser(self, browser: Browser, channel: Channel, who: Account) -> Channel:
        """Told through its push service from now on, instead of whoever was at this browser before. Raises Invalid or
        NotNow."""
        browser.check()
        made = replace(channel, id=browser.name, kind=ChannelKind.PUSH, address=browser.address, account=who.id)
        with self._database.write() as connection:
            if all(one.id != made.id for one in notices.channels(connection, who.id)):
                _check_room(connection, who.id)
            notices.put_channel(connection, made, self._clock.now())
        return made

    def own(self, name: str, account: AccountId) -> Channel:
        """Raises NotFound unless it is this person's."""
        with self._database.read() as connection:
            found = notices.channel(connection, name)
        if found is None or found.account != account:
            raise NotFound("unknown-channel", "There is no channel {channel!r}.", channel=name)
        return found

    def remove(self, name: str) -> None:
        now = self._clock.now()
        with self._database.write() as connection:
            if not notices.remove_channel(connection, name, now):
                raise NotFound("unknown-channel", "There is no channel {channel!r}.", channel=name)
            subject = Subject(SubjectKind.CHANNEL, name)
            incidents.resolve(connection, TroubleKind.NOTICE_UNDELIVERED, subject, now)


def _check_room(connection: Connection, account: AccountId) -> None:
    if len(notices.channels(connection, account)) >= MOST_OF_ONE:
        raise NotNow("too-many-channels", "There are {most} already: take one away first.", most=MOST_OF_ONE)


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
