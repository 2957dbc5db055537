"""Readings kept for those who ask: processes of the supervisor, means, lag of the loop, a volume that hangs."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from support.management import FakeManager, played
from support.waiting import until

from core.northbound.rows import ProcessRow
from oam.environment.environment import TICK_S, Environment


def process(name: str, pid: int) -> ProcessRow:
    return ProcessRow(name, pid, "running", 0, 1, 0.0, 0)


@played
async def test_a_reading_has_the_processes_that_the_supervisor_names(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.rows = [process("oam", os.getpid()), process("sip-1", 0)]
    environment = Environment(manager)
    await environment.read()
    assert environment.process("sip-1") is None
    found = environment.process("oam")
    assert found is not None
    assert found.pid == os.getpid()
    assert environment.cpu_percent is None
    end = time.monotonic() + 0.05
    while time.monotonic() < end:
        pass
    await environment.read()
    assert environment.cpu_percent is not None


@played
async def test_a_supervisor_that_is_away_leaves_the_host_to_be_read(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.away = True
    environment = Environment(manager)
    await environment.read()
    assert environment.latest is not None
    assert environment.latest.processes == ()


@played
async def test_a_volume_that_hangs_leaves_no_reading(tmp_path: Path) -> None:
    environment = Environment(FakeManager(tmp_path))

    def hang(*_: object) -> None:
        raise TimeoutError

    environment._meter.read = hang  # type: ignore[method-assign, assignment]
    await environment.read()
    assert (environment.latest, environment.failure) == (None, "a volume does not answer")


@played
async def test_a_loop_that_is_held_up_is_late(tmp_path: Path) -> None:
    environment = Environment(FakeManager(tmp_path))
    running = asyncio.create_task(environment.run())
    await asyncio.sleep(0.01)
    time.sleep(TICK_S + 0.3)  # what no code of the server may do
    await until(lambda: environment.lag_ms)
    running.cancel()
    assert 250 < (environment.lag_ms or 0) < 2000
