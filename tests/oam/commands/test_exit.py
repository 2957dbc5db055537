"""`exit`, `logout`, `quit` in EXEC."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played


@pytest.mark.parametrize("line", ["exit", "logout", "quit"])
@played
async def test_the_session_ends(tmp_path: Path, line: str) -> None:
    session = FakeManager(tmp_path).session(privilege=1)
    await done(session, [line])
    assert session.closing


@played
async def test_in_a_mode_exit_leaves_the_mode_alone(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session()
    await done(session, ["configure terminal", "sip", "exit"])
    assert not session.closing
    assert session.prompt == "sipctl(config)#"
