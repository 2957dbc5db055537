"""`monitor` looks again and again: what rose between two looks, and what cannot be had."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, played

from core.northbound import statistics as rows
from core.northbound.counters import CALLS, COUNTERS, LOOP_LAG_US
from core.northbound.rows import ProcessRow
from core.northbound.statistics import open_statistics
from oam.fault.catalogue import ALARMS
from oam.monitor.source import _RECEIVED, Source


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def looking(state: Path) -> tuple[FakeManager, Source, Clock]:
    manager = FakeManager(state)
    clock = Clock()
    return manager, Source(manager, clock=clock, monotonic=clock), clock


def test_messages_are_requests_responses_and_retransmissions_taken_in() -> None:
    names = {COUNTERS[slot].name for slot in _RECEIVED}
    assert {"invite-received", "responses-received-2xx", "retransmissions-received"} <= names
    assert [name for name in names if "sent" in name or "received" not in name] == []


@played
async def test_rates_are_of_the_time_between_two_looks(tmp_path: Path) -> None:
    manager, source, clock = looking(tmp_path)
    counters = manager.counters[0]
    counters[CALLS] = 7
    first = await source.look()
    assert [each.values[-1] for each in first.series] == [7, None, None]
    counters[0] += 30
    clock.now += 2
    second = await source.look()
    assert second.series[2].values[-1] == 15.0
    assert second.at == 1002.0
    counters[0] = 0
    clock.now += 1
    assert (await source.look()).series[2].values[-1] is None


@played
async def test_bids_are_those_of_the_system(tmp_path: Path) -> None:
    _, source, clock = looking(tmp_path)
    slots = open_statistics(tmp_path / "run" / "statistics-1")
    slots[0], slots[1] = rows.VERSION, 1
    slots[rows.DIRECTORY] = 1
    bids = rows.FIRST_ROW + rows.BIDS
    slots[bids] = 100
    await source.look()
    slots[bids] = 112
    clock.now += 4
    assert (await source.look()).series[1].values[-1] == 3.0


@played
async def test_processor_time_is_of_the_time_between_two_looks(tmp_path: Path) -> None:
    manager, source, clock = looking(tmp_path)
    manager.counters[0][LOOP_LAG_US] = 1500
    manager.fake_supervisor.rows = [ProcessRow("sip-1", 5, "running", 0, 60, 10.0, 1000)]
    (worker,) = (await source.look()).workers
    assert (worker.cpu, worker.lag_ms) == (None, 1.5)
    manager.fake_supervisor.rows = [ProcessRow("sip-1", 5, "running", 0, 62, 10.5, 1000)]
    clock.now += 2
    (worker,) = (await source.look()).workers
    assert worker.cpu == pytest.approx(25.0)
    manager.fake_supervisor.rows = [ProcessRow("sip-1", 6, "running", 1, 0, 0.1, 1000)]
    clock.now += 2
    assert (await source.look()).workers[0].cpu is None


@played
async def test_without_the_supervisor_the_rest_is_shown(tmp_path: Path) -> None:
    manager, source, _ = looking(tmp_path)
    manager.fake_supervisor.away = True
    found = await source.look()
    assert found.workers == ()
    assert found.hostname == manager.configuration.running.hostname


@played
async def test_alarms_are_those_that_are_shown_the_gravest_first(tmp_path: Path) -> None:
    manager, source, _ = looking(tmp_path)
    at_once = {each.severity: number for number, each in ALARMS.items() if each.soak_s == 0 and not each.parents}
    manager.alarms.set(at_once["minor"], "object A", "text")
    manager.alarms.set(at_once["critical"], "object B", "text")
    found = (await source.look()).alarms
    assert [(each.severity, each.object) for each in found] == [("critical", "object B"), ("minor", "object A")]
    assert found[0].name == ALARMS[at_once["critical"]].name
