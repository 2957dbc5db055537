"""`show version`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound.rows import ProcessRow
from core.northbound.settings import SipSettings
from oam.commands.version import spoken
from oam.config.tree import Configuration

PROCESS = ProcessRow("supervisor", 1, "running", 0, 90_061, 1.5, 4096)


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Configuration(hostname="sip1", sip=SipSettings(domains=("example.com",))))


@played
async def test_version_says_who_how_long_and_which_core(manager: FakeManager) -> None:
    manager.fake_supervisor.rows = [PROCESS]
    printed = await done(manager.session(privilege=1), ["show version"])
    assert printed[0] == "sipctl, SIP proxy and registrar, Version 0.1.0"
    assert "sip1 uptime is 1 day, 1 hour, 1 minute" in printed
    assert printed[3] in ("Signalling core is compiled", "Signalling core is plain Python")


@played
async def test_version_answers_without_the_supervisor(manager: FakeManager) -> None:
    manager.fake_supervisor.away = True
    _, result = await gathered(manager.session(privilege=1), "show version")
    assert result.code == 0
    assert result.json["hostname"] == "sip1"
    assert result.json["uptime_s"] < 86_400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 minutes"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (86_400 * 9 + 7320, "1 week, 2 days, 2 hours, 2 minutes"),
    ],
)
def test_durations_are_spoken_as_routers_do(seconds: int, text: str) -> None:
    assert spoken(seconds) == text
