"""Whose row is which: the directory of the file, and what a worker finds there of the one before."""

from __future__ import annotations

from typing import Final

from core.northbound.statistics import (
    ABANDONED_SILENT,
    ANSWERS,
    BIDS,
    CALLS,
    CALLS_PEAK,
    DIRECTORY,
    END_6XX,
    END_500,
    ENTRY,
    FIRST_ROW,
    KINDS,
    METHOD,
    NAME_OCTETS,
    RATE_PEAK,
    REDIRECTED,
    REFUSED_OTHER,
    REFUSED_OVERLOAD,
    REST,
    ROWS,
    SEIZURES,
    SLOTS,
    VERSION,
    WIDTH,
)
from core.statistics.row import Row

_USED: Final = 1
_STARTED: Final = 2
_KEPT: Final = len(KINDS)
"""Rows kept for REST, one of each kind."""


class Rows:
    """All rows of one file; nobody else writes it."""

    __slots__ = ("_by_name", "_free", "all", "offset_ms", "slots")

    def __init__(self, slots: memoryview, now_ms: int, wall_ms: int) -> None:
        """Take over the file: counts go on, gauges begin at 0; one of another version is emptied."""
        self.slots: memoryview = slots
        self.offset_ms: int = wall_ms - now_ms
        """What makes milliseconds since 1970 of the engine's."""
        self.all: dict[int, Row] = {}
        """By number."""
        self._by_name: list[dict[str, Row]] = [{} for _ in KINDS]
        self._free: list[int] = []
        """Numbers below the highest ever used that are nobody's."""
        if slots[0] != VERSION or not 0 <= slots[_USED] <= ROWS:
            slots[:SLOTS] = memoryview(bytearray(8 * SLOTS)).cast("q")
            slots[0] = VERSION
        slots[_STARTED] = wall_ms
        for number in range(slots[_USED]):
            self._take_over(number, now_ms)

    def find(self, kind: int, name: str, now_ms: int) -> Row | None:
        """Return the row of an object, made if need be; None when there is no room for it."""
        name = _cut(name)
        row = self._by_name[kind].get(name)
        if row is None and (name == REST or self.left() > 0):
            row = self._make(kind, name, now_ms)
        return row

    def rest(self, kind: int, now_ms: int) -> Row:
        """Return the row of the objects of a kind that have none of their own."""
        row = self.find(kind, REST, now_ms)
        assert row is not None, "there is always room for one of each kind"
        return row

    def of(self, kind: int) -> list[Row]:
        """Return the rows of a kind."""
        return list(self._by_name[kind].values())

    def left(self) -> int:
        """Return how many more objects may have a row."""
        return ROWS - _KEPT - len(self.all) + sum([1 for each in self._by_name if REST in each])

    def release(self, row: Row) -> None:
        """Make a row nobody's. Nobody may count in it any more."""
        self.slots[DIRECTORY + row.number * ENTRY] = 0
        del self.all[row.number]
        del self._by_name[row.kind][row.name]
        self._free.append(row.number)

    def _make(self, kind: int, name: str, now_ms: int) -> Row:
        slots = self.slots
        number = self._free.pop() if self._free else int(slots[_USED])
        entry = DIRECTORY + number * ENTRY
        base = FIRST_ROW + number * WIDTH
        slots[base : base + WIDTH] = memoryview(bytearray(8 * WIDTH)).cast("q")
        slots[entry + 1] = kind
        slots[entry + 2 : entry + ENTRY] = memoryview(name.encode("utf-8").ljust(NAME_OCTETS, b"\0")).cast("q")
        slots[entry] = now_ms + self.offset_ms  # last: until then the row is nobody's
        slots[_USED] = max(slots[_USED], number + 1)
        return self._enter(number, kind, name, now_ms)

    def _enter(self, number: int, kind: int, name: str, now_ms: int) -> Row:
        row = Row(self.slots, number, FIRST_ROW + number * WIDTH, kind, name, now_ms)
        self.all[number] = row
        self._by_name[kind][name] = row
        return row

    def _take_over(self, number: int, now_ms: int) -> None:
        slots = self.slots
        entry = DIRECTORY + number * ENTRY
        kind = int(slots[entry + 1])
        name = slots[entry + 2 : entry + ENTRY].tobytes().rstrip(b"\0").decode("utf-8", "replace")
        if not slots[entry] or not 0 <= kind < len(KINDS) or name in self._by_name[kind]:
            slots[entry] = 0
            self._free.append(number)
            return
        base = FIRST_ROW + number * WIDTH
        if kind != METHOD:
            for gauge in (CALLS, CALLS_PEAK, RATE_PEAK):
                slots[base + gauge] = 0
            _settle(slots, base)
        self._enter(number, kind, name, now_ms)


def _settle(slots: memoryview, base: int) -> None:
    """End what the worker before took with it: calls in set-up have failed by a fault of ours."""
    refused = sum(slots[base + REFUSED_OVERLOAD : base + REFUSED_OTHER + 1].tolist()) + slots[base + REDIRECTED]
    slots[base + REFUSED_OTHER] += max(0, slots[base + BIDS] - refused - slots[base + SEIZURES])
    outcomes = sum(slots[base + ABANDONED_SILENT : base + END_6XX + 1].tolist())
    slots[base + END_500] += max(0, slots[base + SEIZURES] - slots[base + ANSWERS] - outcomes)


def _cut(name: str) -> str:
    """Return as much of a name as the directory holds."""
    octets = name.encode("utf-8", "replace")
    return name if len(octets) <= NAME_OCTETS else octets[:NAME_OCTETS].decode("utf-8", "ignore")
