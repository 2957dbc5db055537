"""Leaky bucket: so many calls in so many seconds, and so many ahead of time.

The arithmetic of RFC 7415 §3.5.1 with T = per_s / rate and TAU = (burst - 1) * T. A token bucket that holds `burst`
tokens is the same seen from its other side: it lets exactly the same calls pass. Time is counted in whole parts of a
microsecond, as many as `rate`, of which T is a whole number: nothing is rounded, so nothing drifts.
"""

from __future__ import annotations

from typing import Final

from core.policy.gate import Gate

_MICRO: Final = 1_000_000


class LeakyBucket(Gate):
    """Lets `rate` calls pass in `per_s` seconds; after a quiet time `burst` of them at once."""

    __slots__ = ("_full_until", "_interval", "_rate", "_tolerance")

    def __init__(self, rate: int, per_s: int, burst: int) -> None:
        self._rate: int = rate
        self._interval: int = per_s * _MICRO
        """T."""
        self._tolerance: int = (burst - 1) * self._interval
        """TAU."""
        self._full_until: int = -1
        """When the bucket will have leaked empty; -1: nothing has come yet."""

    def offer(self, now: float) -> bool:
        at = int(now * _MICRO) * self._rate
        empty = self._full_until
        if empty < at:
            empty = at
        elif empty - at > self._tolerance:
            return False
        self._full_until = empty + self._interval
        return True

    def peek(self, now: float) -> bool:
        return self._full_until - int(now * _MICRO) * self._rate <= self._tolerance

    def is_empty(self, now: float) -> bool:
        """Tell whether it has leaked empty: it is as good as a new one."""
        return self._full_until <= int(now * _MICRO) * self._rate

    def follow(self, older: Gate) -> None:
        if isinstance(older, LeakyBucket) and older._full_until >= 0:
            self._full_until = older._full_until * self._rate // older._rate
