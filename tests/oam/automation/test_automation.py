"""Schedules and hooks together, in a manager, by the real clock and real notices."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest
from support.management import FakeManager, played
from support.waiting import until

from oam.automation.automation import Automation
from oam.config.tree import Configuration
from oam.settings.automation import EventHook, Schedule, Step
from oam.settings.operators import Operator

ADMIN = Operator("admin", privilege=15, secret="$9$x")


@played
async def test_a_hook_runs_its_commands_and_its_own_change_starts_nothing(tmp_path: Path) -> None:
    steps = (Step(10, "configure terminal"), Step(20, "hostname full"))
    hooks = (
        EventHook("mark", on="table-full", commands=steps, operator="admin"),
        EventHook("again", on="job-failed", commands=(Step(10, "show clock"),), operator="admin"),
        EventHook("fails", on="table-full", commands=(Step(10, "no such thing"),), operator="admin"),
    )
    manager = FakeManager(tmp_path, Configuration(users=(ADMIN,), events=hooks))
    manager.notices.publish("table-full", "table calls is full")
    await until(lambda: len(manager.automation.jobs.outcomes) == 2)
    assert manager.configuration.running.hostname == "full"
    assert "job-failed" in [notice.kind for notice in manager.notices.recent]
    assert manager.automation.hooks.states["again"].runs == 0


@pytest.mark.slow
@played
async def test_what_runs_is_stopped_with_the_server(tmp_path: Path) -> None:
    schedule = Schedule("a", commands=(Step(10, "show calls"),), operator="admin")
    manager = FakeManager(tmp_path, Configuration(users=(ADMIN,), schedules=(schedule,)))
    manager.fake_worker.hangs = True
    automation = Automation(manager)
    running = asyncio.ensure_future(automation.run())
    await asyncio.sleep(0)
    automation.jobs.start("schedule", schedule)
    await until(lambda: manager.lines.all())
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert manager.lines.all() == []
