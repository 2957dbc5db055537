"""One row of statistics as its only writer has it: what has been counted, and goes into the file once a second.

To count in a list of our own costs a fraction of counting in the file, and the file never shows half of an event.
"""

from __future__ import annotations

from array import array
from typing import Final

from core.northbound.statistics import (
    BIDS,
    CALLS,
    CALLS_PEAK,
    PROCESSING_BOUNDS_US,
    PROCESSING_HISTOGRAM,
    RATE_PEAK,
    REFUSED_OTHER,
    SEIZURES,
    USAGE_MS,
)

MS: Final = 1000
USED: Final = PROCESSING_HISTOGRAM + len(PROCESSING_BOUNDS_US) + 1
"""Columns that there are; the rest of a row is kept free."""


class Row:
    """One object's row. Times are milliseconds of the engine's clock.

    Calls at this moment, their peak, and the time they take are kept here and written by `write`. The time of n calls
    that began at b1 … bn is n * now - (b1 + … + bn): so `_usage` goes down by the time at which a call begins, up by
    that at which it ends, and nothing has to be added up meanwhile.
    """

    __slots__ = ("_in_second", "_peak", "_rate", "_second", "_usage", "base", "calls", "hit_ms",
                 "is_changed", "kind", "name", "number", "slots", "unwanted_ms", "values")  # fmt: skip

    def __init__(self, slots: memoryview, number: int, base: int, kind: int, name: str, now_ms: int) -> None:
        self.slots: memoryview = slots
        self.number: int = number
        self.base: int = base
        """Its first slot."""
        self.values: list[int] = slots[base : base + USED].tolist()
        """By column; who changes it sets `is_changed`."""
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
        self._usage: int = self.values[USAGE_MS]

    def add(self, column: int, count: int = 1) -> None:
        """Raise one column."""
        self.values[column] += count
        self.is_changed = True

    def refuse(self, column: int, now_ms: int) -> None:
        """Count a bid that was refused, or redirected."""
        values = self.values
        values[BIDS] += 1
        values[column] += 1
        self.is_changed = True
        self.hit_ms = now_ms
        self._rate_of(now_ms // MS)

    def seize(self, now_ms: int, second: int) -> None:
        """Count a bid that has become a seizure, in this second."""
        values = self.values
        values[BIDS] += 1
        values[SEIZURES] += 1
        self.is_changed = True
        self.hit_ms = now_ms
        self._usage -= now_ms
        calls = self.calls = self.calls + 1
        if calls > self._peak:
            self._peak = calls
        if second == self._second and self._in_second < self._rate:
            self._in_second += 1
        else:
            self._rate_of(second)

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
        values = self.values
        usage = self._usage + self.calls * now_ms
        rises = usage > values[USAGE_MS]
        if rises:
            values[USAGE_MS] = usage
        if self.is_changed:
            self.is_changed = False
            values[CALLS] = self.calls
            self.slots[self.base : self.base + USED] = memoryview(array("q", values))
        elif rises:
            self.slots[self.base + USAGE_MS] = usage

    def end_minute(self) -> None:
        """Bring the peaks of the minute that is over into the file; begin another."""
        values = self.values
        if values[CALLS_PEAK] != self._peak or values[RATE_PEAK] != self._rate:
            values[CALLS_PEAK], values[RATE_PEAK] = self._peak, self._rate
            self.is_changed = True
        self._peak = self.calls
        self._rate = 0

    def _rate_of(self, second: int) -> None:
        """Count a bid for the rate, and the peak that it may be."""
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
