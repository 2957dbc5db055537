"""The load, drawn: peaks survive, gaps are seen, numbers are those of the chart."""

from __future__ import annotations

import pytest

from oam.statistics.graph import DAY, HOUR
from oam.statistics.load import GAUGES, Level, Stretch
from oam.statistics.load_graph import load_drawn, load_values

NOON = 1_799_928_000


def stretches(*most: float | None) -> list[Stretch]:
    return [
        Stretch(NOON + 60.0 * at, None if value is None else (Level(2, value, value),) * len(GAUGES))
        for at, value in enumerate(most)
    ]


def test_peaks_are_drawn_and_said() -> None:
    lines = load_drawn(stretches(10, None, 40, 20), "cpu", HOUR, width=80, height=4, plain=True)
    assert lines[0] == "Processor time of signalling, most, %: last hour, UTC"
    assert lines[-1] == "Last 20 (mean 10), mean of all 11.7, most 40 at 12:02."


def test_neighbours_that_share_a_column_leave_the_peak() -> None:
    lines = load_drawn(stretches(*[1.0, 8.0] * 30), "loop-lag", HOUR, width=28, height=4, plain=True)
    assert lines[3] == "   |" + 20 * "#"


@pytest.mark.parametrize("name", GAUGES)
def test_without_a_sample_it_says_so(name: str) -> None:
    assert load_drawn(stretches(None), name, DAY, width=80, height=3, plain=False)[-1] == "No sample."


def test_the_numbers_behind_it() -> None:
    found = load_values(stretches(None, 30), "queue", HOUR)
    assert (found["graph"], found["unit"], found["period_s"]) == ("queue", "%", 60)
    assert found["points"] == [
        {"at": NOON, "most": None, "mean": None, "samples": 0},
        {"at": NOON + 60.0, "most": 30, "mean": 15.0, "samples": 2},
    ]
