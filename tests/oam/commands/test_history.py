"""`show history`."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, done, played

from oam.dispatch import execute


@played
async def test_lines_entered(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(privilege=1)
    session.history += ["show clock", "show history"]
    assert await done(session, ["show history"]) == ["  show clock", "  show history"]
    assert (await execute(session, "show history")).json == ["show clock", "show history"]
