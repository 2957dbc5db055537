"""Events of alarms looked for, in the database and in memory."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from oam.fault.event import AlarmEvent
from oam.fault.history import Wanted, find
from oam.fault.store import DATABASE, FOLDER, AlarmStore

EVENTS = [
    AlarmEvent(
        sequence, "cleared" if sequence % 3 == 0 else "raised", sequence % 4, 2, "trunk-unreachable",
        f"trunk {'AB'[sequence % 2]}", "cleared" if sequence % 3 == 0 else ("major", "minor")[sequence % 2],
        "major" if sequence % 3 == 0 else "", "communications", 22, "no answer", float(sequence), "",
    )
    for sequence in range(1, 31)
]  # fmt: skip

CASES = [
    Wanted(),
    Wanted(last=3),
    Wanted(severity="major"),
    Wanted(object="k a"),
    Wanted(since=20.0),
    Wanted(id=2),
    Wanted(severity="major", object="B", since=5.0, last=4),
]


def expected(wanted: Wanted) -> list[int]:
    return [event.sequence for event in EVENTS if wanted.fits(event)][-wanted.last :]


@pytest.mark.parametrize("wanted", CASES)
@pytest.mark.parametrize("written", [0, 17, 30])
def test_the_same_is_found_wherever_events_are(tmp_path: Path, wanted: Wanted, written: int) -> None:
    store = AlarmStore(tmp_path)
    store.open()
    for event in EVENTS[:written]:
        store.add(event)
    store.close(30, 1)
    assert [event.sequence for event in find(tmp_path, wanted, EVENTS[10:])] == [
        sequence for sequence in expected(wanted) if sequence <= written or sequence > 10
    ]


def test_what_is_found_is_what_was_kept(tmp_path: Path) -> None:
    store = AlarmStore(tmp_path)
    store.open()
    for event in EVENTS:
        store.add(event)
    store.close(30, 1)
    assert find(tmp_path, Wanted()) == EVENTS


def test_without_a_database_there_is_what_is_in_memory(tmp_path: Path) -> None:
    assert find(tmp_path, Wanted(last=2), EVENTS) == EVENTS[-2:]


def test_a_clearing_is_found_by_the_severity_that_is_over() -> None:
    assert Wanted(severity="major").fits(EVENTS[2])
    assert not Wanted(severity="minor").fits(EVENTS[2])


def test_a_damaged_database_is_an_error(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / DATABASE).write_bytes(b"no database" * 100)
    with pytest.raises(sqlite3.Error):
        find(tmp_path, Wanted())


def test_ten_thousand_events_hold_nobody_up(tmp_path: Path) -> None:
    store = AlarmStore(tmp_path)
    store.open()
    for sequence in range(1, 10_001):
        store.add(EVENTS[0]._replace(sequence=sequence))
    store.close(10_000, 1)
    started = time.perf_counter()
    assert len(find(tmp_path, Wanted(severity="critical"))) == 0
    assert len(find(tmp_path, Wanted(last=10_000))) == 10_000
    assert time.perf_counter() - started < 1.0
