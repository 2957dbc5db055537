"""Messages by method and status."""

from __future__ import annotations

from core.northbound.statistics import METHODS, RECEIVED, SENT_AGAIN, SLOTS, read_codes
from core.statistics.messages import OTHER, MessageCounts, method_number


def test_methods_without_a_name_share_a_number() -> None:
    assert [METHODS[method_number(name)] for name in ("INVITE", "PUBLISH", "FROBNICATE")] == [
        "INVITE", "PUBLISH", "other",
    ]  # fmt: skip
    assert method_number("FROBNICATE") == OTHER


def test_it_counts_while_it_is_on() -> None:
    slots = memoryview(bytearray(8 * SLOTS)).cast("q")
    counts = MessageCounts(slots)
    bye = method_number("BYE")
    counts.bases = [0] * len(METHODS)
    for counts.is_on in (False, True):
        counts.received(bye)
        counts.sent_again(bye)
        counts.response_sent(bye, 200)
        counts.response_received(bye, 481)
        counts.response_received(bye, 700)
    assert (slots[RECEIVED], slots[SENT_AGAIN]) == (1, 1)
    assert list(read_codes(slots)) == [("BYE", 200, 0, 1), ("BYE", 481, 1, 0)]
