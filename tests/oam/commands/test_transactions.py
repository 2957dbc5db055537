"""`show transactions`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, gathered, played

from core.northbound.orders import ListTransactions
from core.northbound.rows import TransactionRow
from core.northbound.settings import SipSettings
from oam.config.tree import Configuration

ROW = TransactionRow("server", "INVITE", "proceeding", "z9hG4bK1", "udp:127.0.0.1:5080", 0.5)


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Configuration(hostname="sip1", sip=SipSettings(domains=("example.com",))))


@played
async def test_transactions_come_from_the_worker(manager: FakeManager) -> None:
    manager.fake_worker.answers = {ListTransactions: [ROW]}
    rows, result = await gathered(manager.session(privilege=1), "show transactions")
    assert rows == [ROW]
    assert result.row is TransactionRow
    assert manager.fake_worker.orders == [ListTransactions()]
