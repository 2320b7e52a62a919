"""Whoever owns the broker, the network or another device still cannot speak."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.protocol.codec import MAX_BYTES
from devices.protocol.errors import BadSignature, Expired, WireError, WrongTopic
from devices.protocol.signing import FUTURE_TOLERANCE, KeyId, Opened, SigningKey, VerifyKey, unseal
from devices.protocol.topics import DeviceChannel, DeviceId, SiteId, Topics

OURS, THEIRS = SigningKey.generate(), SigningKey.generate()
NOW = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)
TOPIC = "loa/1/xa-thu/area/thon-1/plan"
LATER = NOW + timedelta(hours=1)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def find(kid: KeyId) -> VerifyKey | None:
    return OURS.public if kid == OURS.id else None


def seal(payload: bytes = b"{}") -> bytes:
    return OURS.seal(payload, topic=TOPIC, issued_at=NOW, expires_at=LATER)


def opened(sealed: bytes, *, topic: str = TOPIC, now: datetime = NOW) -> Opened:
    return unseal(sealed, topic=topic, now=now, find_key=find)


def coded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def header_of(sealed: bytes) -> dict[str, object]:
    first = sealed.split(b".")[0]
    decoded: dict[str, object] = json.loads(base64.urlsafe_b64decode(first + b"=" * (-len(first) % 4)))
    return decoded


def forged(header: object, key: SigningKey, payload: bytes = b"{}") -> bytes:
    """A JWS with any header, rightly signed with `key`."""
    said = coded(json.dumps(header).encode()) + b"." + coded(payload)
    signature = key._key.private_key.sign(said)
    return said + b"." + coded(signature)


@given(
    st.binary(max_size=2000),
    st.from_regex(r"[a-z0-9/-]{0,150}", fullmatch=True),
    st.timedeltas(timedelta(0), timedelta(days=3650)),
)
def test_what_is_sealed_is_opened_unaltered(payload: bytes, topic: str, lasts: timedelta) -> None:
    sealed = OURS.seal(payload, topic=topic, issued_at=NOW, expires_at=NOW + lasts)
    result = opened(sealed, topic=topic)
    assert (result.payload, result.key, result.issued_at) == (payload, OURS.id, NOW)
    assert abs(result.expires_at - (NOW + lasts)) < timedelta(milliseconds=1)


def test_a_new_key_can_be_named_on_a_command_line() -> None:
    assert not [key.id for key in (SigningKey.generate() for _ in range(500)) if key.id.startswith("-")]


def test_a_seal_is_a_compact_jws_that_says_who_where_and_how_long() -> None:
    header = header_of(seal())
    assert list(header) == ["alg", "kid", "topic", "iat", "exp", "jti"]
    assert header["alg"] == "EdDSA"
    assert (header["kid"], header["topic"]) == (OURS.id, TOPIC)
    assert (header["iat"], header["exp"]) == (NOW.timestamp(), LATER.timestamp())
    assert header["jti"] != header_of(seal())["jti"]


@given(st.data())
def test_one_bit_altered_anywhere_breaks_the_seal(data: st.DataObject) -> None:
    sealed = bytearray(seal(b'{"what": "six o\'clock"}'))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BadSignature):
        opened(bytes(sealed))


@given(st.text(max_size=80))
def test_a_seal_holds_on_its_own_topic_only(topic: str) -> None:
    if topic != TOPIC:
        with pytest.raises(WrongTopic):
            opened(seal(), topic=topic)


def test_a_seal_holds_until_it_expires_and_no_longer() -> None:
    assert opened(seal(), now=LATER).payload == b"{}"
    with pytest.raises(Expired, match="expired at 2026-03-01T06:00:00Z"):
        opened(seal(), now=LATER + timedelta(seconds=1))


def test_a_seal_from_the_future_is_refused_but_for_a_clock_a_little_ahead() -> None:
    assert opened(seal(), now=NOW - FUTURE_TOLERANCE).payload == b"{}"
    with pytest.raises(Expired, match="future"):
        opened(seal(), now=NOW - FUTURE_TOLERANCE - timedelta(seconds=1))


def test_another_key_cannot_speak_even_under_our_name() -> None:
    theirs = THEIRS.seal(b"{}", topic=TOPIC, issued_at=NOW, expires_at=LATER)
    with pytest.raises(BadSignature, match="not one of ours"):
        opened(theirs)
    with pytest.raises(BadSignature):
        opened(forged({**header_of(theirs), "kid": OURS.id}, THEIRS))


@pytest.mark.parametrize("signature", [b"", b"AAAA"])
@pytest.mark.parametrize(
    "algorithm", ["none", "None", "NONE", "", "HS256", "Ed25519", "RS256", "ES256", None, 1, ["EdDSA"]]
)
def test_no_other_algorithm_is_accepted(algorithm: object, signature: bytes) -> None:
    header = {**header_of(seal()), "alg": algorithm}
    with pytest.raises(BadSignature):
        opened(coded(json.dumps(header).encode()) + b"." + coded(b"{}") + b"." + signature)
    with pytest.raises(BadSignature):
        opened(forged(header, OURS))


def test_the_public_key_is_no_shared_secret() -> None:
    public = OURS.public
    raw = base64.urlsafe_b64decode(public.text + "=")
    pem = public.key.as_pem(private=False)
    said = coded(json.dumps({**header_of(seal()), "alg": "HS256"}).encode()) + b"." + coded(b"{}")
    for secret in (raw, pem, public.text.encode(), json.dumps(public.key.as_dict(private=False)).encode()):
        with pytest.raises(BadSignature):
            opened(said + b"." + coded(hmac.digest(secret, said, "sha256")))


@pytest.mark.parametrize("name", ["jwk", "jku", "x5c", "x5u"])
def test_a_key_that_the_message_brings_along_is_ignored(name: str) -> None:
    brought: dict[str, object] = {
        "jwk": THEIRS.public.key.as_dict(private=False),
        "jku": "https://attacker.example/keys.json",
        "x5c": ["MIIB"],
        "x5u": "https://attacker.example/cert.pem",
    }
    header = {**header_of(seal()), name: brought[name]}
    with pytest.raises(BadSignature):
        opened(forged(header, THEIRS))
    with pytest.raises(BadSignature):
        opened(forged({**header, "kid": THEIRS.id}, THEIRS))
    assert opened(forged(header, OURS)).key == OURS.id


def test_a_header_that_must_be_understood_and_is_not_makes_the_message_void() -> None:
    for extra in ({"crit": ["b64"], "b64": False}, {"crit": ["new"], "new": 1}):
        with pytest.raises(BadSignature):
            opened(forged({**header_of(seal()), **extra}, OURS))


@given(st.dictionaries(st.sampled_from(["alg", "kid", "topic", "iat", "exp", "jti", "crit", "b64"]), JSON, max_size=6))
def test_our_own_signature_under_any_header_surprises_nobody(changes: dict[str, object]) -> None:
    try:
        result = opened(forged({**header_of(seal()), **changes}, OURS))
    except WireError:
        return
    assert result.key == OURS.id


@given(
    st.one_of(
        st.binary(),
        st.lists(st.binary(max_size=12), max_size=5).map(b".".join),
        JSON.map(lambda x: coded(json.dumps(x).encode()) + b".."),
    )
)
def test_garbage_is_refused_and_surprises_nobody(sealed: bytes) -> None:
    with pytest.raises(WireError):
        opened(sealed)


@pytest.mark.parametrize(
    "sealed",
    [
        coded(b"[" * 100_000) + b".e30.AAAA",
        coded(b'{"alg":"EdDSA","kid":' + b"9" * 5000 + b"}") + b".e30.AAAA",
        b"." * 1_000_000,
        b"e30." + b"A" * 5_000_000 + b".AAAA",
        coded(b"\xff\xfe") + b".e30.AAAA",
    ],
    ids=["deep", "long number", "dots", "huge", "no text"],
)
def test_costly_garbage_is_refused_too(sealed: bytes) -> None:
    with pytest.raises(BadSignature) as refused:
        opened(sealed)
    assert len(str(refused.value)) < 300


def test_the_longest_topic_can_be_sealed() -> None:
    now = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    topic = Topics(SiteId("x" * 63)).device(DeviceId("y" * 63), DeviceChannel.COMMAND)
    sealed = OURS.seal(b"{}", topic=topic, issued_at=now, expires_at=now + timedelta(days=3650))
    assert opened(sealed, topic=topic, now=now).payload == b"{}"


def test_the_largest_message_can_be_sealed() -> None:
    assert len(opened(seal(bytes(MAX_BYTES))).payload) == MAX_BYTES


def test_keys_survive_being_written_down() -> None:
    again = SigningKey.from_pem(OURS.to_pem())
    assert again.id == OURS.id == OURS.public.id
    assert VerifyKey.from_text(OURS.public.text).id == OURS.id
    assert b"PRIVATE" in OURS.to_pem()
    assert "d" not in OURS.public.key.as_dict()


@given(st.text(max_size=60))
def test_text_that_is_no_public_key_is_refused(text: str) -> None:
    try:
        key = VerifyKey.from_text(text)
    except ValueError:
        return
    assert len(base64.urlsafe_b64decode(key.text + "=")) == 32
