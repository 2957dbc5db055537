"""Statistics by object of a running server: what sipp made is what the file says, also when the worker was killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.house import UNCHALLENGED_CALLS, House
from support.sipp import SIPP, calling
from support.waiting import wait_until

from core.northbound.statistics import (
    ABANDONED_SILENT,
    ANSWERS,
    BIDS,
    CALLS,
    COLUMN,
    END_6XX,
    ENDED,
    MESSAGES,
    PROCESSING_BOUNDS_US,
    PROCESSING_HISTOGRAM,
    PROCESSING_US,
    REDIRECTED,
    REFUSED_OTHER,
    REFUSED_OVERLOAD,
    SEIZURES,
    SETUP_BOUNDS_MS,
    SETUP_HISTOGRAM,
    ObjectRow,
    open_statistics,
    read_codes,
    read_rows,
)

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.skipif(SIPP is None, reason="sipp is not installed")]

CALLEES = [str(number) for number in range(1000, 1010)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path, extra=UNCHALLENGED_CALLS, subscribers=CALLEES) as running:
        yield running


class Figures:
    """The file as it is."""

    def __init__(self, house: House) -> None:
        self.slots = open_statistics(house.state / "run" / "statistics-1")

    def row(self, kind: str) -> ObjectRow:
        """Return the row of a kind that has had most bids."""
        return max((row for row in read_rows(self.slots) if row.kind == kind), key=lambda row: row.values[BIDS])

    def of(self, kind: str, column: int) -> int:
        return self.row(kind).values[column]


def sums_are_right(row: ObjectRow) -> bool:
    """Tell whether nothing is in set-up, and every bid and every seizure has ended as one thing."""
    values = row.values
    refused = sum(values[REFUSED_OVERLOAD : REFUSED_OTHER + 1]) + values[REDIRECTED]
    outcomes = sum(values[ABANDONED_SILENT : END_6XX + 1])
    return values[BIDS] == refused + values[SEIZURES] and values[SEIZURES] == values[ANSWERS] + outcomes


def test_what_sipp_made_is_what_the_file_says(house: House, tmp_path: Path) -> None:
    with calling(house.port, tmp_path, CALLEES, calls=200, rate=100, hold_ms=300) as (caller, _):
        outcome = caller.wait(60)
    assert outcome.successful == 200, caller.complaint()
    figures = Figures(house)
    wait_until(lambda: figures.of("listener", ENDED) == 200, 10, "the last call to be written")
    for kind in ("system", "listener"):
        row = figures.row(kind)
        assert [row.values[column] for column in (BIDS, SEIZURES, ANSWERS, CALLS)] == [200, 200, 200, 0]
        assert row.values[COLUMN["completed"].slot] == 200
        assert sum(row.values[SETUP_HISTOGRAM : SETUP_HISTOGRAM + len(SETUP_BOUNDS_MS) + 1]) == 200
        # Held for 0.3 s each.
        assert 200 * 300 <= row.values[COLUMN["talk-ms"].slot] < 200 * 3000
        assert row.values[COLUMN["usage-ms"].slot] >= row.values[COLUMN["talk-ms"].slot]
        messages = row.values[MESSAGES]
        assert messages >= 200 * 6
        last = PROCESSING_HISTOGRAM + len(PROCESSING_BOUNDS_US) + 1
        assert sum(row.values[PROCESSING_HISTOGRAM:last]) == messages
        assert 0 < row.values[PROCESSING_US] / messages < 1e6
    codes = {(method, status): (received, sent) for method, status, received, sent in read_codes(figures.slots)}
    assert codes["INVITE", 200] == (200, 200)
    assert codes["BYE", 200] == (200, 200)
    counters = house.counters()
    assert counters["statistics-rows"] == len(list(read_rows(figures.slots)))
    assert counters["memory-octets"] > 10_000_000
    assert (counters["records-waiting"], counters["records-lost"]) == (0, 0)


def test_the_figures_outlive_a_killed_worker_and_the_next_one_s_sums_are_right(house: House, tmp_path: Path) -> None:
    figures = Figures(house)
    with calling(house.port, tmp_path, CALLEES, calls=300, rate=50, hold_ms=4000) as (caller, _):
        wait_until(lambda: figures.of("listener", CALLS) >= 50, 20, "calls in progress")
        before = figures.row("listener")
        old = house.kill("core.worker")
        wait_until(lambda: (new := house.process("core.worker")) is not None and new.pid != old, 10, "a new worker")
        caller.wait(60)
    wait_until(lambda: figures.of("listener", CALLS) == 0, 20, "all calls to end")
    after = figures.row("listener")
    assert (after.name, after.born_ms) == (before.name, before.born_ms)
    assert all(after.values[column] >= before.values[column] for column in (BIDS, SEIZURES, ANSWERS, ENDED))
    # What was counted in the last second was not written yet; calls in set-up were lost.
    assert after.values[ANSWERS] >= 300 - 50 - 5
    assert sums_are_right(after)
    assert sums_are_right(figures.row("system"))
