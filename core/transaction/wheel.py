"""Timer wheel: many coarse timers, started for the price of two list appends, never stopped.

A timer fires up to one slot late and never early. Its owner decides what a timer
that is no longer wanted means, which is nothing.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final

_SLOTS_PER_SECOND: Final = 20.0
NEVER: Final = float("inf")
SLOT_S: Final = 0.05
"""How late a timer may fire; who starts one again takes it off, so that lateness does not add up."""


class Timed:
    """What a timer can be started for."""

    __slots__ = ()

    def on_timer(self, timer: int, now: float) -> None:
        """Take note that `timer`, a number of the owner's own, has run out."""
        raise NotImplementedError


class Wheel:
    """All timers of one engine, in slots of 50 ms."""

    __slots__ = ("_due", "_slots")

    def __init__(self) -> None:
        self._slots: dict[int, list[tuple[Timed, int]]] = {}
        self._due: list[int] = []

    def start(self, due: float, owner: Timed, timer: int) -> None:
        """Call `owner.on_timer(timer, now)` once `due`, monotonic seconds, is past."""
        number = int(due * _SLOTS_PER_SECOND) + 1
        slot = self._slots.get(number)
        if slot is None:
            slot = []
            self._slots[number] = slot
            heappush(self._due, number)
        slot.append((owner, timer))

    def next_due(self) -> float:
        """Return when `fire` has something to do; NEVER when nothing is running."""
        return self._due[0] / _SLOTS_PER_SECOND if self._due else NEVER

    def fire(self, now: float) -> None:
        """Fire what is due. An owner may start timers from within."""
        current = int(now * _SLOTS_PER_SECOND)
        while self._due and self._due[0] <= current:
            slot = self._slots.pop(heappop(self._due))
            fired = 0
            try:
                for owner, timer in slot:
                    fired += 1
                    owner.on_timer(timer, now)
            finally:
                for owner, timer in slot[fired:]:  # one that fails takes no other with it
                    self.start(now, owner, timer)
