"""What the server starts with: shown, saved, erased."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.dispatch import execute


@played
async def test_it_is_saved_and_shown_with_its_size(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, ["configure terminal", "hostname a", "end", "write memory"])
    printed = await done(session, ["show startup-config"])
    assert printed[0] == f"Using {manager.configuration.startup_path.stat().st_size} bytes"
    assert printed[1:] == ["version 1.0", "!", "hostname a", "!", "end"]


@pytest.mark.parametrize("line", ["write memory", "write", "copy running-config startup-config"])
@played
async def test_what_may_go_is_not_saved(tmp_path: Path, line: str) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, ["configure candidate", "hostname a", "commit confirmed 5", "end"])
    result = await execute(session, line)
    assert result.code == 1
    assert "awaits its confirmation" in result.errors[0]
    assert not manager.configuration.startup_path.exists()
    await done(session, ["configure confirm", line])
    assert manager.configuration.startup_path.exists()


@pytest.mark.parametrize("line", ["erase startup-config", "write erase"])
@played
async def test_erased_it_is_in_the_archive(tmp_path: Path, line: str) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(
        session, ["configure terminal", "hostname a", "end", "write memory", "configure terminal", "hostname b", "end"]
    )
    asked: list[str] = []

    async def ask(prompt: str, secret: bool) -> str:
        asked.append(prompt)
        return answer

    session.batch, session.ask = False, ask
    answer = "n"
    await done(session, [line])
    assert manager.configuration.startup_path.exists()
    answer = ""
    assert (await done(session, [line]))[0] == "[OK]"
    assert asked[0].endswith("Continue? [confirm]")
    assert not manager.configuration.startup_path.exists()
    newest = max(manager.configuration.archive.versions())
    assert "hostname a" in manager.configuration.archive.lines(newest)
    assert (await execute(session, "show startup-config")).errors[0] == "% startup-config is not present"
