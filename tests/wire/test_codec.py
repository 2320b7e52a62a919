"""Messages survive the wire, and nothing that arrives surprises the reader."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.protocol.codec import MAX_BYTES, decode, encode
from devices.protocol.errors import Malformed, UnknownVersion, WireError
from devices.protocol.messages import (
    Alarm,
    AreaExercise,
    AreaPlan,
    AreaUrgent,
    DeviceConfig,
    DeviceState,
    Message,
    NotReady,
    PlanDigest,
    Receipt,
    ReceiptId,
    ReceiptsStored,
    Siren,
    SirenPattern,
    UrgentSound,
)
from devices.protocol.topics import DeviceId
from schedules.occurrence import Hush, Occurrence, OccurrenceId, Why
from schedules.outcome import Outcome
from schedules.priority import BulletinClass, Entry, Late, Resume
from schedules.programme import AreaId, Content, ProgrammeId, Sha256, Sound

KINDS = (AreaPlan, AreaUrgent, AreaExercise, DeviceConfig, DeviceState, Receipt, ReceiptsStored)
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
COUNT = st.integers(0, 2**53)
PERCENT = st.integers(0, 100)
SECONDS = st.floats(0, 86_400)
MOMENT = st.timedeltas(timedelta(days=-12_000), timedelta(days=27_000)).map(datetime(2026, 1, 1, tzinfo=UTC).__add__)
HASH = st.binary(min_size=32, max_size=32).map(bytes.hex).map(Sha256)
SOUND = st.builds(Sound, HASH, st.floats(0.1, 14400), st.integers(1, 2**40))
OCCURRENCE = st.builds(
    Occurrence,
    id=TEXT.map(OccurrenceId),
    programme=TEXT.map(ProgrammeId),
    title=TEXT,
    start=MOMENT,
    seconds=SECONDS,
    bulletin_class=st.sampled_from(BulletinClass),
    sounds=st.lists(SOUND, max_size=3).map(tuple),
    volume=PERCENT,
    order=st.integers(-100, 100),
    requested_at=MOMENT,
    late=st.sampled_from(Late),
    grace=SECONDS,
    resume=st.sampled_from(Resume),
    content=st.sampled_from(Content),
    entry=st.sampled_from(Entry),
    longest_wait=SECONDS,
    hushes=st.lists(
        st.builds(Hush, st.none() | TEXT.map(AreaId), MOMENT, MOMENT, st.sampled_from(Why), TEXT), max_size=2
    ).map(tuple),
)
SIREN = st.builds(Siren, st.sampled_from(SirenPattern), st.floats(0.1, 120))


def urgent_sounds(bulletin_class: BulletinClass) -> st.SearchStrategy[tuple[UrgentSound, ...]]:
    said = OCCURRENCE.map(
        lambda one: replace(
            one, bulletin_class=bulletin_class, late=Late.WHOLE, hushes=(), seconds=max(one.seconds, 0.1)
        )
    )
    sound = st.builds(UrgentSound, occurrence=said, words=TEXT, language=TEXT, siren=SIREN)
    return st.lists(sound, max_size=2).map(tuple)


MESSAGE: st.SearchStrategy[Message] = st.one_of(
    st.builds(
        AreaPlan,
        v=st.just(1),
        area=TEXT.map(AreaId),
        serial=COUNT,
        issued_at=MOMENT,
        until=MOMENT,
        occurrences=st.lists(OCCURRENCE, max_size=3).map(tuple),
    ),
    st.builds(
        AreaUrgent,
        v=st.just(1),
        area=TEXT.map(AreaId),
        serial=COUNT,
        issued_at=MOMENT,
        until=MOMENT,
        sounds=urgent_sounds(BulletinClass.EMERGENCY),
        stopped_at=st.none() | MOMENT,
        silent_until=st.none() | MOMENT,
    ),
    st.builds(
        AreaExercise,
        v=st.just(1),
        area=TEXT.map(AreaId),
        serial=COUNT,
        issued_at=MOMENT,
        until=MOMENT,
        name=TEXT.filter(str.strip),
        sounds=urgent_sounds(BulletinClass.PRIORITY),
    ),
    st.builds(
        DeviceConfig,
        v=st.just(1),
        device=TEXT.map(DeviceId),
        serial=COUNT,
        areas=st.lists(TEXT.map(AreaId), max_size=4).map(tuple),
        volume_cap=PERCENT,
        heartbeat=st.floats(0.1, 3600),
        emergency_volume_cap=PERCENT,
        exercise_keys=st.lists(TEXT, max_size=2).map(tuple),
        alarms=st.lists(
            st.builds(Alarm, name=st.sampled_from(["vo-dap", "lu-quet"]), title=TEXT, words=TEXT, siren=SIREN),
            max_size=2,
            unique_by=lambda alarm: alarm.name,
        ).map(tuple),
    ),
    st.builds(
        DeviceState,
        v=st.just(1),
        device=TEXT.map(DeviceId),
        session=TEXT,
        sequence=COUNT,
        at=MOMENT,
        online=st.booleans(),
        plans=st.dictionaries(TEXT.map(AreaId), TEXT.map(PlanDigest), max_size=3),
        not_ready=st.lists(st.builds(NotReady, TEXT.map(OccurrenceId), TEXT), max_size=3).map(tuple),
        playing=st.none() | TEXT.map(OccurrenceId),
        volume=PERCENT,
        waiting_receipts=COUNT,
        refused=st.dictionaries(TEXT, COUNT, max_size=3),
        software=TEXT,
    ),
    st.builds(
        Receipt,
        v=st.just(1),
        id=TEXT.map(ReceiptId),
        device=TEXT.map(DeviceId),
        sequence=COUNT,
        occurrence=TEXT.map(OccurrenceId),
        programme=TEXT.map(ProgrammeId),
        outcome=st.sampled_from(Outcome),
        reason=TEXT,
        started_at=st.none() | MOMENT,
        ended_at=st.none() | MOMENT,
        seconds=SECONDS,
        planned_seconds=SECONDS,
        sounds=st.lists(HASH, max_size=3).map(tuple),
        volume=PERCENT,
    ),
    st.builds(ReceiptsStored, v=st.just(1), receipts=st.lists(TEXT.map(ReceiptId), max_size=4).map(tuple)),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.just("2026-03-01T05:00:00Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def reader_accepts_only_messages(payload: bytes, kind: type[Message]) -> None:
    try:
        message = decode(payload, kind)
    except WireError:
        return
    assert isinstance(message, kind)
    assert decode(encode(message), kind) == message


@given(MESSAGE)
def test_what_is_written_is_read_unaltered(message: Message) -> None:
    assert decode(encode(message), type(message)) == message


@given(MESSAGE, st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1, max_size=9), JSON, max_size=3))
def test_fields_of_later_versions_are_ignored(message: Message, later: dict[str, object]) -> None:
    known = json.loads(encode(message))
    more = {f"later-{name}": value for name, value in later.items()}
    assert decode(json.dumps({**more, **known}).encode(), type(message)) == message


@given(st.binary(max_size=300), st.sampled_from(KINDS))
def test_random_bytes_are_refused(payload: bytes, kind: type[Message]) -> None:
    reader_accepts_only_messages(payload, kind)


@given(MESSAGE, st.sampled_from(KINDS), st.data())
def test_bytes_altered_on_the_way_surprise_nobody(message: Message, kind: type[Message], data: st.DataObject) -> None:
    payload = bytearray(encode(message))
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(payload) - 1))
        payload[position : position + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        if not payload:
            break
    reader_accepts_only_messages(bytes(payload), kind)
    reader_accepts_only_messages(bytes(payload), type(message))


@given(MESSAGE, st.data())
def test_any_other_value_in_any_place_surprises_nobody(message: Message, data: st.DataObject) -> None:
    fields = json.loads(encode(message))

    def altered(value: object) -> object:
        if isinstance(value, dict) and value and data.draw(st.booleans()):
            name = data.draw(st.sampled_from(sorted(value)))
            return {**value, name: altered(value[name])}
        if isinstance(value, list) and value and data.draw(st.booleans()):
            return [altered(value[0]), *value[1:]]
        return data.draw(JSON)

    reader_accepts_only_messages(json.dumps(altered(fields)).encode(), type(message))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"1e999999",
        b"{" * 100_000,
        b"[" * 100_000,
        b'{"v":1,"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"v":1}' + b" " * MAX_BYTES,
        b'{"v":' + b"9" * 5000 + b"}",
        b'{"v":1,"v":2}',
        b'\xef\xbb\xbf{"v":1}',
        '{"v":1,"device":"\ud800"}'.encode("utf-8", "surrogatepass"),
    ],
    ids=[
        "empty",
        "null",
        "list",
        "number",
        "deep",
        "deep lists",
        "deep field",
        "large",
        "digits",
        "twice",
        "mark",
        "half",
    ],
)
def test_hostile_payloads_are_refused(payload: bytes, kind: type[Message]) -> None:
    with pytest.raises(WireError) as refused:
        decode(payload, kind)
    assert len(str(refused.value)) <= 300


PLAN = {"v": 1, "area": "a", "serial": 1, "issued_at": "2026-03-01T05:00:00Z", "until": "2026-03-04T05:00:00Z"}
TONE = {"sha256": "0" * 64, "seconds": 1.0, "size": 1}
BROADCAST = {
    "id": "x",
    "programme": "p",
    "title": "",
    "start": "2026-03-01T05:00:00Z",
    "seconds": 1.0,
    "bulletin_class": "normal",
    "sounds": [TONE],
    "volume": 80,
    "order": 0,
    "requested_at": "2026-03-01T05:00:00Z",
    "late": "join",
    "grace": 600.0,
    "resume": "resume",
}
QUIET = {"area": None, "start": "2026-03-01T14:00:00Z", "end": "2026-03-01T22:00:00Z", "why": "quiet-hours"}


def plan_with(changes: dict[str, object]) -> bytes:
    return json.dumps({**PLAN, "occurrences": [{**BROADCAST, **changes}]}).encode()


def test_a_plan_written_by_hand_is_read() -> None:
    plan = decode(plan_with({"hushes": [QUIET]}), AreaPlan)
    assert plan.occurrences[0].hushes[0].why is Why.QUIET_HOURS


@pytest.mark.parametrize(
    "changes",
    [
        {"sounds": [{**TONE, "sha256": "not a hash"}]},
        {"sounds": [{**TONE, "sha256": "A" * 64}]},
        {"sounds": [{**TONE, "seconds": 0}]},
        {"sounds": [{**TONE, "seconds": 1e9}]},
        {"sounds": [{**TONE, "size": 0}]},
        {"sounds": [{**TONE, "size": "1"}]},
        {"start": "2026-03-01T05:00:00"},
        {"requested_at": "2026-03-01T05:00:00"},
        {"start": "2026-02-30T05:00:00Z"},
        {"hushes": [{**QUIET, "start": "2026-03-01T14:00:00"}]},
        {"hushes": [{**QUIET, "why": "because"}]},
        {"volume": "loud"},
        {"volume": 101},
        {"seconds": -1},
        {"longest_wait": 1e9},
        {"late": "never"},
    ],
    ids=str,
)
def test_a_plan_that_cannot_be_is_malformed(changes: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        decode(plan_with(changes), AreaPlan)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", [0, 2, -1])
def test_other_versions_are_refused_as_such(kind: type[Message], version: int) -> None:
    with pytest.raises(UnknownVersion):
        decode(json.dumps({"v": version}).encode(), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_without_a_version_is_malformed(kind: type[Message]) -> None:
    with pytest.raises(Malformed):
        decode(b"{}", kind)


@given(MESSAGE)
def test_messages_cannot_be_altered_once_made(message: Message) -> None:
    with pytest.raises(AttributeError):
        message.v = 2  # type: ignore[misc]
    assert isinstance(message, msgspec.Struct)


@given(st.lists(OCCURRENCE, max_size=3).map(tuple), COUNT, COUNT, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_plan_published_again_has_the_same_digest(
    occurrences: tuple[Occurrence, ...], serial: int, later: int, after: timedelta
) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    area = AreaId("thon-1")
    first = AreaPlan(area=area, serial=serial, issued_at=now, until=now, occurrences=occurrences)
    again = AreaPlan(area=area, serial=later, issued_at=now + after, until=now + after, occurrences=occurrences)
    elsewhere = AreaPlan(area=AreaId("thon-2"), serial=serial, issued_at=now, until=now, occurrences=occurrences)
    assert first.digest == again.digest == decode(encode(first), AreaPlan).digest
    assert first.digest != elsewhere.digest


def test_a_plan_of_an_item_a_minute_for_half_a_day_fits() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    sound = Sound(Sha256("0" * 64), 60.0, 10**6)
    one = Occurrence(
        id=OccurrenceId("20260301T050000Z-0123456789abcdef"),
        programme=ProgrammeId("0123456789abcdef"),
        title="Thông báo họp thôn về việc nạo vét kênh mương nội đồng",
        start=now,
        seconds=60.0,
        bulletin_class=BulletinClass.NORMAL,
        sounds=(sound,),
        volume=80,
        order=0,
        requested_at=now,
        late=Late.JOIN,
        grace=600.0,
        resume=Resume.RESUME,
    )
    plan = AreaPlan(area=AreaId("thon-1"), serial=1, issued_at=now, until=now, occurrences=(one,) * 720)
    assert decode(encode(plan), AreaPlan) == plan


def test_a_siren_that_a_device_does_not_know_is_no_reason_to_be_silent() -> None:
    read = msgspec.json.decode(b'{"pattern":"tsunami","seconds":9}', type=Siren)
    assert read == Siren(SirenPattern.WARNING, 9.0)


def test_a_plan_of_a_later_version_keeps_the_name_that_its_writer_gave_it() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    plan = AreaPlan(area=AreaId("thon-1"), serial=1, issued_at=now, until=now, occurrences=())
    later = msgspec.json.decode(encode(plan)) | {"digest": "f" * 64}
    assert decode(msgspec.json.encode(later), AreaPlan).digest == "f" * 64
