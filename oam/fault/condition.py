"""What a source says of one alarm and one object, and when that counts: delays and flapping. Pure."""

from __future__ import annotations

from collections import deque
from typing import Final

FLAPS: Final = 3
"""So many changes …"""
FLAPS_S: Final = 60.0
"""… within so many seconds are flapping."""
PEAKS_S: Final = 20.0
"""A soak delay from here on is there to pass over peaks: nothing that flaps could last through it."""
QUIET_S: Final = 60.0
"""Without a change for so long it no longer flaps."""


class Condition:
    """Whether something is wrong now, as its source has it. Times are seconds of a clock that nobody sets."""

    __slots__ = ("_changes", "flapping", "number", "object", "present", "severity", "since", "text")

    def __init__(self, number: int, name: str) -> None:
        self.number = number
        self.object = name
        self.present = False
        self.since = 0.0
        """When it last came or went."""
        self.severity = ""
        """As the source gave it; empty: that of the definition."""
        self.text = ""
        self.flapping = 0
        """Changes since it began to flap, those that made it so included; 0: it does not."""
        self._changes: deque[float] = deque(maxlen=FLAPS)

    def turn(self, present: bool, now: float) -> None:
        """Take note that it has come or gone."""
        self.present = present
        self.since = now
        self._changes.append(now)
        if self.flapping:
            self.flapping += 1
        elif len(self._changes) == FLAPS and now - self._changes[0] <= FLAPS_S:
            self.flapping = FLAPS

    def calm(self, now: float) -> bool:
        """End the flapping when it has been quiet for long enough; return whether it ended."""
        if not self.flapping or now - self.since < QUIET_S:
            return False
        self.flapping = 0
        self._changes.clear()
        return True

    def counts(self, now: float, soak_s: float, clear_s: float, raised: bool) -> bool:
        """Whether its alarm is to be raised now: after the soak delay, until the clear delay, while it flaps.

        Peaks that a long soak delay is to pass over raise nothing, however many there are.
        """
        if self.flapping and (raised or soak_s < PEAKS_S):
            return True
        if self.present:
            return raised or now - self.since >= soak_s
        return raised and now - self.since < clear_s

    def is_over(self, now: float) -> bool:
        """Whether it is gone and so long ago that it says nothing about flapping any more."""
        return not self.present and not self.flapping and now - self.since > FLAPS_S
