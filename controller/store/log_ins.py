"""Failed log-ins, and how long each makes the next one wait.

An attacker waits ever longer; the person who owns the account, at another address, never longer than `SHORT`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from controller.store.tables import log_in_failures

LONG, SHORT = timedelta(minutes=15), timedelta(seconds=20)
FORGOTTEN = timedelta(hours=1)
"""So long after the last failure it counts no more."""


@dataclass(frozen=True, slots=True)
class Rule:
    """After `free` failures the next must wait a second, then two, four, … up to `most`."""

    free: int
    most: timedelta

    def wait(self, failures: int) -> timedelta:
        """Pure."""
        beyond = failures - self.free
        return timedelta() if beyond < 0 else min(timedelta(seconds=2 ** min(beyond, 20)), self.most)


SAME_ACCOUNT_AND_ADDRESS, SAME_ADDRESS, SAME_ACCOUNT = Rule(4, LONG), Rule(20, LONG), Rule(40, SHORT)
WORTH_AN_INCIDENT = 10
"""So many failures on one account, or from one address, are told to people."""


def subjects(username: str, address: str) -> dict[str, Rule]:
    """What is counted for one attempt."""
    return {
        f"{username}|{address}": SAME_ACCOUNT_AND_ADDRESS,
        f"|{address}": SAME_ADDRESS,
        f"{username}|": SAME_ACCOUNT,
    }


def wait(connection: Connection, username: str, address: str, now: datetime) -> timedelta:
    """How long whoever tries from there must wait before his next attempt counts."""
    left = [timedelta()]
    for subject, rule in subjects(username, address).items():
        row = connection.execute(select(log_in_failures).where(log_in_failures.c.subject == subject)).one_or_none()
        if row is not None and now - row.last_at < FORGOTTEN:
            left.append(row.last_at + rule.wait(row.failures) - now)
    return max(left)


def failed(connection: Connection, username: str, address: str, now: datetime) -> int:
    """Counts one more; the most failures that any of its subjects has."""
    connection.execute(delete(log_in_failures).where(log_in_failures.c.last_at < now - FORGOTTEN))
    most = 0
    for subject in subjects(username, address):
        mine = log_in_failures.c.subject == subject
        more = update(log_in_failures).where(mine).values(failures=log_in_failures.c.failures + 1, last_at=now)
        if not connection.execute(more).rowcount:
            connection.execute(log_in_failures.insert().values(subject=subject, failures=1, last_at=now))
        most = max(most, connection.scalar(select(log_in_failures.c.failures).where(mine)) or 0)
    return most


def succeeded(connection: Connection, username: str, address: str) -> None:
    """The right password makes the failures from the same address forgotten; an attacker's elsewhere stay."""
    connection.execute(delete(log_in_failures).where(log_in_failures.c.subject == f"{username}|{address}"))
