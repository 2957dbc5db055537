"""Commands that ask signalling: a process that is away or hangs costs an error, never a wait."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, gathered, played

from core.northbound.settings import SipSettings
from oam import signalling
from oam.config.tree import Configuration


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Configuration(hostname="sip1", sip=SipSettings(domains=("example.com",))))


@pytest.mark.parametrize("line", ["show listeners", "show calls", "show transactions", "clear registration 1001"])
def test_a_worker_that_is_away_is_said_so(manager: FakeManager, line: str) -> None:
    @played
    async def scenario() -> None:
        manager.fake_worker.answers = None
        rows, result = await gathered(manager.session(), line)
        assert rows == []
        assert result.code == 1
        assert result.errors == ["% The signalling process is not running"]

    scenario()


@played
async def test_a_worker_that_hangs_is_not_waited_for(manager: FakeManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signalling, "DEADLINE_S", 0.01)
    manager.fake_worker.hangs = True
    _, result = await gathered(manager.session(), "show calls")
    assert result.errors == ["% The signalling process does not answer"]
