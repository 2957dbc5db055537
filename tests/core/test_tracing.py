"""Traces of a worker: begun, listed, ended; the ring mapped only meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from support.fake_engine import FakeEngine, FakeStore, fake_slots

from core.effect import UDP, Flow
from core.net.pump import Pump
from core.northbound.counters import TRACES_RUNNING
from core.northbound.notices import TraceEnded
from core.northbound.orders import ListTraces, StartTrace, StopTrace
from core.northbound.rows import TraceRow
from core.northbound.settings import Listener
from core.northbound.trace import RingReader, TraceFilter, prepare
from core.tracing import Tracing

PEER = Flow(UDP, 3, "192.0.2.1", 5060, ("192.0.2.1", 5060))


class Bench:
    """The traces of a worker without the worker."""

    def __init__(self, where: Path) -> None:
        self.path = where / "ring"
        prepare(self.path, 1)
        self.pump = Pump(FakeEngine(lambda data, flow: []), FakeStore(), fake_slots())
        self.slots = fake_slots()
        self.slots[TRACES_RUNNING] = 7
        self.trunks = {"carrier": ["198.51.100.0/24", "trunk.example.net", "192.0.2.1"]}
        self.names: dict[str, set[str]] = {}
        self.notices: list[object] = []
        self.tracing = Tracing(
            self.path, self.pump, self.slots, lambda name: self.trunks.get(name, []),
            lambda host: self.names.get(host, set()),
        )  # fmt: skip
        self.tracing.listen({3: Listener("udp", "0.0.0.0", 5060, "192.0.2.10")})

    def start(self, number: int = 1, seconds: float = 60.0, messages: int = 0, **wanted: str) -> int:
        order = StartTrace(number, TraceFilter(**wanted), seconds, messages, "admin")  # type: ignore[arg-type]
        return next(self.tracing.carry_out(order, 10.0, 1010.0))[1]

    def stop(self, number: int = 0) -> int:
        return next(self.tracing.carry_out(StopTrace(number), 10.0, 1010.0))[1]

    def rows(self) -> list[TraceRow]:
        return [row for rows, _ in self.tracing.carry_out(ListTraces(), 20.0, 1020.0) for row in rows]  # type: ignore[misc]

    def receive(self, data: bytes = b"INVITE sip:a SIP/2.0\r\nCall-ID: 1\r\n\r\n", peer: Flow = PEER) -> None:
        self.pump.receive(data, peer, 10.0)

    def count(self) -> int:
        with RingReader(self.path) as reader:
            return reader.count


def played(test: Callable[[Bench], None]) -> Callable[[Path], None]:
    """Run a test in a loop, with a bench."""

    def runner(tmp_path: Path) -> None:
        async def inside() -> None:
            test(Bench(tmp_path))

        asyncio.run(inside())

    runner.__name__ = test.__name__
    return runner


@played
def test_nothing_is_asked_of_messages_while_nothing_runs(bench: Bench) -> None:
    assert (bench.pump.tracer, bench.slots[TRACES_RUNNING]) == (None, 0)
    assert bench.start() == 1
    bench.receive()
    assert (bench.pump.tracer is not None, bench.slots[TRACES_RUNNING], bench.count()) == (True, 1, 1)
    assert bench.stop() == 1
    bench.receive()
    assert (bench.pump.tracer, bench.slots[TRACES_RUNNING], bench.count()) == (None, 0, 1)


@played
def test_a_running_trace_is_listed(bench: Bench) -> None:
    bench.start(2, 60.0, 5, method="INVITE")
    bench.receive()
    (row,) = bench.rows()
    assert row == TraceRow(2, TraceFilter(method="INVITE"), "admin", 1010.0, 1070.0, 1, 4)


@played
def test_where_a_message_came_to_is_what_peers_know(bench: Bench) -> None:
    bench.start()
    bench.receive()
    with RingReader(bench.path) as reader:
        assert next(reader.records()).local == ("192.0.2.10", 5060)


@played
def test_the_end_of_a_trace_is_told(bench: Bench) -> None:
    bench.start(1, messages=1)
    bench.start(2, seconds=5.0)
    bench.receive()
    bench.tracing.tend(14.0, 1000.0, bench.notices.append)
    assert bench.notices == [TraceEnded(1, "messages", 1)]
    bench.tracing.tend(15.0, 1000.0, bench.notices.append)
    assert bench.notices[1:] == [TraceEnded(2, "time", 1)]
    assert bench.pump.tracer is None


@played
def test_the_end_of_a_trace_is_told_when_another_begins_at_once(bench: Bench) -> None:
    bench.start(1, messages=1)
    bench.receive()
    bench.start(2)
    bench.tracing.tend(11.0, 1000.0, bench.notices.append)
    assert bench.notices == [TraceEnded(trace=1, why="messages", taken=1)]
    assert [row.trace for row in bench.rows()] == [2]
    bench.receive()
    assert bench.count() == 2


@played
def test_a_trunk_is_its_addresses_and_sources_as_they_become_known(bench: Bench) -> None:
    bench.start(trunk="carrier")
    hosts = ("192.0.2.1", "198.51.100.7", "203.0.113.5")
    assert bench.pump.tracer is not None

    def fits(call: str) -> list[bool]:
        tracer = bench.pump.tracer
        assert tracer is not None
        data = b"OPTIONS sip:a SIP/2.0\r\nCall-ID: %s%d\r\n\r\n"
        return [
            tracer.matches(data % (call.encode(), n), Flow(UDP, 3, host, 5060, (host, 5060)), False, 1.0) > 0
            for n, host in enumerate(hosts)
        ]

    assert fits("a") == [True, True, False]
    bench.names["trunk.example.net"] = {"203.0.113.5"}
    bench.tracing.tend(11.0, 1000.0, bench.notices.append)
    assert fits("b") == [True, True, True]


@played
def test_a_trunk_that_is_gone_fits_nobody(bench: Bench) -> None:
    bench.start(trunk="gone")
    bench.receive()
    assert bench.count() == 0


@played
def test_a_ring_begun_anew_is_the_one_written(bench: Bench) -> None:
    bench.start()
    bench.receive()
    bench.stop()
    prepare(bench.path, 2)
    bench.start()
    bench.receive()
    assert bench.count() == 1


@played
def test_a_trace_without_a_ring_is_refused(bench: Bench) -> None:
    bench.path.write_bytes(b"garbage")
    with pytest.raises(ValueError):
        bench.start()
    bench.path.unlink()
    with pytest.raises(OSError):
        bench.start()
    assert bench.pump.tracer is None
