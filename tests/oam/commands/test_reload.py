"""`reload`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound.settings import SipSettings
from oam.config.tree import Configuration


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Configuration(hostname="sip1", sip=SipSettings(domains=("example.com",))))


@played
async def test_reload_restarts_or_says_why_not(manager: FakeManager) -> None:
    session = manager.session()
    assert await done(session, ["reload"]) == ["The server restarts"]
    manager.fake_supervisor.problems = ["startup-config:3: bad"]
    _, result = await gathered(session, "reload")
    assert result.code == 1
    assert "startup-config:3: bad" in result.errors[1]


class Operator:
    """Answers questions from a list and remembers them."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, prompt: str, secret: bool) -> str:
        self.asked.append(prompt)
        return self.answers.pop(0)


SAVE = "System configuration has been modified. Save? [yes/no]: "
PROCEED = "Proceed with reload? [confirm]"


@pytest.mark.parametrize(
    ("saved", "answers", "asked", "reloads", "saves"),
    [
        (True, ["no"], [PROCEED], 0, True),
        (True, [""], [PROCEED], 1, True),
        (False, ["no", "y"], [SAVE, PROCEED], 1, False),
        (False, ["yes", "n"], [SAVE, PROCEED], 0, True),
    ],
)
def test_an_operator_is_asked(
    manager: FakeManager, saved: bool, answers: list[str], asked: list[str], reloads: int, saves: bool
) -> None:
    @played
    async def scenario() -> None:
        if saved:
            await manager.configuration.save_startup()
        session = manager.session(batch=False)
        operator = Operator(*answers)
        session.ask = operator
        await gathered(session, "reload")
        assert operator.asked == asked
        assert manager.fake_supervisor.reloads == reloads
        assert manager.configuration.startup_path.exists() is saves

    scenario()


@pytest.mark.parametrize(
    "line", ["clear counters", "reload", "import subscribers x", "test call 1 2", "export subscribers x"]
)
def test_orders_need_privilege(manager: FakeManager, line: str) -> None:
    @played
    async def scenario() -> None:
        _, result = await gathered(manager.session(privilege=1), line)
        assert (result.code, result.errors) == (3, ["Command authorization failed."])

    scenario()
