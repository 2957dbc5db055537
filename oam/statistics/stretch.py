"""A longer stretch of time as it fills with minutes: a quarter-hour, a day."""

from __future__ import annotations

from operator import add
from typing import Final, NamedTuple

from core.northbound.statistics import REST
from oam.statistics.period import GAUGES, Figures, Minute, ObjectKey

QUARTER_S: Final = 900
DAY_S: Final = 86_400
MAX_OBJECTS: Final = 2048
"""Objects of one stretch; what further ones of a kind did is counted together as its rest."""


class Snapshot(NamedTuple):
    """A stretch as it was at one moment."""

    length: int
    """QUARTER_S or DAY_S."""
    begin: float
    seconds: float
    """How long it has been measured."""
    suspect: bool
    """All of it."""
    values: dict[ObjectKey, tuple[int, ...]]
    doubted: frozenset[ObjectKey]
    """Objects of which it is suspect in any case."""

    def figures(self) -> dict[ObjectKey, Figures]:
        """Return what each object did."""
        return {key: self.of(key, values) for key, values in self.values.items()}

    def of(self, key: ObjectKey, values: tuple[int, ...]) -> Figures:
        """Return the figures of one object."""
        return Figures(self.begin, self.seconds, values, self.suspect or key in self.doubted)


class Stretch:
    """One stretch, to which minutes are added as they end.

    It was measured for the same time for all objects: one that is new had no calls before it was there.
    """

    def __init__(self, length: int, begin: float, stored: Snapshot | None = None) -> None:
        self.length = length
        self.begin = begin
        self.seconds = stored.seconds if stored else 0.0
        self.suspect = stored.suspect if stored else False
        self.values = dict(stored.values) if stored else {}
        self.doubted = set(stored.doubted) if stored else set[ObjectKey]()

    def add(self, minute: Minute) -> None:
        """Add a minute that has ended."""
        self.seconds += minute.seconds
        self.suspect = self.suspect or minute.suspect
        for key, figures in minute.figures.items():
            if key not in self.values and len(self.values) >= MAX_OBJECTS:
                key = ObjectKey(key.kind, REST)
            before = self.values.get(key)
            self.values[key] = figures.values if before is None else joined(before, figures.values)
            if figures.suspect and not minute.suspect:
                self.doubted.add(key)

    def snapshot(self) -> Snapshot:
        """Return it as it is now."""
        doubted = frozenset(self.doubted)
        return Snapshot(self.length, self.begin, self.seconds, self.suspect, dict(self.values), doubted)


def joined(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    """Return columns added, of gauges the greater."""
    if not any(other):
        return one
    values = list(map(add, one, other))
    for slot in GAUGES:
        values[slot] = max(one[slot], other[slot])
    return tuple(values)


def begin_of(moment: float, length: int) -> float:
    """Return the beginning of the stretch that a moment lies in, in UTC."""
    return moment // length * length
