"""The processes, as managers see them."""

from __future__ import annotations

from pathlib import Path

import msgspec
from support.management import FakeManager, played
from support.tables import counters, moved, read

from core.northbound.rows import ProcessRow
from oam.snmp.tables.processes import PROCESS_TABLE

WORKER = ProcessRow("sip-1", 100, "running", 2, 60, 1.5, 4096, "SIGKILL", 1000.0)
PAST = ProcessRow("oam", 0, "backoff", 9, 0, 0.0, 0, "exit code 1", 2000.0)


@played
async def test_a_row_a_process(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.rows = [WORKER, PAST]
    runs, dead = await read(PROCESS_TABLE, manager)
    assert (runs["sipctlProcessName"], runs["sipctlProcessPid"], runs["sipctlProcessState"]) == (
        "sip-1",
        100,
        "running",
    )
    assert (runs["sipctlProcessUptime"], runs["sipctlProcessCpuTime"], runs["sipctlProcessMemory"]) == (60, 1500, 4)
    assert (runs["sipctlProcessLastEnd"], runs["sipctlProcessLastEndAt"]) == ("SIGKILL", 1000.0)
    assert not dead.keys() & {"sipctlProcessPid", "sipctlProcessUptime", "sipctlProcessMemory"}
    assert dead["sipctlProcessState"] == "backoff"


@played
async def test_a_process_keeps_its_index(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.rows = [WORKER, PAST]
    first = {row["sipctlProcessName"]: row["sipctlProcessIndex"] for row in await read(PROCESS_TABLE, manager)}
    again = FakeManager(tmp_path)
    again.fake_supervisor.rows = [PAST, WORKER]
    assert {row["sipctlProcessName"]: row["sipctlProcessIndex"] for row in await read(PROCESS_TABLE, again)} == first


@played
async def test_each_counter_moves_alone(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.rows = [WORKER]
    (before,) = await read(PROCESS_TABLE, manager)
    changes: dict[str, tuple[dict[str, object], int]] = {
        "sipctlProcessCpuTime": ({"cpu_s": 1.75}, 250),
        "sipctlProcessRestarts": ({"restarts": 3}, 1),
    }
    assert changes.keys() == counters(PROCESS_TABLE)
    for name, (change, rise) in changes.items():
        manager.fake_supervisor.rows = [msgspec.structs.replace(WORKER, **change)]
        (now,) = await read(PROCESS_TABLE, manager)
        assert moved(before, now)[name] == rise
        manager.fake_supervisor.rows = [WORKER]
        await read(PROCESS_TABLE, manager)
        before = now | {name: before[name]}


@played
async def test_a_new_process_counts_anew(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.rows = [WORKER]
    (row,) = await read(PROCESS_TABLE, manager)
    assert row["sipctlProcessDiscontinuityTime"] == 0.0
    manager.fake_supervisor.rows = [msgspec.structs.replace(WORKER, pid=101, cpu_s=2.0)]
    (row,) = await read(PROCESS_TABLE, manager)
    assert row["sipctlProcessDiscontinuityTime"] > 1e9


@played
async def test_without_the_supervisor_there_are_no_rows(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.away = True
    assert await read(PROCESS_TABLE, manager) == []
