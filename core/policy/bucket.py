"""Token bucket: so many a second, and so many at once."""

from __future__ import annotations


class TokenBucket:
    """Tokens flow in at `rate` a second up to `burst`; a rate of 0 is no bound at all."""

    __slots__ = ("_filled_at", "_tokens", "burst", "rate")

    def __init__(self) -> None:
        self.rate: float = 0.0
        self.burst: float = 0.0
        self._tokens: float = 0.0
        self._filled_at: float = -1.0

    def configure(self, rate: float, burst: float) -> None:
        """Take other bounds; `burst` 0 is as many as `rate`. What is in the bucket stays, a new one is full."""
        burst = burst or max(rate, 1.0)
        self._tokens = burst if self.rate == 0.0 else min(self._tokens, burst)
        self.rate = rate
        self.burst = burst

    def has(self, now: float) -> bool:
        """Tell whether there is a token, without taking it."""
        if self.rate == 0.0:
            return True
        if self._filled_at >= 0.0 and now > self._filled_at:
            self._tokens = min(self.burst, self._tokens + (now - self._filled_at) * self.rate)
        self._filled_at = now
        return self._tokens >= 1.0 - 1e-9

    def take(self, now: float) -> bool:
        """Take a token; False when there is none."""
        if not self.has(now):
            return False
        if self.rate != 0.0:
            self._tokens -= 1.0
        return True
