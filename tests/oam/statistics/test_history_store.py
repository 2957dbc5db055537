"""The history on the disk: sums and reading together, exactly as many as are kept, itself again after damage."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support.statistics import figures

from core.northbound.statistics import ANSWERS, BIDS, WIDTH, ObjectRow
from oam.statistics import history_store as module
from oam.statistics.busy_hour import BusyHour
from oam.statistics.history_store import (
    KEPT,
    Kept,
    Store,
    busy_hours,
    busy_hours_since,
    complete_quarters,
    last_reading,
    packed,
    series,
    stretch,
    unpacked,
)
from oam.statistics.period import ObjectKey
from oam.statistics.sampler import Reading
from oam.statistics.stretch import DAY_S, QUARTER_S, Snapshot

SYSTEM = ObjectKey("system", "")
TRUNK = ObjectKey("trunk-out", "PSTN")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    yield opened
    opened.close()


def snapshot(begin: float, length: int = QUARTER_S, suspect: bool = False, /, **bids: int) -> Snapshot:
    values = {ObjectKey("trunk-out", name): figures(bids=count).values for name, count in bids.items()}
    return Snapshot(length, begin, 60.0, suspect, values, frozenset())


def reading(wall: float = 0.0, **bids: int) -> Reading:
    rows = {
        ObjectKey("trunk-out", name): ObjectRow("trunk-out", name, 5, figures(bids=count).values)
        for name, count in bids.items()
    }
    return Reading(wall, wall + 7, 99, rows)


def kept(*snapshots: Snapshot, at: Reading | None = None) -> Kept:
    return Kept(snapshots, at or reading(), 1200.0)


def begins(path: Path, length: int = QUARTER_S) -> list[float]:
    return [each.begin for _, each in series(path, length)]


def test_what_is_written_is_read(tmp_path: Path, store: Store) -> None:
    quarter = snapshot(900, PSTN=5, OTHER=1)._replace(doubted=frozenset({TRUNK}))
    store.write([quarter], kept(quarter, at=reading(3.0, PSTN=55)))
    assert stretch(tmp_path, QUARTER_S, 900) == quarter
    stored = last_reading(tmp_path)
    assert stored is not None
    assert (stored.reading, stored.begin) == (reading(3.0, PSTN=55), 1200.0)


def test_of_one_object_since_when(tmp_path: Path, store: Store) -> None:
    for begin in (900, 1800, 2700):
        quarter = snapshot(begin, PSTN=begin, OTHER=1)
        store.write([quarter], kept(quarter))
    found = series(tmp_path, QUARTER_S, TRUNK, 1800)
    assert [(key, each.begin, each.values[BIDS]) for key, each in found] == [(TRUNK, 1800, 1800), (TRUNK, 2700, 2700)]


def test_quarters_that_are_over_are_read_once_and_of_some_kinds(tmp_path: Path, store: Store) -> None:
    assert complete_quarters(tmp_path, {}, ("trunk-out",)) == (0.0, [])
    for begin in (900, 1800, 2700, 3600):
        quarter = snapshot(begin, PSTN=begin, OTHER=1)._replace(doubted=frozenset({TRUNK}))
        quarter.values[SYSTEM] = figures(bids=7).values
        store.write([quarter], Kept((quarter,), reading(), float(begin + 840)))
    current, quarters = complete_quarters(tmp_path, {}, ("trunk-out", "trunk-in"))
    assert (current, [each.begin for each in quarters]) == (3600.0, [900.0, 1800.0, 2700.0])
    assert [unpacked(each.columns[TRUNK])[BIDS] for each in quarters] == [900, 1800, 2700]
    assert all(each.columns.keys() == {TRUNK, ObjectKey("trunk-out", "OTHER")} for each in quarters)
    assert len({id(key) for each in quarters for key in each.columns}) == 2
    assert all(each.doubted == {TRUNK} and each.seconds == 60.0 and not each.suspect for each in quarters)
    known = {900.0: quarters[0]._replace(suspect=True)}
    again = complete_quarters(tmp_path, known, ("system",))[1]
    assert again[0] is known[900.0]
    assert again[1].columns.keys() == {SYSTEM}


def test_a_stretch_is_suspect_with_all_its_objects_or_an_object_by_itself(tmp_path: Path, store: Store) -> None:
    one = snapshot(900, PSTN=1, OTHER=1)._replace(doubted=frozenset({TRUNK}))
    two = snapshot(1800, QUARTER_S, True, PSTN=1, OTHER=1)
    for each in (one, two):
        store.write([each], kept(each))
    assert [(key.name, each.suspect) for key, each in series(tmp_path, QUARTER_S)] == [
        ("OTHER", False), ("PSTN", True), ("OTHER", True), ("PSTN", True),
    ]  # fmt: skip


def test_a_stretch_that_grows_is_written_again(tmp_path: Path, store: Store) -> None:
    first = snapshot(900, PSTN=1, OTHER=1)
    store.write([first], kept(first, at=reading(1.0, PSTN=1, OTHER=1)))
    grown = first._replace(seconds=120.0, values={**first.values, TRUNK: figures(bids=4).values})
    store.write([grown], kept(grown, at=reading(2.0, PSTN=4)))
    assert stretch(tmp_path, QUARTER_S, 900) == grown
    stored = last_reading(tmp_path)
    assert stored is not None
    assert stored.reading == reading(2.0, PSTN=4), "an object whose row is gone is in it no more"


def test_an_object_that_turns_suspect_without_a_call_is_written_again(tmp_path: Path, store: Store) -> None:
    first = snapshot(900, PSTN=1)
    store.write([first], kept(first))
    doubted = first._replace(doubted=frozenset({TRUNK}))
    store.write([doubted], kept(doubted))
    assert stretch(tmp_path, QUARTER_S, 900) == doubted


@pytest.mark.parametrize("length", [QUARTER_S, DAY_S])
def test_exactly_as_many_are_kept_besides_the_one_being_filled(tmp_path: Path, store: Store, length: int) -> None:
    number = KEPT[length]
    for place in range(1, number + 5):
        each = snapshot(place * length, length, PSTN=1)
        store.write([each], kept(each))
    assert begins(tmp_path, length) == [place * length for place in range(4, number + 5)]
    assert len(begins(tmp_path, length)) == number + 1


def busy_day(store: Store, day: float, bids: Sequence[int], seconds: float = 900.0) -> None:
    """Write quarter-hours from the beginning of a day on, each when it ends, with the day that they are of."""
    whole = snapshot(day, DAY_S, PSTN=1)
    for place, count in enumerate(bids):
        quarter = snapshot(day + place * QUARTER_S, PSTN=count, IDLE=0)._replace(seconds=seconds)
        end = quarter.begin + QUARTER_S
        store.write([quarter, whole], Kept((quarter, whole), reading(), end))


def test_of_every_day_the_busiest_hour_is_kept_longer_than_its_quarters(tmp_path: Path, store: Store) -> None:
    busy_day(store, 0.0, [1, 9, 9, 9, 9, 1, 2, 2, 2, 2])
    busy_day(store, 3.0 * DAY_S, [5, 5, 5, 5] + [0] * KEPT[QUARTER_S])
    assert begins(tmp_path)[0] > 0
    assert busy_hours(tmp_path, TRUNK) == {
        0.0: BusyHour(900.0, 36, False), 3.0 * DAY_S: BusyHour(3.0 * DAY_S, 20, False)
    }  # fmt: skip
    assert busy_hours(tmp_path, ObjectKey("trunk-out", "IDLE")) == {}


def test_an_hour_that_is_not_over_or_was_not_measured_whole_is_not_the_busiest(tmp_path: Path, store: Store) -> None:
    busy_day(store, 0.0, [5, 5, 5])
    last = snapshot(2700.0, PSTN=5)
    store.write([last], Kept((last,), reading(), 3000.0))
    assert busy_hours(tmp_path, TRUNK) == {}
    busy_day(store, float(DAY_S), [5, 5, 5, 5], seconds=9000.0)
    assert busy_hours(tmp_path, TRUNK) == {}


def test_busy_hours_go_with_their_days(tmp_path: Path, store: Store) -> None:
    for day in range(KEPT[DAY_S] + 2):
        busy_day(store, float(day * DAY_S), [day + 1] * 4)
    assert list(busy_hours(tmp_path, TRUNK)) == [float(day * DAY_S) for day in range(1, KEPT[DAY_S] + 2)]


def test_a_clock_that_ran_ahead_for_a_while_costs_no_history(tmp_path: Path, store: Store) -> None:
    year = 365 * 86_400
    for begin in (900, 1800, 900 + year, 2700):
        each = snapshot(begin, PSTN=1)
        store.write([each], kept(each))
    assert begins(tmp_path) == [900, 1800, 2700], "what lies further ahead than history lies back is gone"


def test_a_clock_set_back_a_little_keeps_what_lies_ahead(tmp_path: Path, store: Store) -> None:
    for begin in (900, 1800, 900):
        each = snapshot(begin, PSTN=1)
        store.write([each], kept(each))
    assert begins(tmp_path) == [900, 1800]


def test_a_full_disk_changes_nothing_and_the_same_fits_later(tmp_path: Path, store: Store) -> None:
    first = snapshot(900, PSTN=1)
    store.write([first], kept(first, at=reading(1.0, PSTN=1)))
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count={pages}")
    many = snapshot(900, QUARTER_S, False, **{f"T{number}": number for number in range(3000)})
    with pytest.raises(sqlite3.OperationalError, match="full"):
        store.write([many], kept(many, at=reading(2.0, PSTN=9)))
    assert stretch(tmp_path, QUARTER_S, 900) == first
    stored = last_reading(tmp_path)
    assert stored is not None
    assert stored.reading == reading(1.0, PSTN=1), "sums and reading stand at the same moment"
    store._connection.execute("PRAGMA max_page_count=1000000")
    store.write([many], kept(many, at=reading(2.0, PSTN=9)))
    assert stretch(tmp_path, QUARTER_S, 900) is not None
    assert len(series(tmp_path, QUARTER_S)) == 3001


def test_a_file_that_is_no_database_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / module.FOLDER / module.DATABASE
    for rubbish in (b"first" * 1000, b"second" * 1000):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(rubbish)
        store = Store(tmp_path)
        assert "not a database" in store.damage
        each = snapshot(900, PSTN=1)
        store.write([each], kept(each))
        store.close()
        assert begins(tmp_path) == [900]
        assert Path(f"{path}.damaged").read_bytes() == rubbish, "the last one is kept, no more"


def test_where_there_is_nothing_nothing_is_read(tmp_path: Path) -> None:
    assert last_reading(tmp_path) is None
    assert stretch(tmp_path, QUARTER_S, 900) is None
    assert series(tmp_path, DAY_S) == []
    Store(tmp_path).close()
    assert last_reading(tmp_path) is None


def test_columns_are_stored_as_short_as_they_are() -> None:
    values = figures(bids=3, answers=1 << 62).values
    assert unpacked(packed(values)) == values
    assert len(packed(figures().values)) == 1
    assert unpacked(packed((1, 2)))[: ANSWERS + 1] == (1, 2, 0)
    assert len(unpacked(packed((7,) * (WIDTH + 9)))) == WIDTH
    with pytest.raises(sqlite3.DatabaseError, match="damaged"):
        unpacked(b"\xc1")


def test_busy_hours_of_all_objects_are_read_by_day(tmp_path: Path, store: Store) -> None:
    assert busy_hours_since(tmp_path, 0.0) == []
    busy_day(store, 0.0, [1, 2, 3, 4])
    busy_day(store, float(DAY_S), [5, 6, 7, 8])
    every = busy_hours_since(tmp_path, 0.0)
    assert {key for key, _, _ in every} == {TRUNK}
    assert {day: hour for _, day, hour in every} == busy_hours(tmp_path, TRUNK)
    assert [day for _, day, _ in busy_hours_since(tmp_path, float(DAY_S))] == [float(DAY_S)]
