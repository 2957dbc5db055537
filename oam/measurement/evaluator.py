"""What the periods of one object say about one threshold. Pure.

Every period is put on a ladder: beyond the clear bound, between the bounds, or beyond the bound of a severity. So many
periods in a row as the threshold asks for decide together: the mildest of them is what is raised, the worst of them
what is lowered to. A period with too few samples says nothing and begins the row anew.
"""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

from oam.settings.measurement import RAISED, Bound, Threshold

NORMAL: Final = "normal"
UNKNOWN: Final = "unknown"

_CLEARED: Final = 0
_BETWEEN: Final = 1
_FIRST: Final = 2
"""Rung of the mildest severity; the worse, the higher."""


class Ladder:
    """The bounds of one threshold in their order."""

    def __init__(self, threshold: Threshold) -> None:
        self.bounds: tuple[Bound, ...] = tuple(
            sorted(threshold.raises, key=lambda each: RAISED.index(each.severity), reverse=True)
        )
        """The mildest first."""
        self._clear = threshold.clear

    def rung(self, value: float) -> int:
        """Return where on the ladder a value stands."""
        for place in range(len(self.bounds) - 1, -1, -1):
            bound = self.bounds[place]
            if value > bound.value if bound.direction == "above" else value < bound.value:
                return _FIRST + place
        clear = self._clear
        if not clear.direction:
            return _CLEARED
        beyond = value > clear.value if clear.direction == "above" else value < clear.value
        return _CLEARED if beyond or value == clear.value else _BETWEEN

    def bound(self, rung: int) -> Bound:
        """Return the bound of a rung that has a severity."""
        return self.bounds[rung - _FIRST]


class Verdict(NamedTuple):
    """What is known of an object after a period."""

    state: str
    """NORMAL, UNKNOWN, or the severity of what is crossed."""
    measured: bool
    """The last period had samples enough."""
    bound: Bound | None
    """What is crossed."""
    settled: bool
    """Enough periods in a row have been seen to say that it is normal."""


class Watch:
    """One object under one threshold."""

    def __init__(self, threshold: Threshold) -> None:
        self._threshold = threshold
        self._ladder = Ladder(threshold)
        self._row: deque[int] = deque(maxlen=threshold.periods)
        self._rung = _CLEARED
        self.value: float | None = None
        """Of the last period that had samples enough."""
        self.samples = 0
        """In the last period."""
        self.verdict = Verdict(UNKNOWN, False, None, False)

    def take(self, value: float | None, samples: int) -> Verdict:
        """Take the figures of the next period; `value` None: there was no sample."""
        self.samples = samples
        if value is None or samples < self._threshold.samples:
            self._row.clear()
            self.verdict = self._judged(False)
            return self.verdict
        self.value = value
        self._row.append(self._ladder.rung(value))
        if len(self._row) == self._row.maxlen:
            lowest, highest = min(self._row), max(self._row)
            if lowest > max(self._rung, _BETWEEN):
                self._rung = lowest
            elif self._rung >= _FIRST and highest < self._rung:
                # Between the bounds an alarm stays, as the mildest that there is.
                self._rung = _CLEARED if highest == _CLEARED else max(highest, _FIRST)
        self.verdict = self._judged(True)
        return self.verdict

    def _judged(self, measured: bool) -> Verdict:
        if self._rung >= _FIRST:
            bound = self._ladder.bound(self._rung)
            return Verdict(bound.severity, measured, bound, False)
        settled = measured and len(self._row) == self._row.maxlen and max(self._row) == _CLEARED
        return Verdict(NORMAL if measured else UNKNOWN, measured, None, settled)
