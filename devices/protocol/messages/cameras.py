"""Which cameras a device watches, and what it says of them: facts as they were seen, never a judgement over time.

When an outage begins, whether it is one, and whose fault it is, the controller decides.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, NewType
from urllib.parse import urlsplit

import msgspec

from devices.protocol.messages.shapes import Count, Message, Moment, Percent, Seconds, Short
from devices.protocol.topics import DeviceId, is_name
from schedules.programme import Sha256

CameraId = NewType("CameraId", str)
HealthId = NewType("HealthId", str)

MOST_CAMERAS = 500
"""So many one device watches: more would not fit into its configuration."""
MOST_REPORTS = 100

Address = Annotated[str, msgspec.Meta(max_length=500)]
OptionalHash = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")]
Figure = Annotated[float, msgspec.Meta(ge=0)]


class CameraSource(Enum):
    """How a camera's pictures are had."""

    RTSP = "rtsp"
    SNAPSHOT = "snapshot"
    MJPEG = "mjpeg"
    FILE = "file"
    """A video, a picture, or a pattern of pictures on the device's own disk: for demonstrations."""


_SCHEMES = {
    CameraSource.RTSP: ("rtsp", "rtsps"),
    CameraSource.SNAPSHOT: ("http", "https"),
    CameraSource.MJPEG: ("http", "https"),
}


class KeepPictures(Enum):
    """Which pictures the device hands to the controller; the others never leave it."""

    NEVER = "never"
    FINDINGS = "findings"
    """The reference and the event, when the picture is found to be bad, and the first good one after."""
    LATEST = "latest"
    """The same, and the latest picture of each deep probe."""


class CameraToWatch(msgspec.Struct, frozen=True, kw_only=True):
    """One camera. No address carries a login: that is in `login`, a box (`devices.protocol.locks`) about this camera's
    `id`, which only this device opens; empty for a camera that asks for none.

    `liveness_every` is how often, in seconds, it is asked whether it serves; `picture_every` how often its pictures are
    looked at. Both happen oftener after a change. With a `serial_number` another device at its address is not it.
    """

    id: CameraId
    source: CameraSource
    address: Address
    snapshot_address: Address = ""
    onvif_address: Address = ""
    login: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    basic_allowed: bool = False
    liveness_every: Annotated[float, msgspec.Meta(ge=5, le=86_400)] = 60.0
    picture_every: Annotated[float, msgspec.Meta(ge=10, le=86_400)] = 600.0
    serial_number: Short = ""
    keep_pictures: KeepPictures = KeepPictures.NEVER
    relearn: Count = 0
    """Grows each time somebody says that the present view is right: the profile is learnt anew."""

    def __post_init__(self) -> None:
        if not is_name(self.id):
            raise ValueError("a camera's id is 1 to 63 of a-z, 0-9 and '-'")
        if self.source is not CameraSource.FILE:
            check_address(self.address, *_SCHEMES[self.source])
        for address in filter(None, (self.snapshot_address, self.onvif_address)):
            check_address(address, "http", "https")


def check_address(address: str, *schemes: str) -> None:
    """ValueError unless it is an address of one of these schemes, with a host and without a login.

    The error does not repeat the address: there may be a password in it.
    """
    try:
        parts = urlsplit(address)
        usable = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise ValueError("not an address") from None
    if not usable or any(ord(letter) <= 32 for letter in address):
        raise ValueError(f"not an address of {' or '.join(schemes)}")
    if "@" in parts.netloc:
        raise ValueError("a login does not belong in an address")


class Standing(Enum):
    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"
    """It could not be asked, which is never the camera's fault."""


