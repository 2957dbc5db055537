"""`show users`, `send`, `clear line` where nobody is; with operators they are played in shell/test_entrance.py."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from oam.dispatch import execute


@played
async def test_scripts_are_not_shown_unasked(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    manager.lines.open("vty", session)
    assert (await gathered(session, "show users"))[0] == []
    (row,), _ = await gathered(session, "show users all")
    assert (row.line, row.user, row.origin, row.own) == ("vty 0", "admin", "console, script", True)
    assert (await gathered(session, "show line"))[0] == [row]


@pytest.mark.parametrize("line", ["clear line vty 3", "clear line 3", "disconnect con 0", "send console 3 hello"])
@played
async def test_nobody_is_there(tmp_path: Path, line: str) -> None:
    result = await execute(FakeManager(tmp_path).session(), line)
    assert result.code == 1
    assert result.errors[0].startswith("% Nobody is on line ")


@played
async def test_a_number_alone_is_that_of_a_vty(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)

    async def stay(kind: str) -> None:
        line = manager.lines.open(kind, manager.session())
        try:
            await asyncio.Event().wait()
        finally:
            manager.lines.close(line)

    tasks = {kind: asyncio.create_task(stay(kind)) for kind in ("con", "vty")}
    await asyncio.sleep(0)
    asked: list[str] = []

    async def ask(prompt: str, _secret: bool) -> str:
        asked.append(prompt)
        return ""

    session = manager.session(batch=False)
    session.ask = ask
    assert await done(session, ["clear line 0"]) == [" [OK]"]
    assert asked == ["End that session? [confirm]"]
    with pytest.raises(asyncio.CancelledError):
        await tasks["vty"]
    assert [each.name for each in manager.lines.all()] == ["con 0"]
    tasks["con"].cancel()
    assert (await execute(manager.session(), "disconnect 0")).code == 2


@played
async def test_scripts_hear_nothing(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.lines.open("vty", manager.session())
    assert (await execute(manager.session(), "send vty 0 hello")).errors == ["% That session is a script"]
    assert (await execute(manager.session(), "send all hello")).text == "Sent to 0 sessions"
    assert (await execute(manager.session(), "send + hello")).code == 2


@pytest.mark.parametrize("line", ["clear line vty 0", "send all x", "disconnect vty 0"])
@played
async def test_not_for_everybody(tmp_path: Path, line: str) -> None:
    assert (await execute(FakeManager(tmp_path).session(privilege=1), line)).code == 3
