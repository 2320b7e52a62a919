"""Topic filters of MQTT 3.1.1 (§4.7): which covers which, and who asked for a topic."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")

CACHED_TOPICS = 100_000
"""Topics whose subscribers are remembered; a site has a few per device, garbage may have any number."""


def has_wildcard(text: str) -> bool:
    return "+" in text or "#" in text


def covers(wide: str, narrow: str) -> bool:
    """True when `wide` matches every topic that `narrow` matches; a topic is a filter without wildcards."""
    if narrow.startswith("$") and wide[:1] in ("+", "#"):
        return False
    wide_levels, narrow_levels = wide.split("/"), narrow.split("/")
    for position, level in enumerate(wide_levels):
        if level == "#":
            return True
        if position == len(narrow_levels) or narrow_levels[position] == "#":
            return False
        if level not in ("+", narrow_levels[position]):
            return False
    return len(wide_levels) == len(narrow_levels)


def check_topic(topic: str) -> None:
    """ValueError for what cannot be published on: nothing, or a filter."""
    if not topic or has_wildcard(topic):
        raise ValueError(f"not a topic to publish on: {topic[:200]!r}")


class Wishes:
    """What a link asked for, and what it asked for no more: a session that the broker kept may still have that."""

    def __init__(self) -> None:
        self._all: dict[str, bool] = {}

    def add(self, filters: tuple[str, ...]) -> None:
        self._all.update(dict.fromkeys(filters, True))

    def drop(self, filters: tuple[str, ...]) -> None:
        self._all.update(dict.fromkeys(filters, False))

    @property
    def wanted(self) -> tuple[str, ...]:
        return tuple(topic_filter for topic_filter, wanted in list(self._all.items()) if wanted)

    @property
    def unwanted(self) -> tuple[str, ...]:
        return tuple(topic_filter for topic_filter, wanted in list(self._all.items()) if not wanted)


class _Node(Generic[Value]):
    __slots__ = ("below", "here")

    def __init__(self) -> None:
        self.below: dict[str, _Node[Value]] = {}
        self.here: dict[Value, None] = {}


class FilterTree(Generic[Value]):
    """Who asked for what. Finding who asked for a topic does not cost more when there are more filters."""

    def __init__(self) -> None:
        self._root: _Node[Value] = _Node()
        self._found: dict[str, tuple[Value, ...]] = {}

    def add(self, topic_filter: str, value: Value) -> None:
        node = self._root
        for level in topic_filter.split("/"):
            node = node.below.setdefault(level, _Node())
        if value not in node.here:
            node.here[value] = None
            self._found.clear()

    def discard(self, topic_filter: str, value: Value) -> None:
        path = [self._root]
        levels = topic_filter.split("/")
        for level in levels:
            below = path[-1].below.get(level)
            if below is None:
                return
            path.append(below)
        if path[-1].here.pop(value, self) is not self:
            self._found.clear()
        for above, level in zip(reversed(path[:-1]), reversed(levels), strict=True):
            if above.below[level].below or above.below[level].here:
                return
            del above.below[level]

    def matching(self, topic: str) -> tuple[Value, ...]:
        """Each value once, in a fixed order, however many of its filters match `topic`."""
        found = self._found.get(topic)
        if found is None:
            found = tuple(self._search(topic))
            if len(self._found) >= CACHED_TOPICS:
                self._found.clear()
            self._found[topic] = found
        return found

    def _search(self, topic: str) -> dict[Value, None]:
        found: dict[Value, None] = {}
        levels = topic.split("/")
        open_nodes = [(self._root, 0)]
        while open_nodes:
            node, depth = open_nodes.pop()
            wild = depth > 0 or not topic.startswith("$")
            if wild and "#" in node.below:
                found.update(node.below["#"].here)
            if depth == len(levels):
                found.update(node.here)
                continue
            for level in (levels[depth], "+") if wild else (levels[depth],):
                if level in node.below:
                    open_nodes.append((node.below[level], depth + 1))
        return found
