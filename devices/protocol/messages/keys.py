"""Whose orders count on this site."""

from __future__ import annotations

from typing import Annotated

import msgspec

from devices.protocol.messages.shapes import Count, Message, Moment, Short


class SiteKeys(Message, frozen=True, kw_only=True):
    """`keys`: the public keys that sign orders from now on, and the ids of those that never count again.

    Sealed by the root key, which signs nothing else. A greater `serial` replaces a smaller. While a key is exchanged
    for another, both are among the `keys`.
    """

    serial: Count
    issued_at: Moment
    keys: Annotated[tuple[Short, ...], msgspec.Meta(min_length=1, max_length=20)]
    revoked: Annotated[tuple[Short, ...], msgspec.Meta(max_length=1000)] = ()
