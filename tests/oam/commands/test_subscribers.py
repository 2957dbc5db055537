"""`show subscribers`, `show subscriber`."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, gathered, played, subscriber

from core.northbound.settings import SipSettings
from oam.config.tree import Configuration


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Configuration(hostname="sip1", sip=SipSettings(domains=("example.com",))))


@played
async def test_subscribers_are_shown_without_credentials(manager: FakeManager) -> None:
    manager.subscribers.put_many([subscriber("1002", enabled=False), subscriber("1001", number="5551")])
    rows, _ = await gathered(manager.session(privilege=1), "show subscribers")
    assert [row.name for row in rows] == ["1001", "1002"]
    assert [row.enabled for row in rows] == [True, False]
    by_number, _ = await gathered(manager.session(privilege=1), "show subscriber 5551")
    assert by_number == rows[:1]
    values = [value for each in manager.subscribers for value in each.ha1.values()]
    assert not any(value in str(msgspec.to_builtins(rows)) for value in values)


@played
async def test_an_unknown_subscriber_is_said_so(manager: FakeManager) -> None:
    _, result = await gathered(manager.session(), "show subscriber 1001")
    assert result.errors == ["% There is no subscriber 1001"]
