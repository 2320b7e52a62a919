"""Between bytes and messages: strict in writing, lenient about fields it does not know, never surprised by garbage."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from devices.protocol.errors import Malformed, UnknownVersion
from devices.protocol.messages import (
    AreaExercise,
    AreaPlan,
    AreaUrgent,
    Command,
    DeviceConfig,
    DeviceHealth,
    DeviceState,
    HealthStored,
    Message,
    Receipt,
    ReceiptsStored,
    Restart,
    SiteKeys,
    SoundTone,
    TimeAnswer,
)
from schedules.errors import ScheduleError

MAX_BYTES = 512 * 1024
"""A plan of about a thousand occurrences stays below this."""

M = TypeVar("M", bound=Message)


def encode(message: Message) -> bytes:
    return msgspec.json.encode(message)


def decode(payload: bytes, kind: type[M]) -> M:
    """The message in `payload`; UnknownVersion or Malformed says why there is none."""
    message: M = _decode(payload, kind, kind.VERSION)
    return message


def decode_command(payload: bytes) -> Command:
    """The same for what may be any of the commands."""
    command: Command = _decode(payload, Command, Message.VERSION)
    return command


def _decode(payload: bytes, kind: Any, known: int) -> Any:
    if len(payload) > MAX_BYTES:
        raise Malformed(f"{len(payload)} bytes; a message has at most {MAX_BYTES}")
    try:
        version = _VERSION.decode(payload).v
        if version != known:
            raise UnknownVersion(f"version {version}; this reader knows {known}")
        return _READERS[kind].decode(payload)
    except (msgspec.MsgspecError, ScheduleError, UnicodeDecodeError, RecursionError, OverflowError) as wrong:
        raise Malformed(str(wrong)[:200]) from wrong


class _Versioned(msgspec.Struct):
    v: int


# Made before there are threads: two that are the first to read a kind of message at once crash inside msgspec 0.22.
_VERSION = msgspec.json.Decoder(_Versioned)
_READERS: dict[Any, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind)
    for kind in (
        AreaPlan,
        AreaUrgent,
        AreaExercise,
        DeviceConfig,
        DeviceState,
        DeviceHealth,
        Receipt,
        SiteKeys,
        ReceiptsStored,
        HealthStored,
        TimeAnswer,
        SoundTone,
        Restart,
        Command,
    )
}
