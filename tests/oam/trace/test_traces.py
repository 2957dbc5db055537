"""Traces that operators begin: numbered, bounded, begun again, taken up."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import cast

import pytest
from support.management import played

from core.northbound.client import NorthboundError, WorkerClient
from core.northbound.notices import TraceEnded, WorkerStarted
from core.northbound.orders import ListTraces, Order, Row, StartTrace, StopTrace
from core.northbound.rows import TraceRow
from core.northbound.trace import TraceFilter, prepare
from core.trace.ring import Ring
from oam.trace.search import TraceError
from oam.trace.traces import Traces


class Worker:
    """A worker's traces, in memory."""

    def __init__(self) -> None:
        self.traces: dict[int, StartTrace] = {}
        self.away = False

    async def order(self, order: Order) -> AsyncGenerator[Row, None]:
        assert isinstance(order, ListTraces)
        if self.away:
            raise NorthboundError("the signalling process is not running")
        for each in self.traces.values():
            left = each.messages or None
            yield TraceRow(each.number, each.filter, each.by, 1000.0, 1000.0 + each.seconds, 0, left)

    async def count(self, order: Order) -> int:
        if isinstance(order, StartTrace):
            self.traces[order.number] = order
        elif isinstance(order, StopTrace):
            for number in [order.number] if order.number else [*self.traces]:
                self.traces.pop(number, None)
        return 1


class Desk:
    """Traces on such a worker, and what they publish."""

    def __init__(self, state: Path) -> None:
        (state / "run").mkdir(exist_ok=True)
        self.worker = Worker()
        self.published: list[tuple[str, str]] = []
        self.now = 1000.0
        self.megabytes = 1
        self.traces = self.made(state)
        self.state = state

    def made(self, state: Path) -> Traces:
        return Traces(
            state, cast(WorkerClient, self.worker), lambda: self.megabytes,
            lambda kind, text, severity: self.published.append((kind, text)), lambda: self.now,
        )  # fmt: skip


@played
async def test_a_trace_is_begun_on_a_prepared_ring(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    wanted = TraceFilter(method="INVITE")
    trace = await desk.traces.start(wanted, 600.0, 5, "alice")
    assert desk.worker.traces == {1: StartTrace(1, wanted, 600.0, 5, "alice")}
    assert (trace.number, trace.ends_at) == (1, 1600.0)
    assert desk.traces.path.stat().st_size > 1_048_576
    assert desk.published == [("trace-started", "trace 1 runs for alice: method INVITE")]


@played
async def test_numbers_are_the_lowest_free_and_there_are_eight(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for number in range(1, 9):
        assert (await desk.traces.start(TraceFilter(), 60.0, 0, "")).number == number
    with pytest.raises(TraceError, match="8 traces"):
        await desk.traces.start(TraceFilter(), 60.0, 0, "")
    assert await desk.traces.stop(3) == [3]
    assert (await desk.traces.start(TraceFilter(), 60.0, 0, "")).number == 3
    assert await desk.traces.stop() == list(range(1, 9))
    assert await desk.traces.stop(1) == []


@played
async def test_a_full_disk_refuses_the_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, megabytes: int) -> None:
        raise OSError(28, "No space left on device")

    desk = Desk(tmp_path)
    monkeypatch.setattr("oam.trace.traces.prepare", full)
    with pytest.raises(TraceError, match="no room for the trace: No space left"):
        await desk.traces.start(TraceFilter(), 60.0, 0, "")
    assert (desk.worker.traces, desk.traces.running) == ({}, {})


@played
async def test_a_ring_in_use_keeps_its_size(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.traces.start(TraceFilter(), 60.0, 0, "")
    inode = desk.traces.path.stat().st_ino
    desk.megabytes = 2
    await desk.traces.start(TraceFilter(), 60.0, 0, "")
    assert desk.traces.path.stat().st_ino == inode
    await desk.traces.stop()
    await desk.traces.start(TraceFilter(), 60.0, 0, "")
    assert desk.traces.path.stat().st_size > 2 * 1_048_576


@played
async def test_a_new_worker_traces_what_is_left(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.traces.start(TraceFilter(number="12"), 600.0, 10, "alice")
    await desk.traces.start(TraceFilter(), 30.0, 0, "")
    await desk.traces.start(TraceFilter(), 600.0, 2, "")
    ring = Ring(desk.traces.path)
    for trace, count in ((1, 4), (3, 2)):
        for _ in range(count):
            ring.count(trace)
    desk.worker.traces.clear()
    desk.now += 100
    desk.published.clear()
    await desk.traces.resume()
    assert desk.worker.traces == {1: StartTrace(1, TraceFilter(number="12"), 500.0, 6, "alice")}
    assert sorted(desk.published) == [
        ("trace-ended", "trace 2 has ended: its time is over"),
        ("trace-ended", "trace 3 has ended: it has its 2 messages"),
    ]
    ((running, _),) = await desk.traces.listed()
    assert (running.before, running.maximum) == (4, 10)


@played
async def test_new_management_takes_up_what_runs(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.traces.start(TraceFilter(number="12"), 600.0, 10, "alice")
    again = desk.made(tmp_path)
    again.take(WorkerStarted(1, True, 0))
    assert [(trace.number, trace.by, trace.maximum) for trace, _ in await again.listed()] == [(1, "alice", 10)]
    assert (await again.start(TraceFilter(), 60.0, 0, "")).number == 2


@played
async def test_the_end_of_a_trace_is_published_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.traces.start(TraceFilter(), 600.0, 10, "alice")
    desk.worker.traces.clear()
    desk.traces.take(TraceEnded(1, "messages", 10))
    desk.traces.take(TraceEnded(1, "messages", 10))
    assert desk.published[1:] == [("trace-ended", "trace 1 has ended: it has its 10 messages")]
    assert await desk.traces.listed() == []


@played
async def test_a_worker_that_is_away_refuses_and_harms_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.traces.start(TraceFilter(), 600.0, 0, "alice")
    desk.worker.away = True
    with pytest.raises(NorthboundError):
        await desk.traces.start(TraceFilter(), 600.0, 0, "alice")
    await desk.traces.resume()
    assert [*desk.traces.running] == [1]


def test_a_ring_that_was_prepared_holds(tmp_path: Path) -> None:
    prepare(tmp_path / "ring", 1)
    assert Ring(tmp_path / "ring").taken(1) == 0
