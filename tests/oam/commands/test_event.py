"""`event NAME`: lines and `show events`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from oam.config.tree import Configuration
from oam.notices import KINDS
from oam.settings.automation import EventHook, Step
from oam.settings.operators import Operator

ADMIN = Operator("admin", privilege=15, secret="$9$x")
LINES = """event full
 on table-full
 match calls|bindings
 command 10 show transactions
 operator admin
 output full.txt
 interval 300
 shutdown""".splitlines()


@played
async def test_lines_are_kept_and_written_back(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", *LINES])
    assert manager.configuration.running.events == (
        EventHook(
            "full",
            on="table-full",
            match="calls|bindings",
            commands=(Step(10, "show transactions"),),
            operator="admin",
            output="full.txt",
            interval_s=300,
            shutdown=True,
        ),
    )
    rendered = manager.configuration.render()
    start = rendered.index("event full")
    assert rendered[start : start + len(LINES)] == LINES


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_notice_can_be_waited_for(tmp_path: Path, kind: str) -> None:
    @played
    async def configured() -> None:
        manager = FakeManager(tmp_path)
        await done(manager.session(batch=False), ["configure terminal", "event a", f"on {kind}"])
        assert manager.configuration.running.events[0].on == kind

    configured()


@pytest.mark.parametrize("line", ["on no-such-thing", "match (", "interval 0"])
def test_lines_that_cannot_be_are_refused(tmp_path: Path, line: str) -> None:
    @played
    async def refused() -> None:
        session = FakeManager(tmp_path).session(batch=False)
        await done(session, ["configure terminal", "event a"])
        _, result = await gathered(session, line)
        assert result.code == 2

    refused()


@played
async def test_runs_and_their_results_are_shown(tmp_path: Path) -> None:
    hook = EventHook("a", on="table-full", commands=(Step(10, "show clock"),), operator="admin")
    manager = FakeManager(tmp_path, Configuration(users=(ADMIN,), events=(hook, EventHook("b"))))
    for _ in range(2):
        manager.notices.publish("table-full", "table calls is full")
    async with asyncio.timeout(10):
        while not manager.automation.jobs.outcomes:
            await asyncio.sleep(0.005)
    rows, _ = await gathered(manager.session(), "show events")
    assert [(row.name, row.state, row.event, row.runs, row.waiting, row.dropped, row.code) for row in rows] == [
        ("a", "waiting", "table-full", 1, 1, 0, 0),
        ("b", "no operator", "", 0, 0, 0, None),
    ]
