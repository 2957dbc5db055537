"""The busy hour: the largest of all runs of four quarter-hours."""

from __future__ import annotations

from support.statistics import figures

from oam.statistics.busy_hour import BusyHour, busy_hour
from oam.statistics.period import Figures


def _day(*bids: int, suspect: int = -1) -> list[Figures]:
    return [figures(900.0 * place, 900.0, place == suspect, bids=count) for place, count in enumerate(bids)]


def test_the_largest_sliding_hour_counts_not_the_hour_of_the_clock() -> None:
    assert busy_hour(_day(1, 1, 10, 20, 20, 10, 1, 1)) == BusyHour(1800.0, 60, False)


def test_of_equal_hours_the_first_counts() -> None:
    assert busy_hour(_day(5, 5, 5, 5, 5)) == BusyHour(0.0, 20, False)


def test_less_than_an_hour_has_no_busy_hour() -> None:
    assert busy_hour(_day(100, 100, 100)) is None


def test_quarters_that_do_not_follow_each_other_are_no_hour() -> None:
    day = _day(1, 50, 50, 50, 50, 1, 1, 1)
    del day[2]
    assert busy_hour(day) == BusyHour(2700.0, 102, False)


def test_a_quarter_measured_for_hours_is_not_the_busiest() -> None:
    day = _day(1, 900, 1, 1, 2, 2, 2, 2)
    day[1] = day[1]._replace(seconds=7200.0)
    assert busy_hour(day) == BusyHour(3600.0, 8, False)


def test_a_suspect_quarter_makes_the_hour_suspect() -> None:
    assert busy_hour(_day(1, 2, 3, 4, suspect=2)) == BusyHour(0.0, 10, True)
