"""Stretches of time: what they hold adds up."""

from __future__ import annotations

from core.northbound import statistics as layout
from oam.statistics.period import Figures, merge


def _minute(begin: float, bids: int, peak: int, suspect: bool = False) -> Figures:
    values = [0] * layout.WIDTH
    values[layout.BIDS] = bids
    values[layout.CALLS_PEAK] = peak
    return Figures(begin, 60.0, tuple(values), suspect)


def test_counters_add_up_and_of_gauges_the_greatest_counts() -> None:
    whole = merge([_minute(0, 3, 9), _minute(60, 4, 2)])
    assert (whole.begin, whole.seconds) == (0, 120.0)
    assert whole.values[layout.BIDS] == 7
    assert whole.values[layout.CALLS_PEAK] == 9
    assert not whole.suspect


def test_one_suspect_part_makes_the_whole_suspect() -> None:
    assert merge([_minute(0, 1, 1), _minute(60, 1, 1, suspect=True)]).suspect
