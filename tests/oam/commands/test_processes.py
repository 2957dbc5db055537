"""`show processes`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, gathered, played

from core.northbound.rows import ProcessRow
from core.northbound.settings import SipSettings
from oam.config.tree import Configuration

PROCESS = ProcessRow("supervisor", 1, "running", 0, 90_061, 1.5, 4096)


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Configuration(hostname="sip1", sip=SipSettings(domains=("example.com",))))


@played
async def test_processes_come_from_the_supervisor(manager: FakeManager) -> None:
    manager.fake_supervisor.rows = [PROCESS]
    assert (await gathered(manager.session(privilege=1), "show processes"))[0] == [PROCESS]
    manager.fake_supervisor.away = True
    assert (await gathered(manager.session(), "show processes"))[1].errors == ["% The supervisor is gone"]
