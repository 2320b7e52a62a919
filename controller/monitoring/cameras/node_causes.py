"""What fell together is one incident of what it hangs on, with the cameras and loudspeakers beneath it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.monitoring.cameras.causes import FEWEST, TOGETHER, Cause, Leaf, causes, is_gone
from controller.monitoring.cameras.health import KINDS
from controller.monitoring.cameras.reception import health_of
from controller.store import areas, camera_watch, fleet, incident_list, incidents, nodes
from controller.store.areas import AreaTree
from controller.store.camera_states import Axis, AxisState, Condition
from controller.store.database import Connection
from controller.store.incident_list import Incident, IncidentId, IncidentsAsked
from controller.store.nodes import Node, NodeId, NodeKind
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from devices.protocol.messages.cameras import CameraId
from schedules.programme import AreaId

ROUND = timedelta(minutes=1)
LAG = 2 * ROUND
"""So long after what they hang on is back, those that are not stand alone."""

_OF_A_CHILD = (*KINDS.values(), TroubleKind.DEVICE_OFFLINE, TroubleKind.NODE_DOWN)
_AREA = "area:"
_CAMERA, _DEVICE = "camera:", "device:"


@dataclass(frozen=True, slots=True)
class Ground:
    nodes: Mapping[NodeId, Node]
    leaves: Mapping[str, Leaf]


def find(
    connection: Connection, now: datetime, maintained: Collection[CameraId], unwatched: Collection[CameraId]
) -> tuple[IncidentId, ...]:
    """Opens, widens and ends the incidents of nodes; returns those that changed.

    Of `unwatched` cameras nothing is known, and those that are `maintained` are meant to be away.
    """
    standing = incident_list.asked(connection, IncidentsAsked(open=True, kinds=[TroubleKind.NODE_DOWN]))
    if not standing and camera_watch.count_gone(connection) < FEWEST:
        return ()
    ground = _ground(connection, {*maintained, *unwatched})
    changed: list[IncidentId] = []
    for cause in causes(ground.nodes.values(), ground.leaves.values()):
        if _is_area(cause.node) and not any(one.startswith(_CAMERA) for one in cause.beneath):
            continue  # loudspeakers that hang on nothing known have incidents of their areas
        changed += incidents.report_all(connection, [_trouble(cause, ground)], now)
    standing = incident_list.asked(connection, IncidentsAsked(open=True, kinds=[TroubleKind.NODE_DOWN]))
    changed += _gather(connection, standing, now)
    changed += _end(connection, standing, ground, now)
    return tuple(dict.fromkeys(changed))


def _ground(connection: Connection, unknown: Collection[CameraId]) -> Ground:
    found = {node.id: node for node in nodes.everyone(connection)}
    tree = areas.tree(connection)
    leaves = [
        Leaf(
            f"{_CAMERA}{one.camera}",
            one.node or _area_node(one.area),
            one.gone_since,
            one.gone_surely,
            one.camera not in unknown and (one.condition is not Condition.UNKNOWN or one.gone_since is not None),
        )
        for one in camera_watch.glances(connection)
    ]
    hanging, seen = nodes.of_devices(connection), fleet.seen(connection)
    for device in fleet.everyone(connection):
        last = seen.get(device.id)
        gone = None if last is None or last.online else last.seen_at
        node = hanging.get(device.id) or _area_node(device.area)
        leaves.append(Leaf(f"{_DEVICE}{device.id}", node, gone, known=last is not None))
    everything = [*found.values(), *_areas_as_nodes(tree)]
    return Ground({node.id: node for node in everything}, {leaf.id: leaf for leaf in leaves})


def _area_node(area: AreaId) -> NodeId:
    return NodeId(f"{_AREA}{area}")


def _is_area(node: NodeId) -> bool:
    return node.startswith(_AREA)


def _areas_as_nodes(tree: AreaTree) -> Iterable[Node]:
    for one in tree:
        above = None if one.parent is None else _area_node(one.parent)
        yield Node(_area_node(one.id), NodeKind.AREA, one.name, above, one.id)


def _trouble(cause: Cause, ground: Ground) -> Trouble:
    node = ground.nodes[cause.node]
    facts = {
        "since": cause.began.isoformat(),
        "cameras": sum(one.startswith(_CAMERA) for one in cause.beneath),
        "devices": sum(one.startswith(_DEVICE) for one in cause.beneath),
        "members": list(cause.beneath),
    }
    area = _is_area(node.id)
    about = Subject(SubjectKind.AREA, node.area or "") if area else Subject(SubjectKind.NODE, node.id)
    return Trouble(TroubleKind.NODE_DOWN, about, Severity.SERIOUS, node.kind.value, node.area, facts)


def _gather(connection: Connection, standing: Iterable[Incident], now: datetime) -> list[IncidentId]:
    """Puts the incidents of what fell, and those of narrower nodes, beneath.

    So too what goes wrong with them until it ends: a camera that starts again answers before it streams.
    """
    widest = sorted(standing, key=lambda one: (-len(_members(one)), one.id))
    lower = IncidentsAsked(open=True, roots=True, kinds=_OF_A_CHILD) if widest else None
    roots = incident_list.asked(connection, lower) if lower else ()
    changed: list[IncidentId] = []
    for cause in widest:
        members, began = _members(cause), _moment(cause, "since") or cause.opened_at
        here = [one.id for one in roots if one.id != cause.id and _lies_beneath(one, members, began)]
        if here:
            changed += incidents.put_beneath(connection, cause.id, here, now)
            roots = tuple(one for one in roots if one.id not in here)
    return changed


def _lies_beneath(one: Incident, members: frozenset[str], began: datetime) -> bool:
    if one.kind is TroubleKind.NODE_DOWN:
        return bool(_members(one)) and _members(one) < members
    since = _moment(one, "since") or one.opened_at
    return f"{one.subject.kind}:{one.subject.id}" in members and since >= began - TOGETHER


def _end(connection: Connection, standing: Iterable[Incident], ground: Ground, now: datetime) -> list[IncidentId]:
    """Those are over beneath which all is well again, or most of which has been back for long enough.

    Their incidents end first, or they would stand alone for a moment: who finds those over may look after us.
    """
    over: list[IncidentId] = []
    said: list[Trouble] = []
    narrowest = sorted(standing, key=lambda one: (len(_members(one)), one.id))
    lasting = [one for one in incident_list.beneath(connection, [one.id for one in standing]) if not one.state.over]
    for one in narrowest:
        leaves = [ground.leaves[name] for name in _members(one) if name in ground.leaves]
        known = [leaf for leaf in leaves if leaf.known]
        gone = [leaf for leaf in known if leaf.gone_since is not None]
        if leaves and not known:
            continue
        back = _moment(one, "back")
        waited = back is not None and now - back >= LAG
        held = gone or any(other.cause == one.id and other.id not in over for other in lasting)
        if waited or (not held and _all_stream(connection, known)):
            over.append(one.id)
        elif is_gone(_kind(one), len(gone), len(known)) != (back is None):
            facts = {**one.facts, "back": now.isoformat() if back is None else None}
            said.append(Trouble(one.kind, one.subject, one.severity, one.reason, one.area, facts))
    incidents.report_all(connection, said, now)
    return list(incidents.resolve_ids(connection, over, now))


def _all_stream(connection: Connection, leaves: Iterable[Leaf]) -> bool:
    """Whether the cameras among these do what they did before, as far as they were ever asked to."""
    these = {CameraId(leaf.id.removeprefix(_CAMERA)) for leaf in leaves if leaf.id.startswith(_CAMERA)}
    healths = map(health_of, camera_watch.states(connection, these).values())
    asked = [one.axes[axis] for one in healths for axis in (Axis.SERVICE, Axis.STREAM)]
    return all(one.state is AxisState.UP for one in asked if one.since is not None)


def _kind(one: Incident) -> NodeKind:
    return NodeKind(one.reason) if one.reason in list(NodeKind) else NodeKind.SWITCH


def _members(one: Incident) -> frozenset[str]:
    listed = one.facts.get("members")
    return frozenset(str(name) for name in listed) if isinstance(listed, list) else frozenset()


def _moment(one: Incident, name: str) -> datetime | None:
    said = one.facts.get(name)
    return datetime.fromisoformat(said) if isinstance(said, str) else None
