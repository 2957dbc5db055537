"""The pump's turn: order, faults, the timer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import uvloop
from support.fake_engine import FakeEngine, FakeStore, FakeStreams, fake_slots

from core.effect import CLOSE, NOTICE, RECORD, RESOLVE, SEND, TCP, UDP, Effect, Flow
from core.net.pump import Outside, Pump
from core.northbound.counters import INTERNAL_ERRORS
from core.northbound.notices import InternalError, TableFull
from core.northbound.trace import RECEIVED, SENT, RingReader, TraceFilter, TraceRecord, prepare
from core.store.error import StoreFull
from core.trace.filter import Trace
from core.trace.ring import Ring
from core.trace.tracer import Tracer

PEER = Flow(UDP, 3, "192.0.2.1", 5060, ("192.0.2.1", 5060))
STREAM = Flow(TCP, 4, "192.0.2.1", 5060, ("192.0.2.1", 5060))


class Sender:
    """A UDP socket that notes, or refuses, what is sent."""

    def __init__(self, log: list[str], fault: OSError | None = None) -> None:
        self.sent = 0
        self._log = log
        self._fault = fault

    def sendto(self, octets: bytes, address: tuple[object, ...]) -> int:
        if self._fault is not None:
            raise self._fault
        self._log.append(octets.decode())
        return len(octets)


class Bench:
    """A pump on fakes; `log` has in order what was done."""

    def __init__(
        self, reply: Callable[[bytes, Flow], list[Effect]] | None = None, fault: OSError | None = None
    ) -> None:
        self.log: list[str] = []
        self.engine = FakeEngine(reply)
        self.store = FakeStore()
        self.slots = fake_slots()
        self.streams = FakeStreams()
        self.notices: list[object] = []
        self.questions: list[tuple[int, str, int, int]] = []
        self.pump = Pump(self.engine, self.store, self.slots)
        self.pump.senders[3] = Sender(self.log, fault)
        self.pump.outside = Outside(
            self.streams,
            lambda *question: self.questions.append(question),
            self.notices.append,
            lambda octets: self.log.append(f"record {octets.decode()}"),
        )
        commit = self.store.commit

        def logged() -> None:
            self.log.append("commit")
            commit()

        self.store.commit = logged  # type: ignore[method-assign]

    def turn(self, data: bytes = b"x", flow: Flow = PEER) -> None:
        now = self.pump.clock()
        self.pump.receive(data, flow, now)
        self.pump.finish(now)


def run(test: Callable[[], Any]) -> None:
    """Run a test that needs a running loop but awaits nothing."""

    async def inside() -> None:
        test()

    uvloop.run(inside())


def test_records_are_written_before_the_commit_and_messages_leave_after_it() -> None:
    def test() -> None:
        bench = Bench(lambda data, flow: [(SEND, flow, b"first", ""), (RECORD, b"r"), (SEND, flow, b"second", "")])
        bench.store.dirty = True
        bench.turn()
        assert bench.log == ["record r", "commit", "first", "second"]
        assert bench.engine.out == []
        assert bench.pump.committed

    run(test)


def test_nothing_is_sent_when_the_commit_fails() -> None:
    def test() -> None:
        bench = Bench()
        bench.store.dirty = True
        bench.store.fault = StoreFull("no room")
        bench.turn()
        assert bench.log == ["commit"]
        assert bench.engine.out == []
        assert bench.slots[INTERNAL_ERRORS] == 1

    run(test)


def test_every_effect_goes_where_it_belongs() -> None:
    notice = TableFull(table="calls", limit=1)
    effects: list[Effect] = [
        (SEND, STREAM, b"octets", "b1"), (CLOSE, STREAM), (NOTICE, notice), (RESOLVE, 7, "example.net", 5070, TCP),
    ]  # fmt: skip

    def test() -> None:
        bench = Bench(lambda data, flow: effects)
        bench.turn()
        assert bench.streams.sent == [(STREAM, b"octets", "b1")]
        assert bench.streams.closed == [STREAM]
        assert bench.notices == [notice]
        assert bench.questions == [(7, "example.net", 5070, TCP)]

    run(test)


@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        (OSError(101, "unreachable"), ["b1"]),
        (PermissionError(1, "filtered"), ["b1"]),
        (BlockingIOError(11, "full"), []),
    ],
)
def test_a_datagram_that_cannot_be_sent_fails_its_branch_unless_it_is_only_lost(
    fault: OSError, failed: list[str]
) -> None:
    def test() -> None:
        bench = Bench(lambda data, flow: [(SEND, flow, b"x", "b1")], fault)
        bench.turn()
        assert bench.engine.failed == failed

    run(test)


def test_a_listener_that_is_gone_fails_the_branch() -> None:
    def test() -> None:
        bench = Bench(lambda data, flow: [(SEND, flow, b"x", "b1")])
        bench.pump.senders.clear()
        bench.turn()
        assert bench.engine.failed == ["b1"]

    run(test)


def test_what_a_failure_causes_is_committed_before_it_is_performed() -> None:
    def test() -> None:
        bench = Bench(lambda data, flow: [(SEND, STREAM, b"x", "b1")])
        bench.streams.works = False

        def on_failed(branch: str) -> None:
            bench.engine.out.append((SEND, PEER, b"sorry", ""))
            bench.store.dirty = True

        bench.engine.on_failed = on_failed
        bench.turn()
        assert bench.log == ["commit", "sorry"]

    run(test)


def test_a_fault_drops_its_message_alone_and_is_told_once_a_second() -> None:
    def test() -> None:
        bench = Bench()

        def reply(data: bytes, flow: Flow) -> list[Effect]:
            bench.engine.out.append((SEND, flow, data, ""))
            if data == b"bad":
                raise RuntimeError("ours")
            return []

        bench.engine.reply = reply
        now = bench.pump.clock()
        for data in (b"one", b"bad", b"bad", b"two"):
            bench.pump.receive(data, PEER, now)
        bench.pump.finish(now)
        assert bench.log == ["one", "two"]
        assert bench.slots[INTERNAL_ERRORS] == 2
        assert bench.notices == [InternalError(where="receive", what="RuntimeError: ours")]

    run(test)


def test_faults_anywhere_end_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("ours")

    def test() -> None:
        bench = Bench(lambda data, flow: [(CLOSE, flow)])
        monkeypatch.setattr(bench.streams, "close_flow", broken)
        monkeypatch.setattr(bench.engine, "answer", broken)
        monkeypatch.setattr(bench.engine, "send_failed", broken)
        bench.turn()
        bench.pump.answer(1, [])
        bench.pump.send_failed(["b1"])
        assert bench.slots[INTERNAL_ERRORS] == 3

    run(test)


def test_the_timer_fires_at_the_engine_s_time_and_not_before() -> None:
    async def inside() -> tuple[float, list[float]]:
        bench = Bench()
        due = bench.pump.clock() + 0.03
        bench.engine.next_tick = due + 10
        bench.turn()
        bench.engine.next_tick = due
        bench.turn()
        while not bench.engine.ticks:
            await asyncio.sleep(0.002)
        bench.pump.stop()
        return due, bench.engine.ticks

    due, ticks = uvloop.run(inside())
    assert len(ticks) == 1
    assert due <= ticks[0]


def test_a_fault_in_a_timer_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    async def inside() -> int:
        bench = Bench()

        def tick(now: float) -> None:
            bench.engine.next_tick = float("inf")
            raise RuntimeError("ours")

        monkeypatch.setattr(bench.engine, "tick", tick)
        bench.engine.next_tick = bench.pump.clock()
        bench.turn()
        while not bench.slots[INTERNAL_ERRORS]:
            await asyncio.sleep(0.002)
        return bench.slots[INTERNAL_ERRORS]

    assert uvloop.run(inside()) == 1


def test_an_answer_is_handed_in() -> None:
    def test() -> None:
        bench = Bench()
        bench.pump.answer(7, [("192.0.2.7", 5060)])
        assert bench.engine.answers == [(7, [("192.0.2.7", 5060)])]

    run(test)


class Traced:
    """Bench whose pump has a tracer that takes all."""

    def __init__(self, where: Path, fault: OSError | None = None) -> None:
        prepare(where / "ring", 1)
        self.bench = Bench(lambda data, flow: [(SEND, flow, b"answer to " + data, "")], fault)
        tracer = Tracer(Ring(where / "ring"), self.bench.slots, 0.0)
        tracer.local = {3: ("192.0.2.10", 5060), 4: ("192.0.2.10", 5061)}
        tracer.start(Trace(1, TraceFilter(), None, 1e12, -1, "", 0.0))
        self.bench.pump.tracer = tracer
        self.path = where / "ring"

    def records(self) -> list[TraceRecord]:
        with RingReader(self.path) as reader:
            return list(reader.records())


@pytest.mark.parametrize(("peer", "port"), [(PEER, 5060), (STREAM, 5061)])
def test_a_trace_has_what_came_and_what_left(tmp_path: Path, peer: Flow, port: int) -> None:
    def test() -> None:
        traced = Traced(tmp_path)
        before = time.time()
        traced.bench.turn(b"question", peer)
        came, left = traced.records()
        assert (came.octets, came.direction, came.transport) == (b"question", RECEIVED, peer.transport)
        assert (left.octets, left.direction, left.transport) == (b"answer to question", SENT, peer.transport)
        assert came.local == left.local == ("192.0.2.10", port)
        assert before - 0.001 <= came.at_us / 1e6 <= left.at_us / 1e6 <= time.time() + 0.001

    run(test)


def test_what_could_not_be_sent_is_not_in_the_trace(tmp_path: Path) -> None:
    def test() -> None:
        traced = Traced(tmp_path, OSError(101, "unreachable"))
        traced.bench.turn(b"question")
        traced.bench.streams.works = False
        traced.bench.turn(b"other", STREAM)
        assert [record.octets for record in traced.records()] == [b"question", b"other"]

    run(test)


def test_a_fault_of_the_trace_costs_no_message(tmp_path: Path) -> None:
    def test() -> None:
        traced = Traced(tmp_path)
        assert traced.bench.pump.tracer is not None
        traced.bench.pump.tracer.ring.close()
        traced.bench.turn(b"question")
        assert traced.bench.log == ["answer to question"]
        assert traced.bench.slots[INTERNAL_ERRORS] == 2

    run(test)
