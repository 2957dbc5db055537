"""Minutes gathered to periods that are aligned to the clock. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from core.northbound.statistics import KINDS
from oam.measurement.calendar import MINUTE_S, begin_of
from oam.settings.measurement import ALL, CHOICES, ObjectChoice
from oam.statistics.period import Figures, Minute, ObjectKey, merge

EXACT_S: Final = 0.5
"""A period that was measured for as much more or less time is suspect."""


class Stretch(NamedTuple):
    """One period that is over."""

    begin: float
    end: float
    minutes: tuple[Minute, ...]
    """Those that were measured, at least one."""


class Gatherer:
    """The period that is going on."""

    def __init__(self, period_min: int, measures: Callable[[float], bool] = lambda _: True) -> None:
        self._length = period_min
        self._measures = measures
        self._begin = 0.0
        self._minutes: list[Minute] = []

    def take(self, minute: Minute) -> list[Stretch]:
        """Take the next minute; return the periods that are over by it.

        Minutes may be missing, and come again when the clock was set: what was gathered of another period is over
        then, and a minute that is there already is passed over.
        """
        over = []
        begin = begin_of(minute.begin, self._length)
        if self._minutes and begin != self._begin:
            over.append(self._over())
        if self._measures(minute.begin) and (not self._minutes or minute.begin > self._minutes[-1].begin):
            self._begin = begin
            self._minutes.append(minute)
        if self._minutes and minute.begin + MINUTE_S >= self._begin + self._length * MINUTE_S:
            over.append(self._over())
        return over

    def _over(self) -> Stretch:
        stretch = Stretch(self._begin, self._begin + self._length * MINUTE_S, tuple(self._minutes))
        self._minutes = []
        return stretch


class Chooser:
    """Tells which objects `object` lines name."""

    def __init__(self, choices: Iterable[ObjectChoice]) -> None:
        self._kinds: set[str] = set()
        self._keys: set[ObjectKey] = set()
        for choice in choices:
            kinds = CHOICES[choice.kind]
            if choice.name == ALL or choice.kind == "system":
                self._kinds.update(kinds)
            else:
                self._keys.update(ObjectKey(kind, choice.name) for kind in kinds)

    def __call__(self, key: ObjectKey) -> bool:
        """Tell whether the object is one of them."""
        return key.kind in self._kinds or key in self._keys


def merged(stretch: Stretch, chosen: Callable[[ObjectKey], bool]) -> dict[ObjectKey, Figures]:
    """Return what the chosen objects did in a period, by kind and name.

    All were measured for the same time: one that is new had done nothing before. Figures are suspect when any part of
    them is (its row was given up, a worker was restarted, the clock was set), and those of all objects when minutes are
    missing: management or a window began within the period, or ended.
    """
    parts: dict[ObjectKey, list[Figures]] = {}
    for minute in stretch.minutes:
        for key, figures in minute.figures.items():
            if chosen(key):
                parts.setdefault(key, []).append(figures)
    seconds = sum(minute.seconds for minute in stretch.minutes)
    suspect = any(minute.suspect for minute in stretch.minutes) or abs(stretch.end - stretch.begin - seconds) > EXACT_S
    found = {}
    for key in sorted(parts, key=lambda key: (KINDS.index(key.kind), key.name)):
        whole = merge(parts[key])
        found[key] = Figures(stretch.begin, seconds, whole.values, whole.suspect or suspect)
    return found
