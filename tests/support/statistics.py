"""The worker's statistics as a test writes them, and figures made by hand.

counts = Counts(open_statistics(state / "run" / "statistics-1"))
counts.add("trunk-out", "PSTN", bids=3, answers=1)
"""

from __future__ import annotations

import struct

from core.northbound import statistics as layout
from core.northbound.statistics import COLUMN, DIRECTORY, ENTRY, FIRST_ROW, KINDS, NAME_OCTETS, WIDTH
from oam.statistics.period import Figures

METHOD_COLUMNS = {
    "received": layout.RECEIVED,
    "sent": layout.SENT,
    "received_again": layout.RECEIVED_AGAIN,
    "sent_again": layout.SENT_AGAIN,
    "final_sent_again": layout.FINAL_SENT_AGAIN,
    "provisional_sent_again": layout.PROVISIONAL_SENT_AGAIN,
}


class Counts:
    """Writes rows as the worker does."""

    def __init__(self, slots: memoryview, started_ms: int = 1000) -> None:
        self.slots = slots
        slots[0] = layout.VERSION
        slots[2] = started_ms
        self._numbers: dict[tuple[str, str], int] = {}

    def row(self, kind: str, name: str, born_ms: int = 1) -> int:
        """Return the number of an object's row, made when it has none."""
        number = self._numbers.get((kind, name))
        if number is None:
            number = self._numbers[kind, name] = self.slots[1]
            self.slots[1] += 1
            self.give(number, kind, name, born_ms)
        return number

    def give(self, number: int, kind: str, name: str, born_ms: int) -> None:
        """Give a row to an object, all columns nought."""
        entry = DIRECTORY + number * ENTRY
        start = FIRST_ROW + number * WIDTH
        for slot in range(start, start + WIDTH):
            self.slots[slot] = 0
        self._numbers = {key: each for key, each in self._numbers.items() if each != number}
        self._numbers[kind, name] = number
        octets = name.encode().ljust(NAME_OCTETS, b"\0")
        self.slots[entry + 1] = KINDS.index(kind)
        for place, value in enumerate(struct.unpack(f"={NAME_OCTETS // 8}q", octets)):
            self.slots[entry + 2 + place] = value
        self.slots[entry] = born_ms

    def add(self, kind: str, name: str = "", /, **columns: int) -> None:
        """Let columns rise, `_` in a name for `-`."""
        start = FIRST_ROW + self.row(kind, name) * WIDTH
        for column, value in columns.items():
            slot = METHOD_COLUMNS[column] if kind == "method" else _slot(column)
            self.slots[start + slot] += value

    def set(self, kind: str, name: str = "", /, **columns: int) -> None:
        """Write columns whole: gauges."""
        start = FIRST_ROW + self.row(kind, name) * WIDTH
        for column, value in columns.items():
            self.slots[start + _slot(column)] = value

    def code(self, method: str, status: int, received: int = 0, sent: int = 0) -> None:
        """Count responses."""
        start = layout.FIRST_CODE + (layout.METHODS.index(method) * layout.CODES + status) * 2
        self.slots[start] += received
        self.slots[start + 1] += sent


def figures(begin: float = 0.0, seconds: float = 60.0, suspect: bool = False, /, **columns: int) -> Figures:
    """Make figures of columns, `_` in a name for `-`; `setup_histogram_3` is that column of the histogram."""
    values = [0] * WIDTH
    for column, value in columns.items():
        values[_slot(column)] = value
    return Figures(begin, seconds, tuple(values), suspect)


def _slot(column: str) -> int:
    if "_histogram_" in column:
        name, _, place = column.rpartition("_")
        first = {"setup_histogram": layout.SETUP_HISTOGRAM, "processing_histogram": layout.PROCESSING_HISTOGRAM}
        return first[name] + int(place)
    return COLUMN[column.replace("_", "-")].slot
