"""Whether what waits in a socket waits longer and longer: looked at when as many datagrams were taken as may be.

After a stall each datagram has waited less than the one before, for the work of a batch takes less than the time
in which it came. Where that takes longer, each has waited more: it comes faster than it can be dealt with, long
before the socket is full.
"""

from __future__ import annotations

from typing import Final

_LOOK_S: Final = 0.025
"""Least time between two looks."""
_GAP_S: Final = 0.25
"""Most time between two: batches were not full meanwhile."""
_LEAST_S: Final = 0.02
"""What is less may rise by chance."""
_LOOKS: Final = 4
"""So many looks after the first none may have waited less than the one before; a stall raises it once."""


class Rising:
    """The waiting time at one socket; `is_due` is cheap, and asked before it is found out."""

    __slots__ = ("_at", "_looks", "_waited")

    def __init__(self) -> None:
        self._at: float = 0.0
        self._waited: float = 0.0
        self._looks: int = 0

    def is_due(self, now: float) -> bool:
        """Tell whether it is time for a look, a batch having been full."""
        return now - self._at >= _LOOK_S

    def look(self, waited: float, now: float) -> bool:
        """Take how long the last datagram of a full batch has waited, seconds; tell whether that rises."""
        if waited < self._waited or self._waited < _LEAST_S or now - self._at > _GAP_S:
            self._looks = 0
        else:
            self._looks += 1
        self._at = now
        self._waited = waited
        return self._looks >= _LOOKS
