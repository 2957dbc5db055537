"""One row of statistics as its only writer has it: what has been counted, and goes into the file once a second.

To count in a list of our own costs a third of counting in the file, and the file never shows half of an event.
"""

from __future__ import annotations

from typing import Final

from core.northbound.statistics import (
    BIDS,
    CALLS,
    CALLS_PEAK,
    RATE_PEAK,
    REFUSED_OTHER,
    SEIZURES,
    USAGE_MS,
    WIDTH,
)

MS: Final = 1000


class Row:
    """One object's row. Times are milliseconds of the engine's clock.

    Calls at this moment, their peak, and the time they take are kept here and written by `write`. The time of n calls
    that began at b1 … bn is n * now - (b1 + … + bn): so `_usage` goes down by the time at which a call begins, up by
    that at which it ends, and nothing has to be added up meanwhile.
    """

    __slots__ = ("_in_second", "_peak", "_rate", "_second", "_usage", "_written_ms", "base", "calls", "hit_ms",
                 "is_changed", "kind", "name", "number", "pending", "slots", "unwanted_ms")  # fmt: skip

    def __init__(self, slots: memoryview, number: int, base: int, kind: int, name: str, now_ms: int) -> None:
        self.slots: memoryview = slots
        self.number: int = number
        self.base: int = base
        """Its first slot."""
        self.pending: list[int] = [0] * WIDTH
        """By how much columns have risen since they were written; who changes it sets `is_changed`."""
        self.is_changed: bool = False
        self.kind: int = kind
        self.name: str = name
        self.calls: int = 0
        """At this moment, in set-up and answered."""
        self.hit_ms: int = now_ms
        """When it was last offered a call."""
        self.unwanted_ms: int = 0
        """Since when nobody needs it; 0: somebody does."""
        self._peak: int = 0
        self._rate: int = 0
        self._second: int = 0
        self._in_second: int = 0
        """Bids in that second."""
        self._usage: int = int(slots[base + USAGE_MS])
        self._written_ms: int = self._usage

    def add(self, column: int, count: int = 1) -> None:
        """Raise one column."""
        self.pending[column] += count
        self.is_changed = True

    def refuse(self, column: int, now_ms: int) -> None:
        """Count a bid that was refused, or redirected."""
        self.pending[column] += 1
        self._bid(now_ms)

    def seize(self, now_ms: int) -> None:
        """Count a bid that has become a seizure."""
        self.pending[SEIZURES] += 1
        self._bid(now_ms)
        self.begin(now_ms)

    def begin(self, now_ms: int) -> None:
        """Count a call from now on."""
        self._usage -= now_ms
        self.calls += 1
        self.is_changed = True
        if self.calls > self._peak:
            self._peak = self.calls

    def end(self, now_ms: int) -> None:
        """Count a call no more."""
        self._usage += now_ms
        self.calls -= 1
        self.is_changed = True

    def write(self, now_ms: int) -> None:
        """Bring into the file what has been counted, the calls, and the time they took, which only ever rises there."""
        slots, base = self.slots, self.base
        if self.is_changed:
            self.is_changed = False
            pending = self.pending
            for column in range(WIDTH):
                count = pending[column]
                if count:
                    slots[base + column] += count
                    pending[column] = 0
            slots[base + CALLS] = self.calls
        usage = self._usage + self.calls * now_ms
        if usage > self._written_ms:
            self._written_ms = usage
            slots[base + USAGE_MS] = usage

    def end_minute(self) -> None:
        """Bring the peaks of the minute that is over into the file; begin another."""
        self.slots[self.base + CALLS_PEAK] = self._peak
        self.slots[self.base + RATE_PEAK] = self._rate
        self._peak = self.calls
        self._rate = 0

    def _bid(self, now_ms: int) -> None:
        self.pending[BIDS] += 1
        self.is_changed = True
        self.hit_ms = now_ms
        second = now_ms // MS
        if second != self._second:
            self._second = second
            self._in_second = 0
        self._in_second += 1
        if self._in_second > self._rate:
            self._rate = self._in_second


def refuse(rows: list[Row], column: int, now_ms: int) -> None:
    """Count one refused bid in all rows that it concerns."""
    for row in rows:
        row.refuse(column, now_ms)


NOT_COUNTED: Final = -1
"""In place of a column: what happened is no bid, as a challenge is none."""
DEFAULT: Final = REFUSED_OTHER
