"""Destinations: those called most have rows; an idle one gives way, but not before its last figures are read."""

from __future__ import annotations

from core.northbound.statistics import DESTINATION, SLOTS, read_rows
from core.statistics.destinations import IDLE_MS, MOST_WAITING, RETIRED_MS, Destinations
from core.statistics.rows import Rows

MINUTE = 60_000


class Scene:
    def __init__(self, maximum: int) -> None:
        self.slots = memoryview(bytearray(8 * SLOTS)).cast("q")
        self.rows = Rows(self.slots, 0, 1_700_000_000_000)
        self.destinations = Destinations(self.rows)
        self.destinations.configure(maximum, 0)
        self.now = 1000

    def call(self, *prefixes: str) -> list[str]:
        """Let a call to each be refused; return the rows they are counted in."""
        found = [self.destinations.row(prefix, self.now) for prefix in prefixes]
        for row in found:
            row.refuse(10, self.now)
        return [row.name for row in found]

    def minutes(self, count: int, *prefixes: str) -> None:
        for _ in range(count):
            self.now += MINUTE
            self.call(*prefixes)
            self.destinations.tend(self.now)

    def names(self) -> list[str]:
        return sorted(row.name for row in read_rows(self.slots))


def test_what_has_no_room_is_counted_as_other_and_each_prefix_once() -> None:
    scene = Scene(2)
    assert scene.call("1", "2", "3", "3", "4", "1") == ["1", "2", "other", "other", "other", "1"]
    assert scene.destinations.shared == 2


def test_none_has_a_row_where_none_may() -> None:
    assert Scene(0).call("1", "2") == ["other", "other"]


def test_a_prefix_that_is_called_keeps_its_row() -> None:
    scene = Scene(1)
    scene.call("1")
    scene.minutes(60, "1", "2", "2", "2")
    assert scene.names() == ["1", "other"]


def test_an_idle_prefix_is_retired_first_and_then_gives_way_to_the_busiest() -> None:
    scene = Scene(1)
    scene.call("1")
    idle = IDLE_MS // MINUTE
    scene.minutes(idle, "2", "3", "3")
    assert scene.names() == ["1", "other"]
    scene.minutes(RETIRED_MS // MINUTE, "2", "3", "3")
    assert scene.names() == ["3", "other"]
    (row,) = [each for each in read_rows(scene.slots) if each.name == "3"]
    assert row.born_ms == 1_700_000_000_000 + scene.now
    assert scene.call("3") == ["3"]


def test_a_call_to_a_retired_prefix_keeps_it() -> None:
    scene = Scene(1)
    scene.call("1")
    scene.minutes(IDLE_MS // MINUTE + 1, "2")
    scene.minutes(1, "1", "2")
    scene.minutes(RETIRED_MS // MINUTE + 1, "2")
    assert scene.names() == ["1", "other"]


def test_a_prefix_with_a_call_in_progress_is_not_retired() -> None:
    scene = Scene(1)
    row = scene.destinations.row("1", scene.now)
    row.seize(scene.now, scene.now // 1000)
    scene.minutes(60, "2")
    assert scene.names() == ["1", "other"]
    row.end(scene.now)
    scene.minutes(4, "2")
    assert scene.names() == ["2", "other"]


def test_fewer_rows_are_given_up_when_nobody_counts_in_them_any_more() -> None:
    scene = Scene(3)
    scene.call("1")
    scene.now += 1
    scene.call("2", "3")
    scene.destinations.configure(2, scene.now)
    assert scene.call("1") == ["other"]
    scene.minutes(RETIRED_MS // MINUTE + 1, "2", "3")
    assert scene.names() == ["2", "3", "other"]
    scene.destinations.configure(3, scene.now)
    scene.minutes(1, "1")
    assert scene.call("1") == ["1"]


def test_those_who_wait_are_bounded() -> None:
    scene = Scene(0)
    scene.call(*[str(number) for number in range(MOST_WAITING + 50)])
    assert scene.destinations.shared == MOST_WAITING


def test_another_worker_finds_them_again() -> None:
    scene = Scene(2)
    scene.call("1", "2")
    again = Destinations(Rows(scene.slots, 0, 0))
    again.configure(2, 0)
    assert [again.row(each, 0).name for each in ("1", "2", "3")] == ["1", "2", "other"]
    assert len(again._rows.of(DESTINATION)) == 3
