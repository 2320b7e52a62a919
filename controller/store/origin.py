"""Who is behind what is being written at this moment, and from where: every row of the audit carries it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Origin:
    """`account` is empty for the controller itself; `session` tells sessions and tokens of one account apart without
    giving them away; `way` is a request or a command. Filled in as it becomes known."""

    account: str = ""
    name: str = ""
    session: str = ""
    address: str = ""
    way: str = ""


_ORIGIN: ContextVar[Origin] = ContextVar("origin")


def origin() -> Origin:
    """That of this thread or request: one and the same until `coming_from` ends."""
    return _ORIGIN.get(Origin())


@contextmanager
def coming_from(origin: Origin) -> Iterator[Origin]:
    """What is written within comes from there."""
    before = _ORIGIN.set(origin)
    try:
        yield origin
    finally:
        _ORIGIN.reset(before)
