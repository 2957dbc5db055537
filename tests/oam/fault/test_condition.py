"""Delays and flapping of what a source says, on a clock of the test's."""

from __future__ import annotations

import pytest

from oam.fault.condition import FLAPS, FLAPS_S, QUIET_S, Condition


def turned(*changes: float) -> Condition:
    """Return a condition that has come, gone, come … at these times."""
    condition = Condition(2, "trunk A")
    for number, at in enumerate(changes):
        condition.turn(number % 2 == 0, at)
    return condition


@pytest.mark.parametrize(("now", "counts"), [(100.0, False), (104.9, False), (105.0, True), (900.0, True)])
def test_what_has_come_counts_after_the_soak_delay(now: float, counts: bool) -> None:
    assert turned(100.0).counts(now, 5.0, 9.0, raised=False) is counts


@pytest.mark.parametrize(("now", "counts"), [(200.0, True), (208.9, True), (209.0, False)])
def test_what_has_gone_counts_until_the_clear_delay_is_over(now: float, counts: bool) -> None:
    assert turned(100.0, 200.0).counts(now, 5.0, 9.0, raised=True) is counts


def test_what_went_before_it_was_raised_does_not_count() -> None:
    assert not turned(100.0, 101.0).counts(102.0, 5.0, 9.0, raised=False)


def test_three_changes_within_a_minute_are_flapping() -> None:
    assert turned(0.0, 30.0, FLAPS_S).flapping == FLAPS


def test_three_changes_in_longer_are_none() -> None:
    assert turned(0.0, 30.0, FLAPS_S + 0.1).flapping == 0


def test_what_flaps_counts_whether_it_is_there_or_not_and_needs_no_soak() -> None:
    assert turned(0.0, 1.0, 2.0).counts(2.0, 5.0, 0.0, raised=False)
    assert turned(0.0, 1.0, 2.0, 3.0).counts(4.0, 30.0, 0.0, raised=True)


def test_peaks_that_a_long_soak_delay_passes_over_raise_nothing_however_many() -> None:
    assert not turned(0.0, 5.0, 10.0, 15.0, 20.0).counts(25.0, 30.0, 30.0, raised=False)
    assert turned(0.0, 5.0, 10.0, 15.0, 20.0).counts(50.0, 30.0, 30.0, raised=False), "one of them lasts"


def test_changes_are_counted_while_it_flaps() -> None:
    assert turned(0.0, 1.0, 2.0, 3.0, 4.0).flapping == 5


def test_flapping_ends_when_nothing_changed_for_long_enough() -> None:
    condition = turned(0.0, 1.0, 2.0, 3.0)
    assert not condition.calm(3.0 + QUIET_S - 0.1)
    assert condition.calm(3.0 + QUIET_S)
    assert condition.flapping == 0
    assert not condition.counts(3.0 + QUIET_S, 0.0, 0.0, raised=True)


def test_after_flapping_changes_count_from_anew() -> None:
    condition = turned(0.0, 1.0, 2.0)
    condition.calm(2.0 + QUIET_S)
    condition.turn(False, 63.0)
    assert condition.flapping == 0


def test_it_is_over_when_it_says_nothing_about_flapping_any_more() -> None:
    condition = turned(0.0, 1.0)
    assert not condition.is_over(1.0 + FLAPS_S)
    assert condition.is_over(1.1 + FLAPS_S)