class CameraReason(Enum):
    """Why an axis stands as it does. A reader takes one that it does not know for `OTHER`."""

    NONE = ""
    OTHER = "other"
    # Reach
    REFUSED = "refused"
    NO_ANSWER = "no-answer"
    UNREACHABLE = "unreachable"
    UNKNOWN_NAME = "unknown-name"
    FILE_MISSING = "file-missing"
    # Service
    SILENT = "silent"
    """The connection stands, nothing is ever answered."""
    LOGIN_WRONG = "login-wrong"
    LOGIN_MISSING = "login-missing"
    BASIC_ONLY = "basic-only"
    """It asks for the password in the clear, which is not allowed."""
    LOGIN_RESTS = "login-rests"
    """Not asked again for a while, because too many wrong logins lock the account."""
    BUSY = "busy"
    """It serves as many as it can. The service is good, the stream unknown."""
    NOT_FOUND = "not-found"
    SERVICE_ERROR = "service-error"
    GARBAGE = "garbage"
    """What answers does not speak the protocol."""
    OTHER_DEVICE = "other-device"
    """The serial number is another one."""
    # Stream
    NO_MEDIA = "no-media"
    NO_KEY_FRAME = "no-key-frame"
    UNDECODABLE = "undecodable"
    STANDING_TIMESTAMPS = "standing-timestamps"
    FEW_FRAMES = "few-frames"
    STUTTERS = "stutters"
    STREAM_ENDS = "stream-ends"
    # Picture
    FINDING = "finding"
    """See the findings."""
    LEARNING = "learning"
    """What is usual here is not known yet."""
    # Ours
    NOT_INSTALLED = "not-installed"
    """The agent lacks what opens streams or judges pictures."""
    LOGIN_UNREADABLE = "login-unreadable"
    """The box with the login was not closed for this device and this camera."""
    OVERLOADED = "overloaded"
    OWN_NETWORK = "own-network"
    """The device itself is cut off: its own gateway is away."""
    NOT_ASKED = "not-asked"
    """A rung before it failed, or it has not been its turn yet."""

    @classmethod
    def _missing_(cls, value: object) -> CameraReason | None:
        return cls.OTHER if isinstance(value, str) else None


class Axis(msgspec.Struct, frozen=True, kw_only=True):
    """How one of the four stands: the same since `since`, the first of the `probes` in a row that said so.

    A probe of which this axis was no part (a cheap one does not look at pictures) says nothing about it: neither
    `checked_at` nor `probes` moves. What is behind an axis that is bad is unknown.
    """

    standing: Standing
    reason: CameraReason = CameraReason.NONE
    since: Moment
    checked_at: Moment
    probes: Count = 1


class CameraFigures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the last probe measured; null for what it did not. Times are milliseconds, for that rung alone."""

    connect_ms: Figure | None = None
    answer_ms: Figure | None = None
    """Until OPTIONS, or an HTTP request, was answered."""
    describe_ms: Figure | None = None
    first_packet_ms: Figure | None = None
    first_picture_ms: Figure | None = None
    judge_ms: Figure | None = None
    packets: Count | None = None
    pictures: Count | None = None
    frames_per_second: Figure | None = None
    bits_per_second: Figure | None = None
    width: Count | None = None
    height: Count | None = None
    codec: Short = ""
    clock_offset: float | None = None
    """By how many seconds the camera's clock is ahead."""


class PictureFinding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong with the picture, and why it is believed: `measure` was `value`, beyond `limit`; here it
    is usually from `usual_low` to `usual_high`.
    """

    kind: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_-]{0,39}$")]
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)]
    measure: Short = ""
    value: float | None = None
    limit: float | None = None
    usual_low: float | None = None
    usual_high: float | None = None


class CameraIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What a camera says it is, over ONVIF."""

    maker: Short = ""
    model: Short = ""
    firmware: Short = ""
    serial_number: Short = ""


class CameraPictures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Pictures that the controller has or will have, by the SHA-256 of their bytes; empty for none."""

    latest: OptionalHash | Sha256 = ""
    thumbnail: OptionalHash | Sha256 = ""
    reference: OptionalHash | Sha256 = ""
    event: OptionalHash | Sha256 = ""
    taken_at: Moment | None = None
    """When `latest` (or `event`) was taken."""


class CameraReport(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one camera now.

    `reach`: something answers there. `service`: what answers speaks the protocol and lets us in. `stream`: moving
    pictures come and decode. `picture`: they are worth something.
    """

    camera: CameraId
    at: Moment
    reach: Axis
    service: Axis
    stream: Axis
    picture: Axis
    figures: CameraFigures = CameraFigures()
    findings: Annotated[tuple[PictureFinding, ...], msgspec.Meta(max_length=20)] = ()
    identity: CameraIdentity | None = None
    learnt: Percent = 0
    """How much of a day of this camera's usual pictures is known."""
    pictures: CameraPictures = CameraPictures()


class DeviceHealth(Message, frozen=True, kw_only=True):
    """`device/{id}/health`: what the device saw of its cameras.

    A *change* (`whole` false) holds the reports of cameras of which an axis changed, or was confirmed by the second or
    third probe in a row; it is kept and offered again until a `HealthStored` names it. `whole` is the slow heartbeat:
    all cameras, in as many messages as they need, as often as `heartbeat_every`; it is not kept. Since
    `watching_since` the device has watched without a break; what was between the last word of an earlier run and that
    moment, nobody knows.
    """

    id: HealthId
    device: DeviceId
    sequence: Count
    at: Moment
    watching_since: Moment
    whole: bool = False
    heartbeat_every: Seconds = 600.0
    cameras: Annotated[tuple[CameraReport, ...], msgspec.Meta(max_length=MOST_REPORTS)] = ()
