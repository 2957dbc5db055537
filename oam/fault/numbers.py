"""Numbers never given twice, also not after a `kill -9`: some are reserved on the disk before they are used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

AHEAD: Final = 100
"""Numbers reserved at a time."""
MARGIN: Final = 50
"""With so few left the next are reserved: that takes a moment."""


class Numbers:
    """One counter; after a crash it goes on behind what was reserved, which leaves a gap."""

    __slots__ = ("_reserve", "last", "reserved")

    def __init__(self, reserve: Callable[[], None]) -> None:
        self._reserve = reserve
        self.last = 0
        """The number given last."""
        self.reserved = 0
        """A later start goes on behind this one."""

    def resume(self, last: int) -> None:
        """Go on behind `last`, if that is further than we are."""
        self.last = max(self.last, last)
        self.reserved = self.last + AHEAD

    def next(self) -> int:
        """Return the next number; never waits."""
        self.last += 1
        if self.last + MARGIN > self.reserved:
            self.reserved = self.last + AHEAD
            self._reserve()
        return self.last
