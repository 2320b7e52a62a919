"""Cameras as the API takes and gives them. A login is taken and never given."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, SecretStr

from controller.fleet.cameras import MOST_DAYS
from controller.monitoring.cameras.axes import Belief
from controller.store.camera_pictures import Picture, PictureRole
from controller.store.camera_states import Axis, AxisState, Condition
from controller.store.cameras import Camera
from controller.store.nodes import NodeId, NodeKind
from controller.store.troubles import Severity, SubjectKind
from controller.web.api.bases import Given, Taken
from controller.web.api.incident_shapes import SeverityName
from controller.web.api.shapes import Id, Name
from devices.protocol.logins import Login
from devices.protocol.messages.cameras import CameraId, CameraSource, KeepPictures
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

Address = Annotated[str, Field(max_length=500)]
Words = Annotated[str, Field(max_length=2000)]


class LoginTaken(Taken):
    user: Annotated[str, Field(max_length=200)] = Field("", description="empty: it asks for no login any more")
    password: Annotated[SecretStr, Field(max_length=500)] = SecretStr("")

    def login(self) -> Login:
        return Login(self.user, self.password.get_secret_value())


class CameraTaken(Taken):
    name: Name = ""
    area: Id
    source: CameraSource = Field(CameraSource.RTSP, description="how its pictures are had")
    address: Address = Field(description="of the stream or picture; never with a login in it")
    device: Id | None = Field(None, description="who watches it; empty: the nearest")
    node: Id | None = Field(None, description="what it hangs on: a switch, a pole, a power line")
    snapshot_address: Address = ""
    onvif_address: Address = ""
    login: LoginTaken | None = Field(None, description="left out of a change: as it was; never shown again")
    basic_allowed: bool = Field(False, description="the password may be shown in the clear to a camera that asks so")
    liveness_every: Annotated[float, Field(ge=5, le=86_400, description="seconds")] = 60.0
    picture_every: Annotated[float, Field(ge=10, le=86_400, description="seconds")] = 600.0
    serial_number: Name = ""
    keep_pictures: KeepPictures = Field(KeepPictures.NEVER, description="which pictures leave the device at all")
    picture_days: Annotated[int, Field(ge=0, le=MOST_DAYS)] = Field(30, description="so long evidence is kept")
    severity: SeverityName = Field("warning", description="how bad it is when it is lost")
    target: Annotated[float, Field(ge=0, le=100)] = Field(99.0, description="percent of the known time")
    purpose: Words = Field("", description="why people are filmed there (personal data law)")
    notice: Words = Field("", description="how people are told of it: a sign, a decision")

    def camera(self, named: str) -> Camera:
        plain = self.model_dump(exclude={"login", "area", "device", "node", "severity"})
        return Camera(
            id=CameraId(named),
            area=AreaId(self.area),
            device=None if self.device is None else DeviceId(self.device),
            node=None if self.node is None else NodeId(self.node),
            severity=Severity[self.severity.upper()],
            **{name: value for name, value in plain.items() if name != "id"},
        )


class NewCamera(CameraTaken):
    id: Id


class AxisGiven(Given):
    state: AxisState
    believed: AxisState = Field(description="up, down or unknown: what enough results in a row have shown")
    since: datetime | None
    reason: str = Field(description="a code: why it is not good")
    unstable: bool

    @classmethod
    def of(cls, one: Belief) -> AxisGiven:
        good = one.state is AxisState.UP
        reason = "" if good else one.reason
        return cls(state=one.state, believed=one.believed, since=one.believed_since, reason=reason, unstable=one.flaps)


class PictureGiven(Given):
    role: PictureRole
    sha256: str = Field(description="GET /api/v1/cameras/{camera}/pictures/{sha256}, which is recorded")
    taken_at: datetime | None

    @classmethod
    def of(cls, one: Picture) -> PictureGiven:
        return cls(role=one.role, sha256=one.sha256, taken_at=one.taken_at)


class CameraGiven(Given):
    id: str
    name: str
    area: str
    device: str | None
    node: str | None
    source: CameraSource
    address: str
    snapshot_address: str
    onvif_address: str
    has_login: bool
    basic_allowed: bool
    liveness_every: float
    picture_every: float
    serial_number: str
    keep_pictures: KeepPictures
    picture_days: int
    relearn: int
    severity: SeverityName
    target: float
    purpose: str
    notice: str

    @classmethod
    def of(cls, one: Camera) -> CameraGiven:
        plain = {name: getattr(one, name) for name in cls.model_fields if hasattr(one, name)}
        return cls.model_validate({**plain, "has_login": bool(one.login), "severity": one.severity.name.lower()})


class CameraStateGiven(Given):
    camera: str
    condition: str = Field(description="up, unjudged, degraded, down, maintenance or unknown")
    since: datetime | None
    watched: bool = Field(description="false: whoever watches it is not heard, so nothing is known now")
    heard_at: datetime | None
    axes: dict[Axis, AxisGiven]
    findings: list[dict[str, Any]] = Field(
        description="what is wrong with the picture: measure, value, limit, usual range"
    )
    figures: dict[str, Any]
    learnt: int = Field(description="percent of what is usual there")
    pictures: list[PictureGiven]


class NodeTaken(Taken):
    kind: NodeKind
    name: Name = ""
    parent: Id | None = Field(None, description="what it hangs on itself")
    area: Id | None = None


class NewNode(NodeTaken):
    id: Id


class NodeGiven(Given):
    id: str
    kind: NodeKind
    name: str
    parent: str | None
    area: str | None


class Hanging(Taken):
    node: Id | None = Field(description="what the loudspeaker hangs on; null: nothing that is known")


class MaintenanceTaken(Taken):
    subject_kind: SubjectKind = Field(description="camera, node or area")
    subject: Id
    start: datetime
    end: datetime
    why: Annotated[str, Field(max_length=1000)] = ""


class MaintenanceGiven(Given):
    id: int
    subject_kind: SubjectKind
    subject: str
    start: datetime
    end: datetime
    why: str
    by: str


class ViewGiven(Given):
    at: datetime
    account: str
    name: str
    sha256: str


class ProposalGiven(Given):
    cameras: list[str] = Field(description="they fell together, and hardly ever alone")
    together: int = Field(description="how often")


def condition_name(condition: Condition) -> str:
    return condition.name.lower()
