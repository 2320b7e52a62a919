"""May this person do that there?"""

from __future__ import annotations

from collections.abc import Collection

from controller.errors import NotAllowed
from controller.store import areas
from controller.store.database import Connection
from controller.store.people import Account, Role
from schedules.programme import AreaId


def allow(connection: Connection, who: Account, chosen: Collection[AreaId], *roles: Role) -> None:
    """Raises NotAllowed where `who` holds none of `roles` in each of the chosen areas. Without areas: everywhere."""
    if not who.at(areas.tree(connection), chosen).is_any(*roles):
        raise NotAllowed("not-here", "Your account may not do this there.")
