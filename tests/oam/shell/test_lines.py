"""The table of sessions."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.management import FakeManager, played

from oam.settings.lines import LineSettings
from oam.shell.lines import CONSOLE, VTY, LineError, Lines


@played
async def test_the_lowest_free_number_is_given(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    first = manager.lines.open(VTY, manager.session())
    second = manager.lines.open(VTY, manager.session())
    console = manager.lines.open(CONSOLE, manager.session())
    assert [each.name for each in manager.lines.all()] == ["con 0", "vty 0", "vty 1"]
    manager.lines.close(first)
    assert first.session.line is None
    assert manager.lines.open(VTY, manager.session()).name == "vty 0"
    assert manager.lines.find(VTY, 1) is second
    assert manager.lines.find(CONSOLE, 0) is console
    assert manager.lines.find(CONSOLE, 1) is None


@played
async def test_an_operator_may_be_bounded_over_all_lines(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.lines.open(VTY, manager.session(), 2)
    manager.lines.open(CONSOLE, manager.session(), 2)
    with pytest.raises(LineError, match="Too many sessions of admin"):
        manager.lines.open(VTY, manager.session(), 2)


@played
async def test_idle_since_the_last_key_and_not_while_a_command_runs(tmp_path: Path) -> None:
    now = 100.0
    lines = Lines(lambda _kind: LineSettings(), lambda: now)
    line = lines.open(VTY, FakeManager(tmp_path).session())
    now = 105.0
    assert (lines.idle_s(line), lines.age_s(line)) == (5, 5)
    line.busy = True
    assert lines.idle_s(line) == 0
    line.busy = False
    lines.touch(line)
    now = 106.0
    assert (lines.idle_s(line), lines.age_s(line)) == (1, 6)


@played
async def test_the_first_reason_of_an_end_is_kept(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    line = manager.lines.open(VTY, manager.session())
    line.end("one")
    line.end("two")
    assert line.ended_by == "one"
    assert line.task.cancelling() == 2
    for _ in range(2):
        line.task.uncancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.sleep(0)
