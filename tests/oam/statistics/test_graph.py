"""Graphs over time: which stretches, merged how, with which gaps; and the numbers behind them."""

from __future__ import annotations

import pytest

from core.northbound import statistics as rows
from core.northbound.statistics import WIDTH
from oam.statistics.graph import (
    DAY,
    GRAPHS,
    HISTOGRAMS,
    HOUR,
    Point,
    as_values,
    drawn,
    histogram_drawn,
    histogram_values,
    of_minutes,
    of_quarters,
)
from oam.statistics.kpi import INDICATORS
from oam.statistics.period import Figures, Minute, ObjectKey

SYSTEM = ObjectKey("system", "")
NOON = 1_799_928_000


def figures(begin: float, seconds: float = 60.0, /, suspect: bool = False, **columns: int) -> Figures:
    values = [0] * WIDTH
    for column, value in columns.items():
        values[getattr(rows, column)] = value
    return Figures(begin, seconds, tuple(values), suspect)


def minute(begin: float, **columns: int) -> Minute:
    return Minute(begin, {SYSTEM: figures(begin, 60.0, False, **columns)}, False, 60.0)


def test_the_hour_is_sixty_whole_minutes_and_what_is_missing_is_a_gap() -> None:
    kept = [minute(NOON - 60 * back, BIDS=back) for back in (75, 60, 3, 1)]
    points = of_minutes(kept, SYSTEM, NOON + 30)
    assert len(points) == 60
    assert [point.at for point in (points[0], points[-1])] == [NOON - 3600, NOON - 60]
    assert [index for index, point in enumerate(points) if point.figures is not None] == [0, 57, 59]


def test_an_object_that_is_not_there_has_gaps_alone() -> None:
    points = of_minutes([minute(NOON - 60)], ObjectKey("trunk-out", "A"), NOON)
    assert {point.figures for point in points} == {None}


def test_the_day_ends_with_the_quarter_hour_that_is_being_filled() -> None:
    old = figures(NOON - 900, 900)
    points = of_quarters([old, figures(NOON, 100), figures(NOON, 120)], NOON + 130)
    assert len(points) == 96
    assert points[-1].at == NOON
    assert points[-1].figures is not None
    assert points[-1].figures.seconds == 120
    assert points[-2].figures == old


@pytest.mark.parametrize("name", GRAPHS)
def test_every_graph_is_of_an_indicator_there_is(name: str) -> None:
    assert GRAPHS[name].indicator in INDICATORS


def test_an_hour_of_calls_is_drawn() -> None:
    points = of_minutes(
        [minute(NOON - 60 * back, BIDS=60 * (back % 10)) for back in range(1, 61) if back not in range(30, 35)],
        SYSTEM,
        NOON,
    )
    assert drawn(points, "rate", "system", HOUR, width=80, height=4, plain=False) == [
        "Calls offered a second, 1/s: system, last hour, UTC",
        "",
        "10 ┤ ▅▂        ▅▂        ▅▂        ▅▂        ▅▂        ▅▂",
        "   │ ██▆▃      ██▆▃      ██▆▃      ██▆▃      ██▆▃      ██▆▃",
        " 5 ┤ █████▅▂   █████▅▂   █████     █████▅▂   █████▅▂   █████▅▂",
        "   │ ███████▆▃ ███████▆▃ █████     ███████▆▃ ███████▆▃ ███████▆▃",
        " 0 └┴─────────┴─────────┴─────     ─────────┴─────────┴─────────",
        "    11:00     11:10     11:20     11:30     11:40     11:50",
        "",
        "Last 1, mean 4.73, least 0 at 11:50, most 9 at 11:51.",
    ]


def test_neighbours_are_merged_as_stretches_not_as_shares() -> None:
    points = [Point(NOON + 60.0 * at, figures(NOON + 60.0 * at, SEIZURES=count, ANSWERS=answers))
              for at, (count, answers) in enumerate([(1, 1), (99, 0)] * 20)]  # fmt: skip
    lines = drawn(points, "asr", "system", HOUR, width=28, height=4, plain=True)
    assert lines[2].startswith("  1 +####")
    assert "mean 1," in lines[-1]


def test_suspect_values_are_told() -> None:
    points = of_quarters([figures(NOON, 100, True, BIDS=5)], NOON)
    lines = drawn(points, "rate", "system", DAY, width=80, height=3, plain=False)
    assert lines[-1] == "1 of 96 values are suspect: something of them may be missing."


def test_without_a_sample_it_says_so() -> None:
    assert (
        drawn(of_minutes([], SYSTEM, NOON), "asr", "system", HOUR, width=80, height=3, plain=False)[-1] == "No sample."
    )


def test_the_numbers_behind_it() -> None:
    points = of_minutes([minute(NOON - 60, SEIZURES=4, ANSWERS=1)], SYSTEM, NOON)
    found = as_values(points, "asr", SYSTEM, HOUR)
    assert (found["unit"], found["kind"], found["period_s"]) == ("%", "system", 60)
    assert found["points"][-1] == {"at": NOON - 60, "value": 25.0, "samples": 4, "suspect": False}
    assert found["points"][0]["value"] is None


@pytest.mark.parametrize("name", HISTOGRAMS)
def test_a_histogram_counts_every_delay_once(name: str) -> None:
    first = HISTOGRAMS[name].first
    values = [0] * WIDTH
    values[first], values[first + 15] = 3, 1
    points = [Point(NOON, Figures(NOON, 60, tuple(values))), Point(NOON + 60, Figures(NOON, 60, tuple(values)))]
    found = histogram_values(points, name, SYSTEM, HOUR)
    assert len(found["counts"]) == len(found["bounds_ms"]) + 1
    assert (found["counts"][0], found["counts"][-1], sum(found["counts"])) == (6, 2, 8)
    lines = histogram_drawn(points, name, "system", HOUR, width=80, plain=True)
    assert lines[-1] == "8 samples."
    assert "75.0 %" in lines[2]
    assert "25.0 %" in lines[-3]


def test_a_histogram_of_nothing_says_so() -> None:
    assert histogram_drawn([], "setup-delay", "system", HOUR, width=80, plain=True)[-1] == "No sample."
