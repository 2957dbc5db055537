"""`self-test`, `show self-test`."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, gathered, played

from oam.selftest.checks import clock, disks
from oam.selftest.self_test import SelfTest


@played
async def test_the_last_result_is_shown(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.self_test = SelfTest(manager, (disks, clock))
    assert (await gathered(manager.session(privilege=1), "show self-test"))[0] == []
    rows, result = await gathered(manager.session(), "self-test")
    assert result.code == 0
    assert {row.test for row in rows} == {"disk", "clock"}
    assert (await gathered(manager.session(privilege=1), "show self-test"))[0] == rows


@played
async def test_it_takes_privilege_to_run_it(tmp_path: Path) -> None:
    assert (await gathered(FakeManager(tmp_path).session(privilege=1), "self-test"))[1].code != 0
