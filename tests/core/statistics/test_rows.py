"""The directory: whose row is which, what a new worker finds, what happens when there is no room."""

from __future__ import annotations

from core.northbound.statistics import (
    ANSWERS,
    BIDS,
    CALLS,
    DIRECTORY,
    END_500,
    KINDS,
    LISTENER,
    NAME_OCTETS,
    REFUSED_OTHER,
    REST,
    ROWS,
    SEIZURES,
    SLOTS,
    SYSTEM,
    TRUNK_IN,
    TRUNK_OUT,
    VERSION,
    read_rows,
)
from core.statistics.rows import Rows

WALL_MS = 1_700_000_000_000


def memory() -> memoryview:
    return memoryview(bytearray(8 * SLOTS)).cast("q")


def make(slots: memoryview) -> Rows:
    return Rows(slots, 1000, WALL_MS)


def test_an_object_has_one_row_of_each_kind() -> None:
    slots = memory()
    rows = make(slots)
    one = rows.find(TRUNK_IN, "A", 2000)
    assert rows.find(TRUNK_IN, "A", 3000) is one
    rows.find(TRUNK_OUT, "A", 2000)
    assert [(row.kind, row.name, row.born_ms) for row in read_rows(slots)] == [
        ("trunk-in", "A", WALL_MS + 1000), ("trunk-out", "A", WALL_MS + 1000),
    ]  # fmt: skip
    assert slots[:3].tolist() == [VERSION, 2, WALL_MS]


def test_a_new_worker_finds_the_rows_by_name_and_counts_on() -> None:
    slots = memory()
    row = make(slots).find(LISTENER, "udp:x", 1000)
    assert row is not None
    row.add(BIDS, 7)
    row.add(SEIZURES, 7)
    row.add(ANSWERS, 7)
    row.write(1000)
    slots[row.base + CALLS] = 3
    again = make(slots)
    found = again.find(LISTENER, "udp:x", 1000)
    assert found is not None
    assert found.number == row.number
    assert (slots[found.base + BIDS], slots[found.base + CALLS]) == (7, 0)


def test_what_the_worker_before_left_in_set_up_has_failed() -> None:
    slots = memory()
    row = make(slots).find(SYSTEM, "system", 1000)
    assert row is not None
    row.add(BIDS, 10)
    row.add(SEIZURES, 8)
    row.add(ANSWERS, 5)
    row.write(1000)
    make(slots)
    assert (slots[row.base + END_500], slots[row.base + REFUSED_OTHER]) == (3, 2)


def test_a_file_of_another_version_is_emptied() -> None:
    for broken in ((VERSION + 1, 1), (VERSION, ROWS + 1), (VERSION, -1)):
        slots = memory()
        make(slots).find(TRUNK_IN, "A", 1000)
        slots[0], slots[1] = broken
        assert make(slots).all == {}
        assert not any(slots[3:])


def test_an_entry_that_makes_no_sense_is_nobody_s() -> None:
    slots = memory()
    rows = make(slots)
    for name in ("A", "B"):
        rows.find(TRUNK_IN, name, 1000)
    slots[DIRECTORY + 1] = 99
    again = make(slots)
    assert [row.name for row in again.all.values()] == ["B"]
    assert [row.name for row in read_rows(slots)] == ["B"]


def test_when_there_is_no_room_each_kind_has_one_row_for_the_rest() -> None:
    rows = make(memory())
    number = 0
    while rows.find(TRUNK_IN, str(number), 1000) is not None:
        number += 1
    assert number == ROWS - len(KINDS)
    assert rows.left() == 0
    for kind in range(len(KINDS)):
        assert rows.rest(kind, 1000).name == REST
    assert len(rows.all) == ROWS


def test_a_row_given_to_another_begins_at_nought_with_another_birth() -> None:
    slots = memory()
    rows = make(slots)
    row = rows.find(TRUNK_IN, "A", 1000)
    assert row is not None
    row.add(BIDS, 9)
    row.write(1000)
    rows.release(row)
    assert list(read_rows(slots)) == []
    other = rows.find(TRUNK_OUT, "B", 5000)
    assert other is not None
    assert other.number == row.number
    (read,) = read_rows(slots)
    assert (read.kind, read.name, read.born_ms, read.values[BIDS]) == ("trunk-out", "B", WALL_MS + 4000, 0)


def test_a_name_longer_than_the_directory_holds_is_cut_between_letters() -> None:
    slots = memory()
    rows = make(slots)
    row = rows.find(TRUNK_IN, "ö" * 100, 1000)
    assert row is not None
    assert row.name == "ö" * (NAME_OCTETS // 2)
    assert [each.name for each in read_rows(slots)] == [row.name]
    assert rows.find(TRUNK_IN, "ö" * 101, 1000) is row
