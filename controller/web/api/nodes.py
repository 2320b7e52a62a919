"""What cameras and loudspeakers hang on: switches, ONUs, poles, power lines."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from controller.errors import Invalid, NotFound, NotNow
from controller.store import areas, fleet, nodes
from controller.store.concerns import seen
from controller.store.database import Connection
from controller.store.nodes import Node, NodeId, NodeKind
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.camera_shapes import Hanging, NewNode, NodeGiven, NodeTaken
from controller.web.services import Services, services_of
from devices.protocol.topics import DeviceId, is_name
from schedules.programme import AreaId

router = APIRouter(tags=["nodes"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Technician = Annotated[Account, Depends(need(Role.TECHNICIAN))]


@router.get("/nodes", summary="All nodes, each with what it hangs on itself")
def list_nodes(us: Us, who: Anyone) -> list[NodeGiven]:
    with us.database.read() as connection:
        return [NodeGiven.model_validate(one) for one in seen(connection, who, "node", nodes.everyone(connection))]


@router.post("/nodes", status_code=201, summary="A switch, an ONU, a pole, a power line")
def add_node(us: Us, body: NewNode, _: Technician) -> NodeGiven:
    if not is_name(body.id):
        raise Invalid("bad-id", "An id is 1 to 63 of a-z, 0-9 and '-'.", field="id")
    with us.database.write() as connection:
        known = {one.id for one in nodes.everyone(connection)}
        if body.id in known:
            raise NotNow("node-exists", "There is already a node {node!r}.", node=body.id)
        made = _checked(connection, NodeId(body.id), body)
        nodes.add(connection, made)
    return NodeGiven.model_validate(made)


@router.put("/nodes/{node}", summary="Everything about it but its id")
def change_node(us: Us, node: str, body: NodeTaken, _: Technician) -> NodeGiven:
    with us.database.write() as connection:
        _known(connection, node)
        made = _checked(connection, NodeId(node), body)
        nodes.change(connection, made)
    return NodeGiven.model_validate(made)


@router.delete("/nodes/{node}", status_code=204, summary="What hung on it hangs on what it hung on")
def remove_node(us: Us, node: str, _: Technician) -> Response:
    with us.database.write() as connection:
        nodes.remove(connection, _known(connection, node))
    return Response(status_code=204)


@router.put("/devices/{device}/node", status_code=204, summary="What a loudspeaker hangs on")
def hang_device(us: Us, device: str, body: Hanging, _: Technician) -> Response:
    with us.database.write() as connection:
        if fleet.find(connection, DeviceId(device)) is None:
            raise NotFound("unknown-device", "There is no device {device!r}.", device=device)
        nodes.hang(connection, DeviceId(device), None if body.node is None else _known(connection, body.node))
    return Response(status_code=204)


def _known(connection: Connection, node: str) -> NodeId:
    if node not in {one.id for one in nodes.everyone(connection)}:
        raise NotFound("unknown-node", "There is no node {node!r}.", node=node)
    return NodeId(node)


def _checked(connection: Connection, node: NodeId, body: NodeTaken) -> Node:
    if body.kind is NodeKind.AREA:
        raise Invalid("bad-kind", "An area is no node: name it as the place of one.", field="kind")
    if body.area is not None and AreaId(body.area) not in areas.tree(connection):
        raise Invalid("unknown-area", "There is no area {area!r}.", field="area", area=body.area)
    parent = None if body.parent is None else _known(connection, body.parent)
    known = {one.id: one for one in nodes.everyone(connection)}
    if parent is not None and node in nodes.path(known, parent):
        raise Invalid("hangs-on-itself", "It would hang on itself.", field="parent")
    return Node(node, body.kind, body.name or node, parent, None if body.area is None else AreaId(body.area))
