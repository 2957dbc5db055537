"""`restart worker`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound.rows import ProcessRow


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    made = FakeManager(tmp_path)
    made.fake_supervisor.rows = [ProcessRow("sip-1", 100, "running", 0, 5, 0.1, 1)]
    return made


@played
async def test_it_waits_for_the_new_process(manager: FakeManager) -> None:
    told = await done(manager.session(), ["restart worker"])
    assert told[0] == "The signalling process finishes what is in flight, for 10 s at most"
    assert told[1].startswith("A new signalling process answers, pid 101, after ")
    assert manager.fake_supervisor.restarts == [False]


@played
async def test_now_waits_for_no_call(manager: FakeManager) -> None:
    told = await done(manager.session(), ["restart worker now"])
    assert [line.partition(",")[0] for line in told] == ["A new signalling process answers"]
    assert manager.fake_supervisor.restarts == [True]


@played
async def test_a_refusal_is_told(manager: FakeManager) -> None:
    manager.fake_supervisor.problems = ["a restart is under way"]
    _, result = await gathered(manager.session(), "restart worker")
    assert result.errors == ["% The signalling process was not restarted: a restart is under way"]


@played
async def test_an_operator_is_asked_and_may_say_no(manager: FakeManager) -> None:
    session = manager.session(batch=False)

    async def no(prompt: str, secret: bool) -> str:
        assert prompt == "Start the signalling process anew? [confirm]"
        return "no"

    session.ask = no
    await gathered(session, "restart worker")
    assert manager.fake_supervisor.restarts == []
