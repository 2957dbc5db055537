"""How much of a processor answers may take: managers that ask without pause get a share, and calls the rest. Pure."""

from __future__ import annotations

from typing import Final

SHARE: Final = 0.25
"""Of one processor, in the long run."""
BURST_S: Final = 0.5
"""Processor time that may be taken at once: walks of tens of thousands of instances wait for nothing."""


class Allowance:
    """A bucket of processor time that fills by SHARE."""

    __slots__ = ("_at", "_left")

    def __init__(self) -> None:
        self._left = BURST_S
        self._at = 0.0

    def take(self, now: float, used: float) -> None:
        """Note that answers have used so much processor time; `now` is monotonic."""
        self._left = min(self._left + (now - self._at) * SHARE, BURST_S) - used
        self._at = now

    def rest(self, now: float) -> float:
        """Return the seconds for which nothing may be answered."""
        self.take(now, 0.0)
        return max(-self._left / SHARE, 0.0)
