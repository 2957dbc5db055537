"""One row: sums, the time calls take, peaks of the minute."""

from __future__ import annotations

from core.northbound.statistics import BIDS, CALLS, CALLS_PEAK, RATE_PEAK, REFUSED_LIST, SEIZURES, USAGE_MS, WIDTH
from core.statistics.row import Row, refuse


def make() -> Row:
    return Row(memoryview(bytearray(8 * 2 * WIDTH)).cast("q"), 1, WIDTH, 0, "x", 0)


def read(row: Row, column: int) -> int:
    row.write(0)
    return int(row.slots[WIDTH + column])


def test_a_bid_is_a_refusal_or_a_seizure() -> None:
    row, other = make(), make()
    refuse([row, other], REFUSED_LIST, 0)
    row.seize(0, 0)
    assert [read(row, column) for column in (BIDS, SEIZURES, REFUSED_LIST)] == [2, 1, 1]
    assert [read(other, column) for column in (BIDS, SEIZURES, REFUSED_LIST)] == [1, 0, 1]


def test_usage_is_the_integral_of_calls_over_time() -> None:
    row = make()
    row.begin(1_000)
    row.begin(3_000)
    row.write(4_000)
    assert (read(row, USAGE_MS), read(row, CALLS)) == (3_000 + 1_000, 2)
    row.end(5_000)
    row.write(7_000)
    row.end(8_000)
    row.write(9_000)
    assert (read(row, USAGE_MS), read(row, CALLS)) == (4_000 + 5_000, 0)


def test_usage_never_falls_though_a_call_ended_before_the_last_writing() -> None:
    row = make()
    row.begin(0)
    row.write(10_000)
    row.end(9_000)
    row.write(11_000)
    assert read(row, USAGE_MS) == 10_000


def test_usage_goes_on_from_what_the_file_has() -> None:
    slots = memoryview(bytearray(8 * WIDTH)).cast("q")
    slots[USAGE_MS] = 500
    row = Row(slots, 0, 0, 0, "x", 10_000)
    row.begin(10_000)
    row.write(10_250)
    assert slots[USAGE_MS] == 750


def test_peaks_are_those_of_the_minute_that_is_over() -> None:
    row = make()
    for at in (100, 200, 300, 1_500):
        row.seize(at, at // 1000)
    row.end(2_000)
    row.end_minute()
    assert (read(row, CALLS_PEAK), read(row, RATE_PEAK)) == (4, 3)
    row.end_minute()
    assert (read(row, CALLS_PEAK), read(row, RATE_PEAK)) == (3, 0)


def test_the_file_shows_an_event_whole_or_not_at_all() -> None:
    row = make()
    row.seize(0, 0)
    assert not any(row.slots)
    row.write(0)
    assert (read(row, BIDS), read(row, SEIZURES), read(row, CALLS)) == (1, 1, 1)
    row.write(0)
    assert read(row, BIDS) == 1
