"""What objects did in one stretch of time: differences of two readings of the worker's statistics.

The minute is the smallest stretch; longer ones are minutes merged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from core.northbound.statistics import COLUMNS, WIDTH

GAUGES: Final = frozenset(column.slot for column in COLUMNS if column.gauge)
"""Columns that are not differences: of several stretches the greatest counts."""


class ObjectKey(NamedTuple):
    """One object that is counted for."""

    kind: str
    """As in `core.northbound.statistics.KINDS`."""
    name: str
    """Empty for the system."""


class Figures(NamedTuple):
    """What one object did in one stretch of time."""

    begin: float
    """Seconds since 1970, on a whole minute."""
    seconds: float
    """How long it was measured; the length of the stretch unless it is suspect."""
    values: tuple[int, ...]
    """By column (`core.northbound.statistics`): how much each rose, of gauges the greatest."""
    suspect: bool = False
    """It began late, a worker or management was restarted within it, samples are missing, or the clock was set."""


class Minute(NamedTuple):
    """What all objects did in one minute of the clock."""

    begin: float
    figures: dict[ObjectKey, Figures]
    suspect: bool = False
    seconds: float = 60.0
    """How long it was measured, as in all its figures."""


def merge(parts: Iterable[Figures]) -> Figures:
    """Make one stretch of parts that follow each other; at least one."""
    parts = list(parts)
    values = [0] * WIDTH
    for part in parts:
        for slot, value in enumerate(part.values):
            if value:
                values[slot] = max(values[slot], value) if slot in GAUGES else values[slot] + value
    seconds = sum(part.seconds for part in parts)
    return Figures(parts[0].begin, seconds, tuple(values), any(part.suspect for part in parts))
