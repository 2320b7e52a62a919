"""devices/protocol/README.md says what the code does."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import pytest

from controller.fleet.keys import LIST_LIFE
from controller.orders import COMMAND_LIFE, CONFIG_LIFE
from devices.agent.reports import HEALTH_LIFE, RECEIPT_LIFE, STATE_LIFE, WILL_LIFE
from devices.link.pulse import SILENCE
from devices.protocol import errors, messages
from devices.protocol.codec import MAX_BYTES, decode
from devices.protocol.errors import WireError
from devices.protocol.signing import ALGORITHM, FUTURE_TOLERANCE
from devices.protocol.topics import AreaChannel, DeviceChannel, DeviceId, SiteId, Topics
from schedules.day_rules import Weekday
from schedules.occurrence import Hush, Occurrence, Why
from schedules.outcome import Outcome
from schedules.priority import BulletinClass, Entry, Late, Resume
from schedules.programme import AreaId, Content, Sound

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "wire" / "golden"
PAGE = (ROOT / "devices" / "protocol" / "README.md").read_text()
MESSAGES: dict[str, type[messages.Message]] = {
    "keys": messages.SiteKeys,
    "plan": messages.AreaPlan,
    "urgent": messages.AreaUrgent,
    "exercise": messages.AreaExercise,
    "config": messages.DeviceConfig,
    "command": messages.ReceiptsStored,
    "time": messages.TimeAnswer,
    "health-stored": messages.HealthStored,
    "tone": messages.SoundTone,
    "restart": messages.Restart,
    "health": messages.DeviceHealth,
    "state": messages.DeviceState,
    "receipt": messages.Receipt,
}
CARRIED = {"command": ("command", "health-stored", "time", "tone", "restart")}
"""A channel on which there is more than one kind of message."""
SHAPES: tuple[type[Any], ...] = (
    *MESSAGES.values(),
    messages.UrgentSound,
    messages.Siren,
    messages.Alarm,
    messages.CameraToWatch,
    messages.CameraReport,
    messages.Axis,
    messages.CameraFigures,
    messages.PictureFinding,
    messages.CameraIdentity,
    messages.CameraPictures,
    messages.NotReady,
    messages.QuietHours,
    messages.QuietWindow,
    Occurrence,
    Sound,
    Hush,
)


def section(title: str) -> str:
    """From a heading to the next one of the same or a higher rank."""
    rank, _, rest = re.search(rf"^(#+) (`?){re.escape(title)}`?$(.*)", PAGE, re.M | re.S).groups()  # type: ignore[union-attr]
    return re.split(rf"^#{{1,{len(rank)}}} ", rest, flags=re.M)[0]


def table(text: str) -> list[list[str]]:
    """The cells of the first table below its head."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def bare(cell: str) -> str:
    return cell.replace("`", "")


def fields(shape: type[Any]) -> dict[str, str]:
    """Name to default, as the page writes it."""
    known: dict[str, str] = {}
    if issubclass(shape, msgspec.Struct):
        tag = shape.__struct_config__.tag
        if tag is not None:
            known[str(shape.__struct_config__.tag_field)] = f"always {tag}"
        for field in msgspec.structs.fields(shape):
            known[field.encode_name] = shown(field.default, required=field.required)
    else:
        for one in dataclasses.fields(shape):
            known[one.name] = shown(one.default, required=one.default is dataclasses.MISSING)
    return known


def shown(default: object, *, required: bool) -> str:
    if required:
        return "required"
    if default is msgspec.NODEFAULT or default == () or isinstance(default, msgspec.Struct):
        return "empty"
    if isinstance(default, Enum):
        return str(default.value)
    return json.dumps(default)


