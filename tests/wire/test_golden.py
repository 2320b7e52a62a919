"""Fixed bytes that pin the wire: devices in the field were written against these, not against the code of today.

`golden/{message}/written*.json` is exactly what we write; `read*.json` is what we read though we do not write it so;
`refused-{reason}*.json` is what we refuse, and why. `golden/sealed` holds the same for seals.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import msgspec
import pytest

from devices.protocol.codec import decode, decode_command, encode
from devices.protocol.errors import BadBox, WireError
from devices.protocol.locks import BoxKey, Lock
from devices.protocol.messages import (
    Alarm,
    AreaExercise,
    AreaPlan,
    AreaUrgent,
    Axis,
    CameraFigures,
    CameraId,
    CameraIdentity,
    CameraPictures,
    CameraReason,
    CameraReport,
    CameraSource,
    CameraToWatch,
    DeviceConfig,
    DeviceHealth,
    DeviceState,
    HealthId,
    HealthStored,
    KeepPictures,
    Message,
    NotReady,
    PictureFinding,
    PlanDigest,
    QuietHours,
    QuietWindow,
    Receipt,
    ReceiptId,
    ReceiptsStored,
    Restart,
    Siren,
    SirenPattern,
    SiteKeys,
    SoundTone,
    Standing,
    TimeAnswer,
    UrgentSound,
)
from devices.protocol.signing import KeyId, SigningKey, VerifyKey, unseal
from devices.protocol.topics import DeviceId
from schedules.day_rules import Weekday
from schedules.occurrence import Hush, Occurrence, OccurrenceId, Why
from schedules.outcome import Outcome
from schedules.priority import BulletinClass, Entry, Late, Resume
from schedules.programme import AreaId, Content, ProgrammeId, Sha256, Sound

GOLDEN = Path(__file__).parent / "golden"
NOON = datetime(2026, 8, 15, 12, 0, tzinfo=UTC)
MEETING = OccurrenceId("20260815T123000Z-6b1f0c2a9d3e4f58")
SOUND = Sound(Sha256("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"), 21.5, 129432)
DIGEST = PlanDigest("a5b97d7f46b2b5d4f1f4a4b24a38a3c14d6e5f4b1c0fb21e46bbf7ea4e1ce2b1")

FLOOD = UrgentSound(
    occurrence=Occurrence(
        id=OccurrenceId("20260815T120500Z-1c7d3e9f0a2b4c68"),
        programme=ProgrammeId("lu-song-thu"),
        title="Lũ trên sông Thu",
        start=NOON + timedelta(minutes=5),
        seconds=33.5,
        bulletin_class=BulletinClass.EMERGENCY,
        sounds=(SOUND,),
        volume=100,
        order=0,
        requested_at=NOON,
        late=Late.WHOLE,
        grace=7200.0,
        resume=Resume.RESTART,
    ),
    words="Cảnh báo lũ khẩn cấp. Bà con thôn 3 di chuyển ngay lên nhà văn hóa.",
    language="vi",
    siren=Siren(SirenPattern.FLOOD, 12.0),
)

BOXES = GOLDEN / "boxes"
EVENT = Sha256("60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")
AUGUST = datetime(2026, 8, 1, 4, 0, tzinfo=UTC)
MARKET = CameraToWatch(
    id=CameraId("cho-xa"),
    source=CameraSource.RTSP,
    address="rtsp://10.7.0.21:554/stream1",
    snapshot_address="http://10.7.0.21/snapshot.jpg",
    onvif_address="http://10.7.0.21/onvif/device_service",
    login=(BOXES / "login.jwe").read_text().strip(),
    serial_number="7F3A19C2",
    keep_pictures=KeepPictures.FINDINGS,
    relearn=1,
)
BLURRED = CameraReport(
    camera=MARKET.id,
    at=NOON,
    reach=Axis(standing=Standing.GOOD, since=AUGUST, checked_at=NOON, probes=18000),
    service=Axis(standing=Standing.GOOD, since=AUGUST, checked_at=NOON, probes=18000),
    stream=Axis(standing=Standing.GOOD, since=AUGUST, checked_at=NOON, probes=1900),
    picture=Axis(
        standing=Standing.BAD,
        reason=CameraReason.FINDING,
        since=NOON - timedelta(minutes=1),
        checked_at=NOON,
        probes=2,
    ),
    figures=CameraFigures(
        connect_ms=0.5,
        answer_ms=1.25,
        describe_ms=4.0,
        first_packet_ms=210.0,
        first_picture_ms=240.0,
        judge_ms=21.0,
        packets=31,
        pictures=6,
        frames_per_second=12.5,
        bits_per_second=512000.0,
        width=640,
        height=360,
        codec="h264",
        clock_offset=-0.5,
    ),
    findings=(
        PictureFinding(
            kind="blur", confidence=0.9, measure="sharpness", value=0.25, limit=0.5, usual_low=0.75, usual_high=1.25
        ),
    ),
    identity=CameraIdentity(maker="Kỹ thuật số", model="KC-2", firmware="1.0.4", serial_number="7F3A19C2"),
    learnt=100,
    pictures=CameraPictures(reference=SOUND.sha256, event=EVENT, taken_at=NOON),
)

MESSAGES: dict[str, Message] = {
    "keys": SiteKeys(
        serial=1786795200000,
        issued_at=NOON,
        keys=("3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
        revoked=("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",),
    ),
    "plan": AreaPlan(
        area=AreaId("thon-3"),
        serial=17,
        issued_at=NOON,
        until=NOON + timedelta(hours=72),
        since=NOON - timedelta(hours=4),
        occurrences=(
            Occurrence(
                id=MEETING,
                programme=ProgrammeId("hop-thon-3"),
                title="Mời họp thôn 3",
                start=NOON + timedelta(minutes=30),
                seconds=21.5,
                bulletin_class=BulletinClass.PRIORITY,
                sounds=(SOUND,),
                volume=85,
                order=0,
                requested_at=NOON - timedelta(hours=3),
                late=Late.JOIN,
                grace=600.0,
                resume=Resume.RESTART,
                content=Content.NEWS,
                entry=Entry.SOFT,
                longest_wait=900.0,
                hushes=(Hush(AreaId("cum-1"), NOON, NOON + timedelta(hours=1), Why.MOURNING, "Tang lễ"),),
            ),
        ),
    ),
    "urgent": AreaUrgent(
        area=AreaId("thon-3"),
        serial=1786795200000,
        issued_at=NOON,
        until=NOON + timedelta(hours=6),
        sounds=(FLOOD,),
        stopped_at=NOON - timedelta(minutes=1),
        silent_until=NOON + timedelta(minutes=30),
    ),
    "exercise": AreaExercise(
        area=AreaId("thon-3"),
        serial=1786795200000,
        issued_at=NOON,
        until=NOON + timedelta(hours=1),
        name="Diễn tập phòng chống lũ 2026",
        sounds=(
            msgspec.structs.replace(
                FLOOD,
                occurrence=replace(FLOOD.occurrence, bulletin_class=BulletinClass.PRIORITY, volume=80),
                words=f"Đây là diễn tập. {FLOOD.words} Đây là diễn tập.",
            ),
        ),
    ),
    "config": DeviceConfig(
        device=DeviceId("loa-03"),
        serial=4,
        areas=(AreaId("thon-3"), AreaId("xa-thu")),
        volume_cap=90,
        emergency_volume_cap=100,
        quiet_hours=QuietHours(
            windows=(
                QuietWindow(begins=time(21, 30), ends=time(5)),
                QuietWindow(begins=time(11, 30), ends=time(13), weekdays=(Weekday.SATURDAY, Weekday.SUNDAY)),
            )
        ),
        lead_seconds=1.5,
        tail_seconds=0.5,
        heartbeat=30.0,
        exercise_keys=("3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",),
        alarms=(
            Alarm(
                name="vo-dap",
                title="Vỡ đập",
                words="Vỡ đập. Bà con chạy ngay lên chỗ cao.",
                siren=Siren(SirenPattern.FLOOD, 20.0),
                sounds=(SOUND,),
            ),
        ),
        keep=(Sound(EVENT, 2.25, 14210),),
        cameras=(MARKET,),
    ),
    "command": ReceiptsStored(receipts=(ReceiptId("loa-03-41"), ReceiptId("loa-03-42"))),
    "health-stored": HealthStored(health=(HealthId("cam-03-7"),)),
    "time": TimeAnswer(question="9f3c21d07be64a58", at=NOON),
    "tone": SoundTone(occurrence=OccurrenceId("20260815T120000Z-41c0a3f2b7d95e68"), volume=40),
    "restart": Restart(),
    "state": DeviceState(
        device=DeviceId("loa-03"),
        session="5f1c",
        sequence=812,
        at=NOON,
        online=True,
        plans={AreaId("thon-3"): DIGEST},
        not_ready=(NotReady(MEETING, "audio-missing"),),
        playing=None,
        volume=85,
        waiting_receipts=1,
        refused={"expired": 2},
        clock_proven=True,
        clock_offset=-0.25,
        time_question="9f3c21d07be64a58",
        software="0.1.0",
        urgent={AreaId("thon-3"): 1786795200000},
        exercises={AreaId("thon-3"): 1786795200000},
        lock=(BOXES / "lock.txt").read_text().strip(),
        temperature=48.5,
        signal=-67.0,
    ),
    "health": DeviceHealth(
        id=HealthId("loa-03-7"),
        device=DeviceId("loa-03"),
        sequence=7,
        at=NOON,
        watching_since=AUGUST,
        cameras=(BLURRED,),
    ),
    "receipt": Receipt(
        id=ReceiptId("loa-03-42"),
        device=DeviceId("loa-03"),
        sequence=42,
        occurrence=MEETING,
        programme=ProgrammeId("hop-thon-3"),
        outcome=Outcome.INTERRUPTED,
        reason="emergency",
        started_at=NOON + timedelta(minutes=30, milliseconds=12),
        ended_at=NOON + timedelta(minutes=30, seconds=9, milliseconds=262),
        seconds=9.25,
        planned_seconds=21.5,
        sounds=(SOUND.sha256,),
        volume=85,
        voice="espeak-ng vi",
    ),
}


def files(pattern: str) -> list[Path]:
    return sorted(path for name in MESSAGES for path in (GOLDEN / name).glob(pattern))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("name", MESSAGES)
def test_what_we_write_is_byte_for_byte_what_was_agreed(name: str) -> None:
    assert encode(MESSAGES[name]) == (GOLDEN / name / "written.json").read_bytes().rstrip(b"\n")


@pytest.mark.parametrize("path", files("written*.json") + files("read*.json"), ids=name_of)
def test_what_was_agreed_is_read_as_it_is_meant(path: Path) -> None:
    expected = MESSAGES[path.parent.name]
    message = decode(path.read_bytes(), type(expected))
    if path.stem.endswith("-shortest"):
        for field in ("device", "area", "id", "receipts"):
            assert getattr(message, field, None) == getattr(expected, field, None)
    else:
        assert message == expected


@pytest.mark.parametrize("path", files("refused-*.json"), ids=name_of)
def test_what_was_agreed_to_be_wrong_is_refused_for_that_reason(path: Path) -> None:
    with pytest.raises(WireError) as refused:
        decode(path.read_bytes(), type(MESSAGES[path.parent.name]))
    assert path.stem.removeprefix("refused-").startswith(refused.value.reason)


@pytest.mark.parametrize("name", ["command", "health-stored", "time", "tone", "restart"])
def test_a_command_says_itself_which_one_it_is(name: str) -> None:
    assert decode_command((GOLDEN / name / "written.json").read_bytes()) == MESSAGES[name]
    for path in (GOLDEN / name).glob("refused-*.json"):
        with pytest.raises(WireError):
            decode_command(path.read_bytes())


def test_every_message_has_examples_of_both_kinds() -> None:
    for name in MESSAGES:
        for pattern in ("written.json", "read-*.json", "refused-*.json"):
            assert list((GOLDEN / name).glob(pattern)), f"{name}: no {pattern}"


def test_the_digest_of_a_plan_is_what_devices_have_stored() -> None:
    plan = MESSAGES["plan"]
    assert isinstance(plan, AreaPlan)
    assert plan.digest == (GOLDEN / "plan" / "digest.txt").read_text().strip()


SEALED = GOLDEN / "sealed"
TOPIC = "loa/1/xa-thu/area/thon-3/plan"


def find(kid: KeyId) -> VerifyKey | None:
    key = VerifyKey.from_text((SEALED / "public-key.txt").read_text().strip())
    return key if kid == key.id else None


def test_a_seal_of_long_ago_still_opens() -> None:
    opened = unseal((SEALED / "plan.jws").read_bytes().strip(), topic=TOPIC, now=NOON, find_key=find)
    plan = MESSAGES["plan"]
    assert isinstance(plan, AreaPlan)
    assert decode(opened.payload, AreaPlan) == msgspec.structs.replace(plan, since=None)
    assert (opened.issued_at, opened.expires_at) == (NOON, NOON + timedelta(hours=72))
    assert opened.id == "golden-1"


@pytest.mark.parametrize("path", sorted(SEALED.glob("refused-*.jws")), ids=lambda path: path.stem)
def test_a_seal_that_was_agreed_to_be_wrong_is_refused_for_that_reason(path: Path) -> None:
    with pytest.raises(WireError) as refused:
        unseal(path.read_bytes().strip(), topic=TOPIC, now=NOON, find_key=find)
    assert path.stem.removeprefix("refused-").startswith(refused.value.reason)


def test_a_box_of_long_ago_still_opens_for_its_device_and_camera_alone() -> None:
    key = BoxKey(SigningKey.from_pem((BOXES / "device-key.pem").read_bytes()))
    assert key.lock.text == (BOXES / "lock.txt").read_text().strip()
    assert key.open(MARKET.login, about=MARKET.id) == '{"user":"xem","password":"mật khẩu"}'.encode()
    for other, about in ((key, "another-camera"), (BoxKey(SigningKey.generate()), MARKET.id)):
        with pytest.raises(BadBox):
            other.open(MARKET.login, about=about)


@pytest.mark.parametrize("garbage", ["", "a.b.c.d.e", "eyJhbGciOiJub25lIn0....", MARKET.login[:-4] + "AAAA", "é" * 300])
def test_what_is_no_box_is_refused_as_one(garbage: str) -> None:
    with pytest.raises(BadBox):
        BoxKey(SigningKey.generate()).open(garbage, about=MARKET.id)
    with pytest.raises(ValueError, match="not an X25519 public key"):
        Lock.from_text(garbage)


def test_a_box_does_not_choose_its_own_cipher() -> None:
    key = BoxKey(SigningKey.generate())
    parts = key.lock.close(b"secret", about="x").split(".")
    weaker = base64.urlsafe_b64encode(b'{"alg":"dir","enc":"A128CBC-HS256","about":"x"}').rstrip(b"=").decode()
    with pytest.raises(BadBox):
        key.open(".".join([weaker, *parts[1:]]), about="x")


def test_a_reason_of_a_later_version_is_read_as_other() -> None:
    later = encode(MESSAGES["health"]).replace(b'"finding"', b'"eaten-by-ants"')
    assert decode(later, DeviceHealth).cameras[0].picture.reason is CameraReason.OTHER


def test_a_password_in_an_address_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(WireError) as refused:
        decode((GOLDEN / "config" / "refused-malformed-login-in-a-camera-s-address.json").read_bytes(), DeviceConfig)
    assert "geheim" not in str(refused.value)
