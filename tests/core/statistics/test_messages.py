"""Messages by method and status."""

from __future__ import annotations

from core.northbound.statistics import (
    FINAL_SENT_AGAIN,
    FIRST_ROW,
    METHOD,
    METHODS,
    PROVISIONAL_SENT_AGAIN,
    RECEIVED,
    RECEIVED_AGAIN,
    SENT,
    SENT_AGAIN,
    SLOTS,
    WIDTH,
    read_codes,
)
from core.statistics.messages import OTHER, MessageCounts, method_number
from core.statistics.row import Row


def test_methods_without_a_name_share_a_number() -> None:
    assert [METHODS[method_number(name)] for name in ("INVITE", "PUBLISH", "FROBNICATE")] == [
        "INVITE", "PUBLISH", "other",
    ]  # fmt: skip
    assert method_number("FROBNICATE") == OTHER


def test_it_counts_while_it_is_on() -> None:
    slots = memoryview(bytearray(8 * SLOTS)).cast("q")
    rows = [Row(slots, number, FIRST_ROW + number * WIDTH, METHOD, name, 0) for number, name in enumerate(METHODS)]
    counts = MessageCounts(rows)
    bye = method_number("BYE")
    for counts.is_on in (False, True):
        counts.received(bye)
        counts.received_again(bye)
        counts.sent(bye)
        counts.sent_again(bye)
        counts.response_sent(bye, 200)
        for is_final in (True, True, False):
            counts.response_sent_again(bye, is_final)
        counts.response_received(bye, 481)
        counts.response_received(bye, 700)
    for _ in range(2):
        counts.write(slots)
        rows[bye].write(0)
    base = rows[bye].base
    assert [slots[base + column] for column in (RECEIVED, RECEIVED_AGAIN, SENT, SENT_AGAIN)] == [1, 1, 1, 1]
    assert (slots[base + FINAL_SENT_AGAIN], slots[base + PROVISIONAL_SENT_AGAIN]) == (2, 1)
    assert list(read_codes(slots)) == [("BYE", 200, 0, 1), ("BYE", 481, 1, 0)]


def test_without_rows_nothing_is_counted() -> None:
    counts = MessageCounts()
    counts.received(0)
    counts.response_sent(0, 200)
    counts.write(memoryview(b""))
