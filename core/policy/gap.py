"""Call gapping with the timer of E.412."""

from __future__ import annotations

from core.policy.gate import Gate


class Gap(Gate):
    """After a call has passed none passes for `interval_s`; the first that comes then passes, and it begins again."""

    __slots__ = ("_passed_at", "interval_s")

    def __init__(self, interval_s: float) -> None:
        self.interval_s: float = interval_s
        self._passed_at: float = -1e18

    def offer(self, now: float) -> bool:
        if now - self._passed_at < self.interval_s:
            return False
        self._passed_at = now
        return True

    def peek(self, now: float) -> bool:
        return now - self._passed_at >= self.interval_s

    def follow(self, older: Gate) -> None:
        if isinstance(older, Gap):
            self._passed_at = older._passed_at
