"""What cameras and loudspeakers hang on: switches, ONUs, poles, power lines, each on another or on nothing known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from sqlalchemy import Connection, delete, insert, select, update

from controller.store.tables import cameras, device_nodes, nodes
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

NodeId = NewType("NodeId", str)


class NodeKind(StrEnum):
    POWER = "power"
    """One survivor beneath it proves that there is power."""
    POLE = "pole"
    ONU = "onu"
    SWITCH = "switch"
    DEVICE = "device"
    """A field unit that others are plugged into."""
    AREA = "area"
    """No row: what hangs on nothing that is known may fall together with its neighbours."""


@dataclass(frozen=True, slots=True)
class Node:
    id: NodeId
    kind: NodeKind
    name: str = ""
    parent: NodeId | None = None
    area: AreaId | None = None


def everyone(connection: Connection) -> tuple[Node, ...]:
    return tuple(
        Node(NodeId(row.id), NodeKind(row.kind), row.name, row.parent and NodeId(row.parent), row.area)
        for row in connection.execute(select(nodes).order_by(nodes.c.id))
    )


def add(connection: Connection, node: Node) -> None:
    connection.execute(insert(nodes).values(id=node.id, **_row(node)))


def change(connection: Connection, node: Node) -> None:
    connection.execute(update(nodes).where(nodes.c.id == node.id).values(_row(node)))


def remove(connection: Connection, node: NodeId) -> None:
    """What hung on it hangs on what it hung on."""
    above = connection.scalar(select(nodes.c.parent).where(nodes.c.id == node))
    connection.execute(update(nodes).where(nodes.c.parent == node).values(parent=above))
    connection.execute(update(cameras).where(cameras.c.node == node).values(node=above))
    if above is None:
        connection.execute(delete(device_nodes).where(device_nodes.c.node == node))
    connection.execute(update(device_nodes).where(device_nodes.c.node == node).values(node=above))
    connection.execute(delete(nodes).where(nodes.c.id == node))


def of_devices(connection: Connection) -> dict[DeviceId, NodeId]:
    return {DeviceId(row.device): NodeId(row.node) for row in connection.execute(select(device_nodes))}


def hang(connection: Connection, device: DeviceId, node: NodeId | None) -> None:
    connection.execute(delete(device_nodes).where(device_nodes.c.device == device))
    if node is not None:
        connection.execute(insert(device_nodes).values(device=device, node=node))


def within(found: Iterable[Node], chosen: Collection[NodeId]) -> frozenset[NodeId]:
    """The chosen nodes and all that hang on them."""
    below: dict[NodeId | None, list[NodeId]] = {}
    for node in found:
        below.setdefault(node.parent, []).append(node.id)
    inside, waiting = set[NodeId](), list(chosen)
    while waiting:
        one = waiting.pop()
        if one not in inside:
            inside.add(one)
            waiting += below.get(one, [])
    return frozenset(inside)


def path(found: Mapping[NodeId, Node], node: NodeId | None) -> tuple[NodeId, ...]:
    """`node` and all that it hangs on, nearest first."""
    steps: list[NodeId] = []
    while node is not None and node in found and node not in steps:
        steps.append(node)
        node = found[node].parent
    return tuple(steps)


def _row(node: Node) -> dict[str, object]:
    return {"kind": node.kind.value, "name": node.name, "parent": node.parent, "area": node.area}
