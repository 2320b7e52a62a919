"""Altered seals: every one was rightly signed before somebody touched it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from random import Random

HEADERS: tuple[tuple[str, object], ...] = (
    ("alg", "none"),
    ("alg", "HS256"),
    ("alg", ["EdDSA"]),
    ("kid", ""),
    ("kid", {"x": 1}),
    ("topic", "loa/1/xa/area/khac/plan"),
    ("topic", None),
    ("iat", 0),
    ("iat", True),
    ("exp", 1e300),
    ("exp", "never"),
    ("jti", "again"),
    ("crit", ["exp"]),
    ("b64", False),
    ("jwk", {"kty": "OKP", "crv": "Ed25519", "x": "AA"}),
)


def mutants(genuine: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """`count` messages, none of them one of `genuine`."""
    chance, known = Random(seed), set(genuine)
    while count:
        made = _altered(chance.choice(genuine), genuine, chance)
        if made not in known:
            count -= 1
            yield made


def _altered(sealed: bytes, genuine: Sequence[bytes], chance: Random) -> bytes:
    at = chance.randrange(len(sealed))
    to = min(len(sealed), at + chance.randrange(1, 60))
    match chance.randrange(8):
        case 0:
            return sealed[:at] + bytes([sealed[at] ^ 1 << chance.randrange(8)]) + sealed[at + 1 :]
        case 1:
            return sealed[:at] + sealed[to:]
        case 2:
            return sealed[:to] + sealed[at:to] + sealed[to:]
        case 3:
            return sealed[:at] + chance.randbytes(to - at) + sealed[to:]
        case 4:
            return b".".join(chance.choice(genuine).split(b".")[part] for part in range(3))
        case 5:
            return sealed + chance.choice((b"=", b".", b"\n", b"\0", b".AA", sealed))
        case 6:
            return _other_header(sealed, *chance.choice(HEADERS))
    return chance.choice((b"", b"..", b".", sealed[:at], sealed.lower(), sealed[::-1], b"\xff" * at))


def _other_header(sealed: bytes, name: str, value: object) -> bytes:
    header, rest = sealed.split(b".", 1)
    read = json.loads(base64.urlsafe_b64decode(header + b"=" * (-len(header) % 4)))
    return base64.urlsafe_b64encode(json.dumps({**read, name: value}).encode()).rstrip(b"=") + b"." + rest
