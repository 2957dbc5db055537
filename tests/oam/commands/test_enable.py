"""`enable`, `disable`, `show privilege`."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, done, played

from oam.dispatch import execute


@played
async def test_down_and_up_again(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(privilege=15)
    await done(session, ["disable"])
    assert session.prompt == "sipctl>"
    assert await done(session, ["show privilege"]) == ["Current privilege level is 1"]
    await done(session, ["enable"])
    assert session.prompt == "sipctl#"
    assert await done(session, ["show privilege"]) == ["Current privilege level is 15"]


@played
async def test_who_may_not(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(privilege=1)
    result = await execute(session, "enable")
    assert (result.code, result.errors) == (3, ["% Access denied"])
    assert session.privilege == 1
