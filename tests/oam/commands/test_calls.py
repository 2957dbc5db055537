"""`show calls`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, gathered, played

from core.northbound.call_rows import CallDetailRow, CallRow
from core.northbound.orders import ListCalls, Row
from core.northbound.settings import SipSettings
from oam.config.tree import Configuration

CALL = CallRow("answered", "1001@example.com", "1002@example.com", 1000.0, 1001.0, 5, "abc@host")
DETAIL = CallDetailRow("early", "a", "b", "sip:b", "abc", "1", "", "udp:1", "udp:2", 180, 1.0, 2.0, None, 1)


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Configuration(hostname="sip1", sip=SipSettings(domains=("example.com",))))


@pytest.mark.parametrize(
    ("line", "order", "row"),
    [
        ("show calls", ListCalls(), CALL),
        ("show calls match 1001", ListCalls(False, "1001"), CALL),
        ("show calls detail", ListCalls(True), DETAIL),
        ("show calls detail match abc", ListCalls(True, "abc"), DETAIL),
    ],
)
def test_calls_come_from_the_worker(manager: FakeManager, line: str, order: ListCalls, row: Row) -> None:
    @played
    async def scenario() -> None:
        manager.fake_worker.answers = {ListCalls: [row]}
        rows, result = await gathered(manager.session(privilege=1), line)
        assert rows == [row]
        assert result.row is type(row)
        assert manager.fake_worker.orders == [order]

    scenario()
