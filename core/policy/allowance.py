"""A token bucket that is steered, and that those who are favoured may overdraw."""

from __future__ import annotations


class Allowance:
    """How many requests may come in: so many a second, so many at once after a quiet time."""

    __slots__ = ("_at", "depth", "rate", "tokens")

    def __init__(self, rate: float, depth: float, now: float) -> None:
        self.rate: float = rate
        """Tokens a second."""
        self.depth: float = depth
        """Tokens it holds at most."""
        self.tokens: float = depth
        self._at: float = now

    def has(self, reserve: float, now: float) -> bool:
        """Tell whether a token can be taken that leaves `reserve` behind; a negative one runs into debt."""
        if now > self._at:
            self.tokens = min(self.depth, self.tokens + (now - self._at) * self.rate)
            self._at = now
        return self.tokens >= 1.0 + reserve

    def take(self) -> None:
        """Take a token, whether it is there or not."""
        self.tokens -= 1.0

    def set_rate(self, rate: float, depth: float, now: float) -> None:
        """Go on with another rate; what was earned so far stays, as far as there is room for it."""
        self.has(0.0, now)
        self.rate = rate
        self.depth = depth
        self.tokens = min(self.tokens, depth)
