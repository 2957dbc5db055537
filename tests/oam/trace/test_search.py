"""Messages and calls found in the ring."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.traced import record, written

from oam.trace.search import CALLS, TraceError, Wanted, calls, find, the_call, the_message


def message(call_id: str, method: str = "INVITE", status: int = 0) -> str:
    start = f"SIP/2.0 {status} X" if status else f"{method} sip:b@h SIP/2.0"
    return f"{start}\nFrom: <sip:a@h>\nTo: <sip:b@h>\nCall-ID: {call_id}\nCSeq: 1 {method}\n\n"


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    return written(
        tmp_path,
        record(message("call-1"), at_us=10),
        record(message("call-2", "OPTIONS"), at_us=20),
        record(message("call-1", status=180), at_us=30),
        record(message("call-1", status=486), at_us=40),
        record(message("call-2", "OPTIONS", 200), at_us=50),
        record(message("call-1", "ACK"), at_us=60),
    )


def numbers(path: Path, wanted: Wanted) -> list[int]:
    return [message.record.number for step in find(path, wanted) for message in step]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), [1, 2, 3, 4, 5, 6]),
        (Wanted(last=2), [5, 6]),
        (Wanted(method="OPTIONS"), [2, 5]),
        (Wanted(call="call-1", method="INVITE"), [1, 3, 4]),
        (Wanted(call="call-1", last=1), [6]),
        (Wanted(call="call"), []),
    ],
)
def test_messages_are_found(ring: Path, wanted: Wanted, found: list[int]) -> None:
    assert numbers(ring, wanted) == found


def test_nothing_traced_is_nothing_found(tmp_path: Path) -> None:
    assert numbers(tmp_path / "none", Wanted()) == []
    assert list(calls(tmp_path / "none")) == []
    (tmp_path / "none").write_bytes(b"garbage" * 1000)
    assert numbers(tmp_path / "none", Wanted(last=1)) == []


def test_calls_are_told_apart_with_their_outcome(ring: Path) -> None:
    *_, found = calls(ring)
    assert [(call.call_id, call.method, call.status, call.messages) for call in found.values()] == [
        ("call-1", "INVITE", 486, 4),
        ("call-2", "OPTIONS", 200, 2),
    ]
    assert (found["call-1"].first_us, found["call-1"].last_us, found["call-1"].caller) == (10, 60, "a")


def test_a_call_is_found_by_a_part_of_its_name(ring: Path) -> None:
    assert [each.record.number for each in the_call(ring, "all-1")] == [1, 3, 4, 6]


def test_the_whole_name_counts_before_a_part(tmp_path: Path) -> None:
    ring = written(tmp_path, record(message("c12")), record(message("c1")))
    assert [each.call_id for each in the_call(ring, "c1")] == ["c1"]


def test_a_part_that_several_have_is_refused_with_their_names(ring: Path) -> None:
    with pytest.raises(TraceError, match="call-1, call-2"):
        the_call(ring, "call")


def test_a_call_nobody_traced(ring: Path) -> None:
    with pytest.raises(TraceError, match="No message"):
        the_call(ring, "nobody")


def test_a_message_in_whose_body_the_name_stands_is_not_of_the_call(tmp_path: Path) -> None:
    ring = written(tmp_path, record(message("x1")), record(message("y1") + "x1"))
    assert [each.call_id for each in the_call(ring, "x1")] == ["x1"]


def test_messages_of_a_call_are_in_order_of_time(tmp_path: Path) -> None:
    ring = written(tmp_path, record(message("c"), at_us=30), record(message("c"), at_us=20))
    assert [each.record.number for each in the_call(ring, "c")] == [2, 1]


def test_a_message_by_its_number(ring: Path) -> None:
    assert the_message(ring, 4).status == 486
    with pytest.raises(TraceError, match="no message 7"):
        the_message(ring, 7)


def test_more_calls_than_are_listed_leave_the_oldest_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CALLS > 1000
    monkeypatch.setattr("oam.trace.search.CALLS", 2)
    *_, found = calls(written(tmp_path, *(record(message(f"c{number}")) for number in range(4))))
    assert [*found] == ["c2", "c3"]
