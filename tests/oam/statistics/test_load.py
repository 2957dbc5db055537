"""The load over time: the greatest and the mean of looks, gaps where the process did not run, and bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.northbound.counters import CPU_PERMILLE, HEARTBEAT, LOOP_LAG_US, QUEUE_PERCENT, open_block
from oam.statistics.graph import DAY, HOUR
from oam.statistics.load import GAUGES, Level, LoadSeries, joined

NOON = 1_799_928_000.0


class Process:
    """A signalling process that is looked at, and the clock."""

    def __init__(self, path: Path) -> None:
        self.now = NOON
        self.block = open_block(path / "counters-1")
        self.series = LoadSeries([self.block], lambda: self.now)

    def looked_at(self, cpu: float, *, lag_ms: float = 0.0, queue: int = 0, beats: int = 10) -> None:
        """Have it fare so for a second, then look."""
        self.block[HEARTBEAT] += beats
        self.block[CPU_PERMILLE] = int(10 * cpu)
        self.block[LOOP_LAG_US] = int(1000 * lag_ms)
        self.block[QUEUE_PERCENT] = queue
        self.series.look()
        self.now += 1


@pytest.fixture
def process(tmp_path: Path) -> Process:
    found = Process(tmp_path)
    found.series.look()
    return found


def test_a_minute_has_the_greatest_and_the_mean(process: Process) -> None:
    for cpu in (10, 30, 20):
        process.looked_at(cpu, lag_ms=cpu / 10, queue=cpu)
    process.now = NOON + 60
    last = process.series.stretches(HOUR)[-1]
    assert last.at == NOON
    assert last.levels is not None
    assert dict(zip(GAUGES, last.levels, strict=True)) == {
        "cpu": Level(3, 60.0, 30.0), "loop-lag": Level(3, 6.0, 3.0), "queue": Level(3, 60.0, 30.0),
    }  # fmt: skip
    assert last.levels[0].mean == 20.0


def test_the_minute_that_is_being_filled_is_not_shown_the_quarter_hour_is(process: Process) -> None:
    process.looked_at(50)
    assert {each.levels for each in process.series.stretches(HOUR)} == {None}
    assert process.series.stretches(DAY)[-1].levels is not None


def test_a_process_whose_loop_does_not_turn_has_no_sample(process: Process) -> None:
    process.looked_at(50, beats=0)
    assert process.series.stretches(DAY)[-1].levels is None


def test_gaps_stay_gaps_and_a_day_is_all_that_is_kept(process: Process) -> None:
    for quarter in range(200):
        process.now = NOON + 900 * quarter
        process.looked_at(quarter / 10)
    process.now = NOON + 900 * 201
    day = process.series.stretches(DAY)
    assert (len(day), len(process.series.stretches(HOUR))) == (96, 60)
    assert [each.levels is None for each in day[-3:]] == [False, True, True][-3:]


def test_a_clock_that_is_set_back_adds_to_what_is_there(process: Process) -> None:
    process.looked_at(10)
    process.now = NOON + 120
    process.looked_at(20)
    process.now = NOON
    process.looked_at(40)
    process.now = NOON + 60
    last = process.series.stretches(HOUR)[-1]
    assert last.levels is not None
    assert last.levels[0] == Level(2, 50.0, 40.0)


def test_of_several_processes_the_busiest_counts(tmp_path: Path) -> None:
    blocks = [open_block(tmp_path / f"counters-{number}") for number in (1, 2)]
    series = LoadSeries(blocks, lambda: NOON)
    series.look()
    for number, block in enumerate(blocks, 1):
        block[HEARTBEAT] = 1
        block[CPU_PERMILLE] = 100 * number
    series.look()
    levels = series.stretches(DAY)[-1].levels
    assert levels is not None
    assert levels[0].most == 20.0


def test_joining_nothing_is_nothing() -> None:
    assert joined([None, None]) is None
