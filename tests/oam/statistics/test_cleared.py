"""Counts since they were cleared: the counters themselves never fall."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.statistics import Counts

from core.northbound import statistics as layout
from core.northbound.statistics import read_codes
from oam.statistics.cleared import Cleared, MethodRow, ResponseRow, counted, load, save
from oam.statistics.period import Figures, ObjectKey


def _now(counts: Counts) -> Cleared:
    totals = {ObjectKey(row.kind, row.name): Figures(0.0, 1.0, row.values) for row in layout.read_rows(counts.slots)}
    return counted(totals, read_codes(counts.slots))


@pytest.fixture
def counts() -> Counts:
    made = Counts(memoryview(bytearray(8 * layout.SLOTS)).cast("q"))
    made.add("method", "INVITE", received=5, sent_again=1)
    made.add("system", bids=5)
    made.code("INVITE", 200, received=3, sent=4)
    return made


def test_what_was_counted(counts: Counts) -> None:
    assert _now(counts) == Cleared((MethodRow("INVITE", 5, 0, 0, 1),), (ResponseRow("INVITE", 200, 3, 4),))


def test_what_rose_since(counts: Counts) -> None:
    before = _now(counts)
    counts.add("method", "INVITE", received=2)
    counts.add("method", "BYE", received=1)
    counts.code("INVITE", 200, sent=1)
    counts.code("BYE", 481, sent=1)
    since = before.since(_now(counts))
    assert since.methods == (MethodRow("BYE", 1, 0, 0, 0), MethodRow("INVITE", 2, 0, 0, 0))
    assert since.responses == (ResponseRow("INVITE", 200, 0, 1), ResponseRow("BYE", 481, 0, 1))


def test_a_count_that_is_less_began_anew(counts: Counts) -> None:
    before = Cleared((MethodRow("INVITE", 50, 0, 0, 0),), ())
    assert before.since(_now(counts)).methods[0].received == 5


def test_it_is_kept(tmp_path: Path, counts: Counts) -> None:
    (tmp_path / "run").mkdir()
    assert load(tmp_path) == Cleared()
    save(tmp_path, _now(counts))
    assert load(tmp_path) == _now(counts)
    (tmp_path / "run" / "statistics-baseline").write_bytes(b"\xff rubbish")
    assert load(tmp_path) == Cleared()


def test_a_file_system_that_refuses_it_is_no_error(tmp_path: Path, counts: Counts) -> None:
    save(tmp_path / "absent", _now(counts))
