"""`show notices`."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, gathered, played


@played
async def test_notices_are_shown_oldest_first_or_only_the_last(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.notices.publish("telnet-on", "telnet is enabled", "warnings")
    manager.notices.publish("rollback", "version 3 is in force")
    rows, _ = await gathered(manager.session(privilege=1), "show notices")
    assert [(row.kind, row.severity) for row in rows] == [("telnet-on", "warnings"), ("rollback", "notifications")]
    rows, _ = await gathered(manager.session(privilege=1), "show notices last 1")
    assert [row.text for row in rows] == ["version 3 is in force"]
