"""Idle and absolute limits, on a clock of our own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.management import FakeManager, played

from oam.settings.lines import LineSettings, Timeout
from oam.shell.lines import Lines
from oam.shell.timekeeper import LOOK_S, Timekeeper, spoken


class Kept:
    """A session with a line, whose time we make."""

    def __init__(self, state: Path, settings: LineSettings) -> None:
        self.now = 1000.0
        self.settings = settings
        self.told: list[str] = []
        session = FakeManager(state).session()
        session.tell = self.told.extend
        self.lines = Lines(lambda _kind: settings, lambda: self.now)
        self.line = self.lines.open("vty", session)
        self.line.task = asyncio.get_running_loop().create_task(asyncio.sleep(3600))
        self.keeper = Timekeeper(self.lines, self.line, lambda: self.settings)

    def ended_by(self) -> str:
        return self.line.ended_by

    def after(self, seconds: float) -> float:
        self.now += seconds
        return self.keeper.look()

    def stop(self) -> None:
        self.line.task.cancel()


@played
async def test_idle(tmp_path: Path) -> None:
    kept = Kept(tmp_path, LineSettings(exec_timeout=Timeout(0, 20)))
    assert kept.after(5) == pytest.approx(15)
    kept.lines.touch(kept.line)
    assert kept.after(19) == pytest.approx(1)
    assert kept.ended_by() == ""
    assert kept.after(1) == 0
    assert kept.ended_by() == "idle for 20 seconds"
    assert kept.line.task.cancelling()


@played
async def test_a_running_command_is_not_idle(tmp_path: Path) -> None:
    kept = Kept(tmp_path, LineSettings(exec_timeout=Timeout(1)))
    kept.line.busy = True
    assert kept.after(3600) > 0
    kept.stop()


@played
async def test_never(tmp_path: Path) -> None:
    kept = Kept(tmp_path, LineSettings(exec_timeout=Timeout(0, 0)))
    assert kept.after(1e9) == LOOK_S
    kept.stop()


@played
async def test_the_longest_a_session_may_last_is_told_a_minute_before(tmp_path: Path) -> None:
    kept = Kept(tmp_path, LineSettings(exec_timeout=Timeout(0, 0), absolute_timeout_min=2))
    kept.line.busy = True
    assert kept.after(45) == pytest.approx(15)
    assert kept.told == []
    kept.after(15)
    kept.after(1)
    assert kept.told == ["*** This session ends in 1 minute: no session may last longer"]
    assert kept.after(59) == 0
    assert kept.line.ended_by == "open for 2 minutes, the longest allowed"


@played
async def test_changed_settings_count(tmp_path: Path) -> None:
    kept = Kept(tmp_path, LineSettings(exec_timeout=Timeout(0, 0)))
    assert kept.after(100) == LOOK_S
    kept.settings = LineSettings(exec_timeout=Timeout(1))
    assert kept.after(0) == 0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(600, "10 minutes"), (60, "1 minute"), (61, "1 minute 1 second"), (20, "20 seconds"), (0, "0 seconds")],
)
def test_times_are_spoken(seconds: int, text: str) -> None:
    assert spoken(seconds) == text
