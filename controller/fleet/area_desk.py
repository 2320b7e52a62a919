"""Areas are added, renamed, moved within the tree, and taken away again as long as nothing is known of them."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from controller.errors import Invalid, NotFound, NotNow
from controller.store import areas, fleet
from controller.store.allowing import allow
from controller.store.areas import Area, AreaTree
from controller.store.database import Database
from controller.store.people import Account, Role
from devices.clock import Clock
from devices.protocol.topics import DeviceId, is_name
from schedules.programme import AreaId


class AreaDesk:
    """Whoever does this must be an administrator of what it touches: NotAllowed. Each raises Invalid, NotFound or
    NotNow, and then nothing has changed. After a move loudspeakers follow the plans of where they stand then."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, area: Area, who: Account) -> Area:
        if not is_name(area.id):
            raise Invalid("bad-id", "An area id is 1 to 63 of a-z, 0-9 and '-'.", field="id")
        made = _named(area)
        with self._database.write() as connection:
            tree = areas.tree(connection)
            if made.id in tree:
                raise NotNow("area-exists", "There is already an area {area!r}.", area=made.id)
            _check_place(tree, made)
            allow(connection, who, [made.parent] if made.parent else [], Role.ADMINISTRATOR)
            if fleet.is_named(connection, DeviceId(made.id), self._clock.now()):
                raise NotNow("id-of-device", "{name!r} is the name of a device; choose another.", name=made.id)
            areas.add(connection, made)
        return made

    def change(self, area: AreaId, who: Account, *, name: str, parent: AreaId | None) -> Area:
        """Another name, another place within the tree."""
        with self._database.write() as connection:
            tree = areas.tree(connection)
            before = _known(tree, area)
            after = _named(replace(before, name=name, parent=parent))
            allow(connection, who, [area], Role.ADMINISTRATOR)
            if parent != before.parent:
                _check_place(tree, after)
                allow(connection, who, [parent] if parent else [], Role.ADMINISTRATOR)
            areas.change(connection, after)
        return after

    def remove(self, area: AreaId, who: Account) -> None:
        """Only one to which nothing refers, not even what was: NotNow says what does."""
        with self._database.write() as connection:
            _known(areas.tree(connection), area)
            allow(connection, who, [area], Role.ADMINISTRATOR)
            if uses := areas.uses(connection, area):
                raise NotNow("area-in-use", "This area cannot be removed: it has {uses}.", uses=", ".join(uses))
            areas.remove(connection, area)


def short_name(name: str) -> str:
    """What an area of this name is called in addresses, unless somebody chooses: Thôn Đông 3 is thon-dong-3. Pure."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    words = "".join(one if one.isascii() and one.isalnum() else " " for one in plain if not unicodedata.combining(one))
    return "-".join(words.split())[:63].rstrip("-")


def _named(area: Area) -> Area:
    if not area.name.strip():
        raise Invalid("no-name", "An area has a name.", field="name")
    return replace(area, name=area.name.strip())


def _known(tree: AreaTree, area: AreaId) -> Area:
    if area not in tree:
        raise NotFound("unknown-area", "There is no area {area!r}.", area=area)
    return tree[area]


def _check_place(tree: AreaTree, area: Area) -> None:
    """An area lies within a wider one: so it never comes to lie within itself."""
    if area.parent is None:
        return
    if area.parent not in tree:
        raise NotFound("unknown-area", "There is no area {area!r}.", area=area.parent)
    if tree[area.parent].kind.depth >= area.kind.depth:
        raise Invalid(
            "wrong-level", "An area lies within a wider one: province, commune, village, cluster.", field="parent"
        )
