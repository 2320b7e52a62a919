"""Asks the kernel whether someone who knows the time keeps its clock: an NTP daemon, a GPS receiver."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

UNSYNCHRONISED = 0x0040
CLOCK_ERROR = 5


class Timex(ctypes.Structure):
    """The beginning of `struct timex`; the rest is room for what a kernel may add."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("frequency", ctypes.c_long),
        ("greatest_error", ctypes.c_long),
        ("error", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


AskKernel = Callable[[Timex], int]


def _adjtimex() -> AskKernel:
    try:
        function = ctypes.CDLL(None).adjtimex
    except (AttributeError, OSError):
        return lambda answer: CLOCK_ERROR
    return lambda answer: int(function(ctypes.byref(answer)))


_ask = _adjtimex()


def kernel_clock_is_kept(ask: AskKernel = _ask) -> bool:
    """False when nobody keeps it, when somebody set it by hand since, and where the kernel cannot be asked."""
    answer = Timex()
    said = ask(answer)
    return 0 <= said < CLOCK_ERROR and not answer.status & UNSYNCHRONISED
