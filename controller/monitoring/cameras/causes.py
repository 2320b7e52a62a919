"""What fell together fell for one reason: the node of the tree that explains it. Pure.

A tree of what hangs on what (power, pole, ONU, switch) with cameras and loudspeakers as its leaves. The node to blame
is the narrowest that holds all that fell; one whose other branches live is not to blame.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.store.nodes import Node, NodeId, NodeKind

MOST = 0.6
FEWEST = 3
TOGETHER = timedelta(seconds=90)
"""A round of looking and its time limits: so far apart the first misses of one cause may lie."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A camera or loudspeaker beneath `node`. `gone_since` is its first miss; `sure` when that is believed.

    One of which nothing is known neither fell nor survived.
    """

    id: str
    node: NodeId
    gone_since: datetime | None = None
    sure: bool = True
    known: bool = True


@dataclass(frozen=True, slots=True)
class Cause:
    node: NodeId
    began: datetime
    beneath: tuple[str, ...]


def causes(nodes: Collection[Node], leaves: Iterable[Leaf], together: timedelta = TOGETHER) -> tuple[Cause, ...]:
    """The nodes to blame for what is gone; no leaf lies beneath two of them."""
    tree = _Tree(nodes, [one for one in leaves if one.known], together)
    return tuple(found for root in tree.below[None] for found in tree.blame(root))


def is_gone(kind: NodeKind, fallen: int, known: int) -> bool:
    """Whether a node is gone, of which so many of its known leaves have fallen together."""
    enough = fallen >= FEWEST and fallen >= MOST * known
    return enough and (kind is not NodeKind.POWER or fallen == known)


class _Tree:
    def __init__(self, nodes: Collection[Node], leaves: Iterable[Leaf], together: timedelta) -> None:
        self._together = together
        self.below: dict[NodeId | None, list[Node]] = defaultdict(list)
        known = {node.id for node in nodes}
        for node in nodes:
            self.below[node.parent if node.parent in known else None].append(node)
        self._at: dict[NodeId, list[Leaf]] = defaultdict(list)
        for leaf in leaves:
            self._at[leaf.node].append(leaf)
        self._inside: dict[NodeId, list[Leaf]] = {}

    def blame(self, node: Node) -> list[Cause]:
        inside = self._leaves(node)
        left = set(inside)
        while len(fallen := _densest(left, self._together)) >= FEWEST:
            if self._explains(node, fallen, inside):
                return [Cause(node.id, min(map(_began, fallen)), tuple(sorted(leaf.id for leaf in fallen)))]
            left -= set(fallen)
        return [found for child in self.below[node.id] for found in self.blame(child)]

    def _explains(self, node: Node, fallen: list[Leaf], inside: list[Leaf]) -> bool:
        """What was gone before these fell has another reason, and counts for nothing."""
        began = min(map(_began, fallen))
        there = [leaf for leaf in inside if leaf.gone_since is None or leaf.gone_since >= began]
        return (
            sum(leaf.sure for leaf in fallen) >= FEWEST
            and is_gone(node.kind, len(fallen), len(there))
            and not self._within_one_branch(node, {leaf.id for leaf in fallen})
            and self._no_branch_lives(node)
        )

    def _within_one_branch(self, node: Node, fallen: set[str]) -> bool:
        return any(fallen <= {leaf.id for leaf in self._leaves(child)} for child in self.below[node.id])

    def _no_branch_lives(self, node: Node) -> bool:
        """A switch most of whose cameras answer shows that what it hangs on is there."""
        branches = (self._leaves(child) for child in self.below[node.id])
        return all(sum(one.gone_since is not None for one in branch) >= MOST * len(branch) for branch in branches)

    def _leaves(self, node: Node) -> list[Leaf]:
        if node.id not in self._inside:
            deeper = [leaf for child in self.below[node.id] for leaf in self._leaves(child)]
            self._inside[node.id] = self._at[node.id] + deeper
        return self._inside[node.id]


def _began(leaf: Leaf) -> datetime:
    assert leaf.gone_since is not None
    return leaf.gone_since


def _densest(leaves: Iterable[Leaf], together: timedelta) -> list[Leaf]:
    """The most that fell within one stretch of time of that length."""
    in_order = sorted((leaf for leaf in leaves if leaf.gone_since is not None), key=lambda one: (_began(one), one.id))
    best: list[Leaf] = []
    first = 0
    for last, leaf in enumerate(in_order):
        while _began(leaf) - _began(in_order[first]) > together:
            first += 1
        if last + 1 - first > len(best):
            best = in_order[first : last + 1]
    return best
