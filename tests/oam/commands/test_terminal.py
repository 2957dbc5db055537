"""`terminal length`, `terminal width`."""

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
