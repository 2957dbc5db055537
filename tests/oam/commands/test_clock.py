"""`show clock`."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.management import FakeManager, gathered, played

from core.northbound.settings import SipSettings
from oam.commands.clock import clock
from oam.config.tree import Configuration


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Configuration(hostname="sip1", sip=SipSettings(domains=("example.com",))))


def test_the_clock_reads_as_on_a_router(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    assert clock(1_763_806_272.345) == "10:11:12.345 UTC Sat Nov 22 2025"


@played
async def test_clock_has_a_form_for_programs(manager: FakeManager) -> None:
    _, result = await gathered(manager.session(privilege=1), "show clock")
    assert abs(result.json["time"] - time.time()) < 60
    assert result.text
