"""One call through its rows; what is a part of it is told of on the way up."""

from __future__ import annotations

import pytest

from core.northbound.statistics import (
    ANSWERS,
    BIDS,
    DISCONNECT_COUNT,
    END_486,
    ENDED,
    OVERFLOW,
    REFUSED_OTHER,
    REFUSED_ROUTE,
    REQUESTS,
    RETRANSMISSIONS,
    SEIZURES,
    SETUP_BOUNDS_MS,
    SETUP_HISTOGRAM,
    SHORT,
    TALK_MS,
    WIDTH,
)
from core.statistics.call_count import CallCount
from core.statistics.row import Row


def row() -> Row:
    return Row(memoryview(bytearray(8 * WIDTH)).cast("q"), 0, 0, 0, "x", 0)


def read(row: Row, *columns: int) -> list[int]:
    row.write(0)
    return [int(row.slots[column]) for column in columns]


def test_what_never_left_is_a_refusal() -> None:
    mine, other = row(), row()
    CallCount([mine], 0.0).failed(503, 1.0)
    count = CallCount([other], 0.0)
    count.refusal = REFUSED_ROUTE
    count.failed(503, 1.0)
    count.failed(503, 1.0)
    assert read(mine, BIDS, SEIZURES, REFUSED_OTHER) == [1, 0, 1]
    assert read(other, BIDS, SEIZURES, REFUSED_ROUTE) == [1, 0, 1]


def test_it_ends_once() -> None:
    mine = row()
    count = CallCount([mine], 0.0)
    count.sent(0.0)
    count.heard(486, 1.0)
    count.failed(486, 1.0)
    count.answered(2.0)
    count.failed(500, 2.0)
    count.ended(3.0, True)
    assert read(mine, BIDS, SEIZURES, END_486, ANSWERS, ENDED) == [1, 1, 1, 0, 0]
    assert mine.calls == 0


@pytest.mark.parametrize(("ms", "bucket"), [(0, 0), (10, 0), (11, 1), (1000, 6), (30_000, 14), (30_001, 15)])
def test_the_set_up_delay_has_its_place_bounds_included(ms: int, bucket: int) -> None:
    mine = row()
    count = CallCount([mine], 0.0)
    count.sent(0.0)
    count.heard(180, ms / 1000 + 0.0001)
    count.answered(60.0)
    assert read(mine, *range(SETUP_HISTOGRAM, SETUP_HISTOGRAM + len(SETUP_BOUNDS_MS) + 1)).index(1) == bucket


def test_a_part_tells_what_it_is_a_part_of() -> None:
    call, group, trunk = row(), row(), row()
    whole = CallCount([call], 0.0)
    middle = CallCount([group], 0.0, whole)
    part = CallCount([trunk], 0.0, middle)
    part.sent(0.0)
    part.sent_again()
    for each in (part, middle):
        each.answered(1.0)
        whole.join(each, 1.0)
    whole.answered(1.0)
    for each_row in (call, group, trunk):
        assert read(each_row, BIDS, SEIZURES, ANSWERS, REQUESTS, RETRANSMISSIONS) == [1, 1, 1, 1, 1]
    whole.sent(2.0)
    whole.ended(20.0, True)
    for each_row in (call, group, trunk):
        assert read(each_row, ENDED, TALK_MS, REQUESTS) == [1, 19_000, 2]
        assert each_row.calls == 0


def test_a_part_answered_when_the_whole_is_over_ends_at_once() -> None:
    trunk = row()
    whole = CallCount([row()], 0.0)
    whole.sent(0.0)
    whole.failed(486, 1.0)
    part = CallCount([trunk], 0.0)
    part.sent(0.0)
    part.answered(2.0)
    whole.join(part, 2.0)
    assert trunk.calls == 0


def test_overflow_is_counted_once() -> None:
    mine = row()
    count = CallCount([mine], 0.0)
    count.overflow()
    count.overflow()
    assert read(mine, OVERFLOW) == [1]


def test_a_challenged_bye_begins_again() -> None:
    mine = row()
    count = CallCount([mine], 0.0)
    count.sent(0.0)
    count.answered(1.0)
    count.closing(20.0)
    count.closed(407, 20.5)
    count.closing(30.0)
    count.closed(200, 30.1)
    count.ended(30.0, True)
    assert read(mine, DISCONNECT_COUNT, TALK_MS, SHORT) == [1, 29_000, 0]


def test_an_end_that_nobody_saw_says_nothing_of_how_long_it_lasted() -> None:
    mine = row()
    count = CallCount([mine], 0.0)
    count.sent(0.0)
    count.answered(1.0)
    count.ended(1.0, False)
    assert read(mine, ENDED, TALK_MS, SHORT) == [1, 0, 0]


def test_a_restored_call_has_its_place_and_its_talk_time() -> None:
    mine = row()
    count = CallCount([mine], 100.0)
    count.restore(40.0, 100.0)
    assert mine.calls == 1
    count.ended(110.0, True)
    assert read(mine, BIDS, ANSWERS, ENDED, TALK_MS) == [0, 0, 1, 70_000]
