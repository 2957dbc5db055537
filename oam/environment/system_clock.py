"""What the kernel knows of its clock: whether something keeps it right, and how far it is off (adjtimex(2))."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Final

import msgspec

_UNSYNC: Final = 0x0040
_NANO: Final = 0x2000


class Timex(ctypes.Structure):
    """`struct timex` of Linux, of which we read the beginning."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    )


class ClockReading(msgspec.Struct, frozen=True):
    """The clock at one moment."""

    synchronised: bool | None
    """`None`: the kernel does not tell."""
    offset_ms: float | None
    """What is still to be corrected."""
    error_ms: float | None
    """Estimated error."""


Adjtimex = Callable[[Timex], int]
"""Fills the structure; returns the state of the clock, -1 when it cannot."""


@cache
def _system() -> Adjtimex | None:
    try:
        function = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return None
    return lambda timex: int(function(ctypes.byref(timex)))


def read_clock(adjtimex: Adjtimex | None = None) -> ClockReading:
    """Ask the kernel, changing nothing."""
    ask = adjtimex or _system()
    timex = Timex()  # modes 0: read only
    if ask is None or ask(timex) < 0:
        return ClockReading(None, None, None)
    scale = 1e-6 if timex.status & _NANO else 1e-3
    return ClockReading(not timex.status & _UNSYNC, timex.offset * scale, timex.esterror / 1000)
