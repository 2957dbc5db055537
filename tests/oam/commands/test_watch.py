"""`watch` and `repeat` judged before the first round; the rounds are played in shell/test_entrance.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.context import Again
from oam.dispatch import execute


@played
async def test_what_is_to_be_run(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(privilege=1)
    await done(session, ["repeat 3 show clock | include UTC"])
    assert session.again == Again("show clock | include UTC", 3, 0)
    await done(session, ["repeat 3 interval 5 show clock"])
    assert session.again == Again("show clock", 3, 5)
    session.tell = lambda _lines: None
    await done(session, ["watch 2 show clock"])
    assert session.again == Again("show clock", 0, 2)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("watch 2 show clock", "% Only a person at a terminal can watch; a script takes 'repeat'"),
        ("repeat 2 repeat 2 show clock", "% repeat cannot be repeated"),
        ("repeat 2 wat 2 show clock", "% watch cannot be repeated"),
        ("repeat 2 ! nothing", "% There is nothing to run"),
    ],
)
@played
async def test_refused(tmp_path: Path, line: str, reason: str) -> None:
    session = FakeManager(tmp_path).session()
    assert (await execute(session, line)).errors == [reason]
    assert session.again is None
