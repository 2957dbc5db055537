"""`terminal …`; editors and notices are played in shell/test_entrance.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.dispatch import execute


@pytest.mark.parametrize("line", ["terminal length 0", "term len 0"])
@played
async def test_length(tmp_path: Path, line: str) -> None:
    session = FakeManager(tmp_path).session(privilege=1)
    await done(session, [line])
    assert session.length == 0


@pytest.mark.parametrize("width", [0, 132, 511, 512])
@played
async def test_width(tmp_path: Path, width: int) -> None:
    session = FakeManager(tmp_path).session(privilege=1)
    await done(session, [f"term width {width}"])
    assert session.width == width


@played
async def test_out_of_range(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(privilege=1)
    assert (await execute(session, "terminal width 513")).code == 2
    assert session.width == 80


@played
async def test_history_language_and_what_is_shown(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(privilege=1)
    session.history[:] = ["one", "two", "three"]
    await done(session, ["terminal history size 2", "terminal language zh"])
    assert session.history == ["two", "three"]
    text = "\n".join(await done(session, ["show terminal"]))
    assert "history size is 2" in text
    assert "language of help: zh" in text
    assert "Idle timeout: 10:00, absolute timeout: never" in text


@pytest.mark.parametrize("line", ["terminal monitor", "terminal editor rich"])
@played
async def test_a_script_has_no_terminal(tmp_path: Path, line: str) -> None:
    session = FakeManager(tmp_path).session()
    assert (await execute(session, line)).errors == ["% There is no terminal"]
