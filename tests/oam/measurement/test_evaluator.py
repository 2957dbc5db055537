"""Thresholds on one object, period by period: every rule as a table."""

from __future__ import annotations

import pytest

from oam.measurement.evaluator import Watch
from oam.settings.measurement import Bound, Clear, Threshold

LOW = Threshold(
    "low",
    indicator="asr",
    raises=(Bound("below", 20.0, "minor"), Bound("below", 5.0, "major")),
    clear=Clear("above", 30.0),
    samples=50,
)
HIGH = Threshold("high", indicator="srd", raises=(Bound("above", 8.0, "minor"),), clear=Clear("below", 6.0))
BARE = Threshold("bare", indicator="srd", raises=(Bound("above", 8.0, "minor"),))


def twice(threshold: Threshold, periods: int = 2) -> Threshold:
    return Threshold(
        threshold.name,
        indicator=threshold.indicator,
        raises=threshold.raises,
        clear=threshold.clear,
        samples=threshold.samples,
        periods=periods,
    )


@pytest.mark.parametrize(
    ("threshold", "values", "states"),
    [
        # Raised beyond the bound and not at it; over beyond the clear bound or at it.
        (LOW, [20, 19.9, 20, 29.9, 30], ["normal", "minor", "minor", "minor", "normal"]),
        (HIGH, [8, 8.1, 7, 6.1, 6], ["normal", "minor", "minor", "minor", "normal"]),
        # Between the bounds nothing is raised.
        (LOW, [50, 25, 19], ["normal", "normal", "minor"]),
        # Without a clear bound it is over where it would not be raised.
        (BARE, [9, 8], ["minor", "normal"]),
        # Graver, and less grave again; between the bounds it is the mildest.
        (LOW, [10, 4, 4.9, 10, 40], ["minor", "major", "major", "minor", "normal"]),
        (LOW, [4, 25, 31], ["major", "minor", "normal"]),
        (LOW, [4, 31], ["major", "normal"]),
        # So many periods in a row, both ways.
        (twice(LOW), [10, 40, 10, 10, 40, 10, 40, 40],
         ["normal", "normal", "normal", "minor", "minor", "minor", "minor", "normal"]),
        # The mildest of them is raised, the worst of them is what it is lowered to.
        (twice(LOW), [4, 10, 4, 4, 40, 10, 40, 40],
         ["normal", "minor", "minor", "major", "major", "minor", "minor", "normal"]),
        (twice(LOW, 3), [10, 10, 25, 10, 10, 10], ["normal"] * 5 + ["minor"]),
    ],
)  # fmt: skip
def test_values_raise_and_clear(threshold: Threshold, values: list[float], states: list[str]) -> None:
    watch = Watch(threshold)
    assert [watch.take(value, 1000).state for value in values] == states


@pytest.mark.parametrize(
    ("threshold", "periods", "states"),
    [
        # Too few samples, or none: nothing is raised, and nothing is over.
        (LOW, [(10, 49), (10, 50), (90, 49), (None, 0), (90, 50)], ["unknown", "minor", "minor", "minor", "normal"]),
        # A value at the minimum counts.
        (LOW, [(10, 50)], ["minor"]),
        # A period that tells nothing begins the row anew.
        (twice(LOW), [(10, 99), (None, 0), (10, 99), (10, 99)], ["normal", "unknown", "normal", "minor"]),
        (twice(LOW), [(10, 99), (10, 99), (90, 99), (None, 0), (90, 99), (90, 99)],
         ["normal", "minor", "minor", "minor", "minor", "normal"]),
    ],
)  # fmt: skip
def test_too_few_samples_say_nothing(
    threshold: Threshold, periods: list[tuple[float | None, int]], states: list[str]
) -> None:
    watch = Watch(threshold)
    assert [watch.take(*each).state for each in periods] == states


def test_what_was_measured_is_told_from_what_was_not() -> None:
    watch = Watch(LOW)
    assert [watch.take(*each).measured for each in ((10.0, 99), (None, 0), (10.0, 3))] == [True, False, False]
    assert (watch.value, watch.samples) == (10.0, 3)


def test_normal_is_settled_when_enough_periods_say_so() -> None:
    watch = Watch(twice(LOW))
    assert [watch.take(value, 99).settled for value in (90, 90, 25, 90, 90)] == [False, True, False, False, True]
