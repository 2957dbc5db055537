"""The busiest hour of a day: the largest of all runs of four quarter-hours (ITU-T E.500's busy hour, by quarters)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from core.northbound.statistics import BIDS
from oam.statistics.period import Figures

QUARTER_S: Final = 900.0
HOUR_S: Final = 3600.0
LONGEST_S: Final = 1.1 * QUARTER_S
"""A quarter-hour that was measured for longer holds more than its own: nobody measured in between."""


class BusyHour(NamedTuple):
    """The busiest hour of a day."""

    begin: float
    """Seconds since 1970."""
    bids: int
    suspect: bool


def busy_hour(quarters: Sequence[Figures]) -> BusyHour | None:
    """Return the busiest four quarter-hours in a row, the first of several; None when there are no four.

    `quarters` of one object, oldest first.
    """
    best = None
    for place in range(len(quarters) - 3):
        four = quarters[place : place + 4]
        if four[3].begin - four[0].begin != 3 * QUARTER_S or any(each.seconds > LONGEST_S for each in four):
            continue
        bids = sum(each.values[BIDS] for each in four)
        if best is None or bids > best.bids:
            best = BusyHour(four[0].begin, bids, any(each.suspect for each in four))
    return best
