"""Percentiles of histograms; formulas are written of the columns that they are computed of."""

from __future__ import annotations

import pytest
from support.statistics import figures

from core.northbound.statistics import ANSWERS, BIDS, REDIRECTED, SEIZURES, USAGE_MS
from oam.statistics.indicator import mean, percentile, rate, share

BOUNDS = (10, 20, 50)


@pytest.mark.parametrize(
    ("counts", "per_cent", "value"),
    [
        ((0, 0, 0, 0), 50, None),
        ((10, 0, 0, 0), 50, 5.0),
        ((10, 0, 0, 0), 100, 10.0),
        ((0, 10, 0, 0), 50, 15.0),
        ((5, 0, 5, 0), 50, 10.0),
        ((5, 0, 5, 0), 60, 26.0),
        ((0, 0, 0, 3), 50, 50.0),
        ((9, 0, 0, 1), 99, 50.0),
        ((1, 0, 0, 0), 99, 9.9),
    ],
)
def test_percentile(counts: tuple[int, ...], per_cent: float, value: float | None) -> None:
    assert percentile(counts, BOUNDS, per_cent) == (None if value is None else pytest.approx(value))


def test_the_formula_says_what_is_computed() -> None:
    assert share("a", (ANSWERS,), (BIDS,), "A", less=(REDIRECTED,)).formula == "100 x answers / (bids - redirected)"
    assert share("a", (ANSWERS, BIDS), (SEIZURES,), "A").formula == "100 x (answers + bids) / seizures"
    assert mean("m", "s", USAGE_MS, (SEIZURES,), "M", divisor=1000.0).formula == "usage-ms / 1000 / seizures"
    assert rate("r", "1/h", BIDS, "R", factor=3600.0).formula == "bids x 3600 / seconds"
    assert rate("r", "erlang", USAGE_MS, "R", factor=0.001).formula == "usage-ms / 1000 / seconds"


def test_a_share_of_nothing_is_nothing() -> None:
    assert share("a", (ANSWERS,), (BIDS,), "A").of(figures(answers=1)) is None
