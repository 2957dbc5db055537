"""`reload`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound.settings import Settings, SipSettings


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Settings(hostname="sip1", sip=SipSettings(domains=("example.com",))))


@played
async def test_reload_restarts_or_says_why_not(manager: FakeManager) -> None:
    session = manager.session()
    assert await done(session, ["reload"]) == ["The server restarts"]
    manager.fake_supervisor.problems = ["startup-config:3: bad"]
    _, result = await gathered(session, "reload")
    assert result.code == 1
    assert "startup-config:3: bad" in result.errors[1]


@played
async def test_reload_is_confirmed_by_an_operator(manager: FakeManager) -> None:
    session = manager.session(batch=False)
    asked: list[str] = []

    async def ask(prompt: str, secret: bool) -> str:
        asked.append(prompt)
        return "no"

    session.ask = ask
    await gathered(session, "reload")
    assert asked == ["Proceed with reload? [confirm]"]
    assert manager.fake_supervisor.reloads == 0


@pytest.mark.parametrize(
    "line", ["clear counters", "reload", "import subscribers x", "test call 1 2", "export subscribers x"]
)
def test_orders_need_privilege(manager: FakeManager, line: str) -> None:
    @played
    async def scenario() -> None:
        _, result = await gathered(manager.session(privilege=1), line)
        assert (result.code, result.errors) == (3, ["Command authorization failed."])

    scenario()
