"""Traces that run: what they take, follow, recall, and when they end."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import flow, octets
from support.messages import request

from core.effect import Flow
from core.northbound.counters import TRACE_RECORDS, TRACES_RUNNING
from core.northbound.trace import RingReader, TraceFilter, TraceRecord, prepare
from core.trace.filter import Places, Trace
from core.trace.ring import Ring
from core.trace.tracer import FOLLOWED, RECENT, Tracer

ALICE, BOB = flow("192.0.2.1"), flow("192.0.2.2", 5070)
LOCAL = ("192.0.2.10", 5060)


class Tracing:
    """A tracer on a ring, asked as the pump does."""

    def __init__(self, where: Path) -> None:
        prepare(where / "ring", 1)
        self.path = where / "ring"
        self.slots = memoryview(bytearray(8 * 256)).cast("q")
        self.tracer = Tracer(Ring(self.path), self.slots, 1000.0)
        self.tracer.local = {0: LOCAL}

    def start(self, number: int = 1, until: float = 600.0, left: int = -1, **wanted: object) -> Trace:
        network = str(wanted.get("network", ""))
        places = Places((network,)) if network else None
        trace = Trace(number, TraceFilter(**wanted), places, until, left, "admin", 0.0)  # type: ignore[arg-type]
        self.tracer.start(trace)
        return trace

    def message(self, data: bytes, peer: Flow = ALICE, sent: bool = False, now: float = 5.0) -> int:
        traces = self.tracer.matches(data, peer, sent, now)
        if traces:
            self.tracer.write(traces, data, peer, sent, LOCAL, 1005.0)
        return traces

    def records(self) -> list[TraceRecord]:
        with RingReader(self.path) as reader:
            return list(reader.records())


@pytest.fixture
def tracing(tmp_path: Path) -> Tracing:
    return Tracing(tmp_path)


def message(method: str = "INVITE", call_id: str = "c1", callee: str = "sip:bob@example.com") -> bytes:
    return octets(request(method, callee, ALICE, callee=callee, call_id=call_id))


def answer(call_id: str = "c1", status: int = 200) -> bytes:
    return octets(f"SIP/2.0 {status} X\nCall-ID: {call_id}\nCSeq: 1 INVITE\n\n")


def test_a_call_that_fits_is_followed_on_both_legs(tracing: Tracing) -> None:
    tracing.start(users=("bob",))
    passed = [
        tracing.message(message()), tracing.message(answer(status=100), ALICE, True),
        tracing.message(message(callee="sip:desk@192.0.2.2"), BOB, True), tracing.message(answer(), BOB),
        tracing.message(message("BYE"), BOB), tracing.message(message("INVITE", "c2", "sip:carol@example.com")),
        tracing.message(answer("c2"), ALICE, True),
    ]  # fmt: skip
    assert passed == [1, 1, 1, 1, 1, 0, 0]
    assert [(each.direction, each.remote) for each in tracing.records()] == [
        (0, ("192.0.2.1", 5060)), (1, ("192.0.2.1", 5060)), (1, ("192.0.2.2", 5070)), (0, ("192.0.2.2", 5070)),
        (0, ("192.0.2.2", 5070)),
    ]  # fmt: skip


def test_everything_is_everything_but_keep_alives(tracing: Tracing) -> None:
    tracing.start(2)
    assert [tracing.message(each) for each in (message(), answer("x"), b"nonsense", b"\r\n\r\n", b"")] == [
        2,
        2,
        2,
        0,
        0,
    ]


def test_several_traces_take_the_same_message_once(tracing: Tracing) -> None:
    tracing.start(1, users=("bob",))
    tracing.start(3)
    tracing.start(4, method="OPTIONS")
    assert tracing.message(message()) == 0b101
    (record,) = tracing.records()
    assert record.traces == 0b101
    assert [tracing.tracer.ring.taken(number) for number in (1, 3, 4)] == [1, 1, 0]


def test_a_request_is_recalled_when_only_what_leaves_fits(tracing: Tracing) -> None:
    tracing.start(network="192.0.2.2")
    assert tracing.message(message(), now=5.0) == 0
    assert tracing.message(message(call_id="other"), now=6.0) == 0
    assert tracing.message(message(), BOB, True) == 1
    came, left = tracing.records()
    assert (came.direction, came.remote, came.local, came.at_us) == (0, ("192.0.2.1", 5060), LOCAL, 1_005_000_000)
    assert (left.direction, left.remote) == (1, ("192.0.2.2", 5070))


def test_what_is_kept_in_hand_is_bounded(tracing: Tracing) -> None:
    tracing.start(network="192.0.2.2")
    for number in range(RECENT + 1):
        tracing.message(message(call_id=f"c{number}"))
    tracing.message(message(call_id="c0"), BOB, True)
    tracing.message(message(call_id="c1"), BOB, True)
    assert [each.direction for each in tracing.records()] == [1, 0, 1]


def test_calls_followed_are_bounded_and_the_oldest_goes(tracing: Tracing) -> None:
    tracing.start(method="INVITE")
    for number in range(FOLLOWED + 1):
        tracing.tracer.matches(message(call_id=f"c{number}"), ALICE, False, 5.0)
    found = [tracing.tracer.matches(answer(f"c{number}"), ALICE, False, 5.0) for number in (0, 1, FOLLOWED)]
    assert found == [0, 1, 1]


def test_it_stops_after_so_many_messages(tracing: Tracing) -> None:
    trace = tracing.start(left=2)
    assert [tracing.message(answer(str(number))) for number in range(4)] == [1, 1, 0, 0]
    assert tracing.tracer.ended == [(trace, "messages", 2)]
    assert tracing.tracer.traces == []


def test_it_stops_when_its_time_is_over(tracing: Tracing) -> None:
    trace, other = tracing.start(1, until=10.0), tracing.start(2, until=11.0)
    tracing.tracer.sweep(9.9)
    assert tracing.tracer.traces == [trace, other]
    tracing.tracer.sweep(10.0)
    assert (tracing.tracer.traces, tracing.tracer.ended) == ([other], [(trace, "time", 0)])


def test_a_trace_that_is_stopped_follows_nobody(tracing: Tracing) -> None:
    tracing.start(1, users=("bob",))
    tracing.start(2, method="INVITE")
    tracing.message(message())
    assert tracing.tracer.stop(1)
    assert not tracing.tracer.stop(1)
    assert tracing.message(answer()) == 0b10


def test_a_trace_takes_the_place_of_the_one_of_its_number(tracing: Tracing) -> None:
    tracing.start(1, users=("bob",))
    tracing.message(message())
    tracing.start(1, method="OPTIONS")
    assert tracing.message(answer()) == 0
    assert tracing.tracer.ring.taken(1) == 0


def test_counters_tell_of_traces_and_records(tracing: Tracing) -> None:
    tracing.start(1)
    tracing.start(2, method="BYE")
    tracing.message(message())
    assert (tracing.slots[TRACES_RUNNING], tracing.slots[TRACE_RECORDS]) == (2, 1)
    tracing.tracer.stop(1)
    tracing.tracer.stop(2)
    assert tracing.slots[TRACES_RUNNING] == 0