def test_the_page_lists_every_topic_and_who_speaks_there() -> None:
    topics = Topics(SiteId("site"))
    listed = {bare(row[0]): row for row in table(section("Topics"))}
    known: dict[str, tuple[str, str]] = {topics.keys().removeprefix("loa/1/site/"): ("root key", "keys")}
    for area_channel in AreaChannel:
        topic = topics.area(AreaId("name"), area_channel).replace("/name/", "/{area}/")
        known[topic.removeprefix("loa/1/site/")] = ("controller", area_channel.value)
    for channel in DeviceChannel:
        topic = topics.device(DeviceId("name"), channel).replace("/name/", "/{device}/")
        known[topic.removeprefix("loa/1/site/")] = ("device" if channel.from_device else "controller", channel.value)
    assert {topic: row[1] for topic, row in listed.items()} == {topic: said[0] for topic, said in known.items()}
    for topic, (_, channel_name) in known.items():
        carried = [MESSAGES[name].__name__ for name in CARRIED.get(channel_name, (channel_name,))]
        assert bare(listed[topic][3]).split(", ") == carried
    assert topics.everything().startswith("loa/1/site/")


def test_the_page_says_how_long_each_seal_holds() -> None:
    lasts = {bare(row[0]).rsplit("/")[-1]: row[4] for row in table(section("Topics"))}
    assert lasts["keys"].startswith(f"{LIST_LIFE.days // 365} years")
    assert lasts["config"].startswith(f"{CONFIG_LIFE.days // 365} years")
    assert lasts["command"] == f"{COMMAND_LIFE.days} day"
    assert lasts["state"] == f"{STATE_LIFE.days} day; as last will {WILL_LIFE.days // 365} years"
    assert lasts["receipt"] == f"{RECEIPT_LIFE.days} days"
    assert lasts["health"] == f"{HEALTH_LIFE.days} days"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_the_page_lists_every_field_and_its_default(shape: type[Any]) -> None:
    listed = {bare(row[0]): bare(row[1]) for row in table(section(shape.__name__))}
    assert listed == fields(shape)


@pytest.mark.parametrize(
    ("shape", "field", "values"),
    [
        ("Occurrence", "bulletin_class", BulletinClass),
        ("Occurrence", "late", Late),
        ("Occurrence", "resume", Resume),
        ("Occurrence", "content", Content),
        ("Occurrence", "entry", Entry),
        ("Hush", "why", Why),
        ("QuietWindow", "weekdays", Weekday),
        ("Siren", "pattern", messages.SirenPattern),
        ("Receipt", "outcome", Outcome),
        ("CameraToWatch", "source", messages.CameraSource),
        ("CameraToWatch", "keep_pictures", messages.KeepPictures),
        ("Axis", "standing", messages.Standing),
    ],
)
def test_the_page_lists_every_value_that_a_field_can_have(shape: str, field: str, values: type[Enum]) -> None:
    meaning = {bare(row[0]): row[2] for row in table(section(shape))}[field]
    assert set(re.findall(r"`([\w-]+)`", meaning)) == {value.value for value in values}


def test_the_page_lists_every_reason_of_an_axis() -> None:
    reasons = table(section("CameraReason"))
    assert [bare(row[0]) for row in reasons] == [reason.value for reason in messages.CameraReason]


@pytest.mark.parametrize("name", MESSAGES)
def test_the_examples_on_the_page_are_the_agreed_bytes(name: str) -> None:
    example = re.search(r"```json\n(.*?)```", section(MESSAGES[name].__name__), re.S)
    assert example is not None
    decode(example[1].encode(), MESSAGES[name])
    assert json.loads(example[1]) == json.loads((GOLDEN / name / "written.json").read_text())


def test_the_page_lists_every_reason_for_a_refusal() -> None:
    listed = {bare(row[0]): bare(row[1]) for row in table(section("Refusals"))}
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, WireError)]
    assert listed == {kind.reason: kind.__name__ for kind in kinds if kind is not WireError}
    drawn = set(re.findall(r"── (\w+)", errors.__doc__ or ""))
    assert drawn == {kind.__name__ for kind in kinds if kind is not WireError}


def test_the_page_lists_the_header_and_the_limits() -> None:
    header = (GOLDEN / "sealed" / "plan.jws").read_text().split(".")[0]
    written = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    assert [bare(row[0]) for row in table(section("The seal"))] == list(written)
    assert f"always `{ALGORITHM}`" in section("The seal")
    assert f"by {FUTURE_TOLERANCE.seconds} seconds" in section("The seal")
    assert f"at most {MAX_BYTES} bytes" in section("Messages")
    assert f"after {SILENCE} keep-alives" in section("Delivery")
