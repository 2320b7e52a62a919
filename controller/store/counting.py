"""How many statements something asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from controller.store.database import Database


@dataclass(frozen=True, slots=True)
class Count:
    """`said` is every statement, in the order in which they were said."""

    said: list[str] = field(default_factory=list)

    @property
    def statements(self) -> int:
        return len(self.said)


@contextmanager
def counting(database: Database) -> Iterator[Count]:
    """Counts, within the context, what every thread says to `database`."""
    count = Count()

    def one_more(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        count.said.append(statement)

    event.listen(database.engine, "before_cursor_execute", one_more)
    try:
        yield count
    finally:
        event.remove(database.engine, "before_cursor_execute", one_more)
