"""`show environment`, mode `environment`, `test storage`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound import counters
from core.northbound.rows import ProcessRow
from oam.environment.system_clock import ClockReading
from oam.settings.environment import Bounds, Days, EnvironmentSettings, Rates, problems

LINES = (
    "cpu minor 50 major 60 critical 70",
    "memory minor 51 major 61 critical 71",
    "process memory maximum 4096",
    "disk minor 52 major 62 critical 72",
    "files minor 53 major 63 critical 73",
    "sessions minor 54 major 64 critical 74",
    "queue minor 55 major 65 critical 0",
    "hysteresis 3",
    "event-loop lag 250",
    "clock offset 50",
    "certificate minor 60 major 10",
    "control hours 8",
    "unsaved minutes 5",
    "attack authentication 10 malformed 20",
    "refused calls 7",
)
SET = EnvironmentSettings(
    Bounds(50, 60, 70), Bounds(51, 61, 71), 4096, Bounds(52, 62, 72), Bounds(53, 63, 73), Bounds(54, 64, 74),
    Bounds(55, 65, 0), 3, 250, 50, Days(60, 10), 8, 5, Rates(10, 20), 7,
)  # fmt: skip


@played
async def test_every_bound_is_configured_written_and_read_again(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "environment", *LINES])
    assert manager.configuration.running.environment == SET
    rendered = manager.configuration.render()
    assert [line.strip() for line in rendered if line.strip() in LINES] == list(LINES)
    assert manager.configuration.parse(rendered) == (manager.configuration.running, [])
    await done(session, [f"no {line}" for line in LINES])
    assert manager.configuration.running.environment == EnvironmentSettings()


@pytest.mark.parametrize(
    "line", ["cpu minor 80 major 70 critical 90", "disk minor 80 major 80 critical 90", "certificate minor 5 major 7"]
)
@played
async def test_bounds_that_do_not_rise_are_refused(tmp_path: Path, line: str) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "environment"])
    assert (await gathered(session, line))[1].code == 1


def test_a_severity_may_be_left_out() -> None:
    assert list(problems(EnvironmentSettings(cpu=Bounds(0, 80, 0), certificate=Days(0, 7)))) == []


def manager_of(path: Path) -> FakeManager:
    manager = FakeManager(path)
    manager.fake_supervisor.rows = [ProcessRow("oam", os.getpid(), "running", 0, 1, 0.0, 0)]
    return manager


@played
async def test_what_is_measured_is_shown_beside_its_bounds(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    manager.counters[0][counters.QUEUE_PERCENT] = 60
    manager.counters[0][counters.LOOP_LAG_US] = 600_000
    rows, result = await gathered(manager.session(privilege=1), "show environment")
    assert result.code == 0
    found = {row.item: row for row in rows}
    assert (found["queue sip-1"].value, found["queue sip-1"].state) == (60, "major")
    assert (found["loop-lag sip-1"].value, found["loop-lag sip-1"].state) == (600.0, "major")
    assert found["cpu"].state == "unknown", "one reading is no difference"
    assert (found["memory"].minor, found["memory"].major, found["memory"].critical) == (80, 90, 95)
    assert found["load-average"].state == ""
    assert found["clock-offset"].state in ("normal", "minor", "unknown")
    assert any(item.startswith("disk ") for item in found)


@played
async def test_a_clock_that_nothing_keeps_right_has_no_offset(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    await manager.environment.read()
    assert manager.environment.latest is not None
    manager.environment.latest = manager.environment.latest._replace(clock=ClockReading(False, 0.0, 16_000.0))
    rows, _ = await gathered(manager.session(), "show environment")
    clock = next(row for row in rows if row.item == "clock-offset")
    assert (clock.value, clock.unit, clock.state) == (None, "not synchronised", "minor")


@played
async def test_processes_and_disks(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    ((process,), _) = await gathered(manager.session(), "show environment processes")
    assert (process.process, process.pid) == ("oam", os.getpid())
    (disks, _) = await gathered(manager.session(), "show environment disks")
    assert "configuration" in disks[0].holds


@played
async def test_without_a_reading_it_says_why(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    manager.environment.failure = "a volume does not answer"
    result = (await gathered(manager.session(), "show environment"))[1]
    assert result.errors == ["% The environment cannot be read: a volume does not answer"]


@played
async def test_storage_is_tried_folder_by_folder(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    (tmp_path / "records").write_text("no folder")
    rows, _ = await gathered(manager.session(), "test storage")
    assert {row.folder: row.outcome for row in rows}[str(tmp_path / "records")] == "failed"
    assert all(row.sync_ms is not None for row in rows if row.outcome == "ok")
