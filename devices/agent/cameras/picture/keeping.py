"""A profile as bytes, at most 200 kB of them, and back; whatever else is given is refused."""

from __future__ import annotations

import zlib
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from devices.agent.cameras.picture.look import BANDS, FINE, SMALL, TILES, Floats
from devices.agent.cameras.picture.profile import FIGURES, MOST_LOOKS, MOST_VIEWS, Profile, Recent, Standing
from devices.agent.cameras.picture.reference import Reference
from devices.agent.errors import BadProfile

MAGIC: Final = b"loa-picture-1\n"
MOST_BYTES: Final = 200_000
MOST_UNPACKED: Final = 600_000
STEPS: Final = (16, 8, 4, 2)
"""Fine detail is kept in this part of a level: the finest that fits."""

TILE_PLANE = TILES[::-1]
SMALL_PLANE = SMALL[::-1]
FINE_PLANE = FINE[::-1]


class KeptView(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    small: bytes
    fine: bytes
    detail: bytes
    usual: bytes
    seen: int


class KeptRecent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    small: bytes
    fine: bytes


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    figures: tuple[str, ...]
    views: tuple[KeptView, ...]
    moments: bytes
    history: bytes
    floor: bytes
    recent: KeptRecent | None
    step: int
    view: Standing
    freeze: Standing
    hours: int


def to_bytes(profile: Profile) -> bytes:
    """The profile as it is kept: at most MOST_BYTES, by keeping fine detail less finely if need be."""
    for step in STEPS:
        kept = MAGIC + zlib.compress(msgspec.msgpack.encode(_kept(profile, step)), 6)
        if len(kept) <= MOST_BYTES:
            break
    return kept


def from_bytes(kept: bytes) -> Profile:
    """The profile that `to_bytes` has kept. BadProfile for anything else, also for what another version has kept."""
    if not kept.startswith(MAGIC) or len(kept) > MOST_BYTES:
        raise _bad("it does not begin as one of this version")
    try:
        unpacker = zlib.decompressobj()
        packed = unpacker.decompress(kept[len(MAGIC) :], MOST_UNPACKED)
        if not unpacker.eof or unpacker.unused_data:
            raise _bad("it is cut off or longer than it may be")
        read = msgspec.msgpack.decode(packed, type=Kept)
    except (zlib.error, msgspec.DecodeError) as error:
        raise _bad(str(error)) from error
    if (
        read.figures != FIGURES
        or len(read.views) > MOST_VIEWS
        or not 0 <= read.hours < 1 << 24
        or read.step not in STEPS
    ):
        raise _bad("its figures are not those of this version")
    return _profile(read)


def _kept(profile: Profile, step: int) -> Kept:
    recent = profile.recent
    return Kept(
        figures=FIGURES,
        views=tuple(_kept_view(view, step) for view in profile.references),
        moments=profile.moments.tobytes(),
        history=_half(profile.history),
        floor=_half(profile.floor),
        recent=None if recent is None else KeptRecent(_half(recent.small), _bytes(recent.fine, step)),
        step=step,
        view=profile.view,
        freeze=profile.freeze,
        hours=profile.hours,
    )


def _kept_view(view: Reference, step: int) -> KeptView:
    return KeptView(
        small=_bytes(view.small, 1, np.uint8),
        fine=_bytes(view.fine, step),
        detail=_half(view.detail),
        usual=_half(view.usual),
        seen=view.seen,
    )


def _profile(read: Kept) -> Profile:
    moments = _numbers(read.moments, np.float64, (-1,))
    history = _numbers(read.history, np.float16, (-1, len(FIGURES)))
    if len(moments) != len(history) or len(moments) > MOST_LOOKS or not np.isfinite(moments).all():
        raise _bad("its looks and their times differ in number")
    floor = _numbers(read.floor, np.float16, TILE_PLANE).astype(np.float32)
    if np.isnan(floor).any() or np.isinf(history).any():
        raise _bad("it holds what is no number")
    return Profile(
        references=tuple(_view(view, read.step) for view in read.views),
        moments=moments,
        history=history.astype(np.float32),
        floor=floor,
        recent=None if read.recent is None else _recent(read.recent, read.step),
        view=read.view,
        freeze=read.freeze,
        hours=read.hours,
    )


def _view(view: KeptView, step: int) -> Reference:
    if view.seen < 1:
        raise _bad("it holds a view that was never seen")
    return Reference(
        small=_numbers(view.small, np.uint8, SMALL_PLANE).astype(np.float32),
        fine=_steps(view.fine, step),
        detail=_finite(view.detail, (BANDS, *TILE_PLANE)),
        usual=_finite(view.usual, TILE_PLANE),
        seen=view.seen,
    )


def _recent(recent: KeptRecent, step: int) -> Recent:
    return Recent(small=_finite(recent.small, SMALL_PLANE), fine=_steps(recent.fine, step))


def _bytes(plane: Floats, step: int, kind: type[np.integer] = np.int8) -> bytes:
    limits = np.iinfo(kind)
    return np.clip(np.rint(plane * step), limits.min, limits.max).astype(kind).tobytes()


def _steps(raw: bytes, step: int) -> Floats:
    return np.asarray(_numbers(raw, np.int8, FINE_PLANE).astype(np.float32) / step, np.float32)


def _half(plane: Floats) -> bytes:
    return plane.astype(np.float16).tobytes()


def _finite(raw: bytes, shape: tuple[int, ...]) -> Floats:
    plane = _numbers(raw, np.float16, shape)
    if not np.isfinite(plane).all():
        raise _bad("it holds what is no number")
    return plane.astype(np.float32)


def _numbers(raw: bytes, kind: type[np.generic], shape: tuple[int, ...]) -> NDArray[Any]:
    try:
        return np.frombuffer(raw, kind).reshape(shape)
    except ValueError as error:
        raise _bad("a plane in it has another size") from error


def _bad(why: str) -> BadProfile:
    return BadProfile(
        "Hồ sơ hình ảnh của camera không đọc được: hãy cho học lại",
        f"the kept profile of this camera's picture cannot be read ({why}): let it be learnt anew",
    )
