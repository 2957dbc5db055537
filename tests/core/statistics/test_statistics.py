"""What is due once a turn, a second, a minute."""

from __future__ import annotations

from core.northbound import counters
from core.northbound.statistics import (
    LISTENER,
    MESSAGES,
    PROCESSING_BOUNDS_US,
    PROCESSING_HISTOGRAM,
    PROCESSING_US,
    REGISTER_US,
    REST,
    ROWS,
    SLOTS,
    TRUNK_IN,
    read_rows,
)
from core.statistics.row import Row
from core.statistics.statistics import Statistics

WALL = 1_700_000_000.0 - 1_700_000_000.0 % 60


def make(is_on: bool = True) -> tuple[Statistics, memoryview, memoryview]:
    slots = memoryview(bytearray(8 * SLOTS)).cast("q")
    counted = memoryview(bytearray(8 * 256)).cast("q")
    statistics = Statistics(slots, counted, 100.0, WALL)
    statistics.configure(is_on, 10, 100.0)
    statistics.listen({4: "udp:a"}, 100.0)
    return statistics, slots, counted


def read(row: Row | None, *columns: int) -> list[int]:
    assert row is not None
    row.write(0)
    return [int(row.slots[row.base + column]) for column in columns]


def test_the_messages_of_a_turn_are_booked_with_all_of_its_time() -> None:
    statistics, _, _ = make()
    statistics.turn(4, 3, 150)
    statistics.turn(4, 1, 6_000_000)
    statistics.turn(9, 1, 100)
    for row, first in ((statistics.system, 1), (statistics.listeners[4], 0)):
        assert read(row, MESSAGES, PROCESSING_US) == [4 + first, 450 + 6_000_000 + 100 * first]
        last = PROCESSING_HISTOGRAM + len(PROCESSING_BOUNDS_US)
        assert read(row, PROCESSING_HISTOGRAM, PROCESSING_HISTOGRAM + 1, last) == [first, 3, 1]


def test_a_registration_takes_as_long_as_its_turn() -> None:
    statistics, _, _ = make()
    statistics.registered(statistics.at(4), True)
    statistics.turn(4, 1, 700)
    statistics.turn(4, 1, 900)
    assert read(statistics.listeners[4], REGISTER_US) == [700]


def test_nothing_is_booked_while_it_is_off() -> None:
    statistics, _, _ = make(False)
    statistics.turn(4, 3, 150)
    assert read(statistics.system, MESSAGES) == [0]
    assert statistics.listeners == {}


def test_peaks_are_written_when_the_minute_of_the_wall_clock_is_over_also_one_that_was_set() -> None:
    statistics, slots, _ = make()
    statistics.system.seize(100_000, 100)
    statistics.sweep(130.0, WALL + 30)
    assert _system(slots)[36:38] == (0, 0)
    statistics.sweep(160.0, WALL + 60)
    assert _system(slots)[36:38] == (1, 1)
    statistics.sweep(161.0, WALL - 7200)
    assert _system(slots)[36:38] == (1, 0)


def _system(slots: memoryview) -> tuple[int, ...]:
    return next(row.values for row in read_rows(slots) if row.kind == "system")


def test_an_object_for_which_there_is_no_room_is_counted_and_shares_a_row() -> None:
    statistics, _, counted = make()
    names = [f"t{number}" for number in range(ROWS)]
    found = statistics.name(TRUNK_IN, names, 100.0)
    assert found[names[-1]].name == REST
    shared = sum(row.name == REST for row in found.values())
    assert counted[counters.STATISTICS_SHARED] == shared
    statistics.name(TRUNK_IN, names, 100.0)
    assert counted[counters.STATISTICS_SHARED] == shared
    statistics.sweep(101.0, WALL + 1)
    assert counted[counters.STATISTICS_ROWS] == ROWS - 8 + 1 + 1


def test_a_listener_that_is_gone_loses_its_row_after_two_minutes() -> None:
    statistics, slots, _ = make()
    statistics.listen({}, 100.0)
    for minute in range(1, 4):
        assert "udp:a" in {row.name for row in read_rows(slots)}
        statistics.sweep(100.0 + 60 * minute, WALL + 60 * minute)
    assert "udp:a" not in {row.name for row in read_rows(slots)}


def test_one_that_comes_back_in_time_keeps_it() -> None:
    statistics, _, _ = make()
    row = statistics.of(LISTENER, "udp:a")
    statistics.listen({}, 100.0)
    statistics.sweep(160.0, WALL + 60)
    statistics.listen({1: "udp:a"}, 170.0)
    for minute in range(2, 9):
        statistics.sweep(100.0 + 60 * minute, WALL + 60 * minute)
    assert statistics.listeners[1] is row
