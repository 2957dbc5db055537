"""A share of the calls: error diffusion, so that the share is exact and evenly spread."""

from __future__ import annotations

from core.policy.gate import Gate


class Share(Gate):
    """Holds back `percent` of the calls.

    Of any n calls it holds back n * percent / 100, rounded down or up; of any 100, or 10,000, exactly that.
    """

    __slots__ = ("_error", "percent")

    def __init__(self, percent: int) -> None:
        self.percent: int = percent
        self._error: int = 0
        """What is still owed, in hundredths of a call."""

    def offer(self, now: float) -> bool:
        self._error += self.percent
        if self._error < 100:
            return True
        self._error -= 100
        return False

    def peek(self, now: float) -> bool:
        return self._error + self.percent < 100

    def follow(self, older: Gate) -> None:
        if isinstance(older, Share):
            self._error = older._error
