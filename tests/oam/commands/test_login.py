"""`login block-for`, `login delay`, `show login failures`, `clear login lockout`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from oam.dispatch import execute
from oam.security.login import LoginError, Source
from oam.settings.operators import Block, LoginSettings


@played
async def test_what_failed_logins_cost_is_configured(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "login block-for 300 attempts 4 within 90", "login delay 3"])
    assert manager.configuration.running.login == LoginSettings(Block(300, 4, 90), 3)
    lines = manager.configuration.render()
    assert "login block-for 300 attempts 4 within 90" in lines
    assert manager.configuration.parse(lines) == (manager.configuration.running, [])
    await done(session, ["no login block-for", "no login delay"])
    assert manager.configuration.running.login == LoginSettings()


@played
async def test_locked_accounts_are_shown_and_unlocked(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(
        session,
        ["configure terminal", "login block-for 300 attempts 1 within 90", "login delay 0", "username bob", "end"],
    )
    with pytest.raises(LoginError):
        await manager.security.login("bob", "wrong", Source("ssh", "192.0.2.1"))
    rows, _ = await gathered(session, "show login failures")
    assert [(row.kind, row.name, row.failures, row.locked_s) for row in rows] == [
        ("account", "bob", 1, 300),
        ("address", "192.0.2.1", 1, 300),
    ]
    assert await done(session, ["clear login lockout bob"]) == ["1 cleared"]
    assert not manager.security.lockout.locked("bob", "")
    assert (await execute(session, "clear login lockout bob")).errors == ["% There are no failed logins of bob"]
    assert await done(session, ["clear login lockout all"]) == ["1 cleared"]
