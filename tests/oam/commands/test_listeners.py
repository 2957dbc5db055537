"""`show listeners`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, gathered, played

from core.northbound.orders import ListListeners
from core.northbound.rows import ListenerRow
from core.northbound.settings import SipSettings
from oam.config.tree import Configuration

ROW = ListenerRow("udp:127.0.0.1:5060", "up", 0, 7, 8, 0)


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Configuration(hostname="sip1", sip=SipSettings(domains=("example.com",))))


@played
async def test_listeners_come_from_the_worker(manager: FakeManager) -> None:
    manager.fake_worker.answers = {ListListeners: [ROW]}
    rows, result = await gathered(manager.session(privilege=1), "show listeners")
    assert rows == [ROW]
    assert result.row is ListenerRow
    assert manager.fake_worker.orders == [ListListeners()]
