"""The self-test as a whole: every row, the alarm, one run at a time, faults of ours."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.alarmed import Watch, raises_and_clears
from support.management import FakeManager, played

from core.northbound.client import NorthboundError
from oam.context import Manager
from oam.selftest import self_test as module
from oam.selftest.checks import CHECKS, disks
from oam.selftest.row import FAILED, PASSED, WARNING, SelfTestRow
from oam.selftest.self_test import SelfTest


async def made(test: SelfTest) -> list[SelfTestRow]:
    return [row async for row in test.run()]


@raises_and_clears(49)
@played
async def test_what_fails_is_an_alarm_until_a_run_passes(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    watch, test = Watch(manager), SelfTest(manager, (disks,), lambda: 1_700_000_000.0)
    (tmp_path / "records").write_text("a file where the folder should be")
    rows = await made(test)
    assert [row.outcome for row in rows].count(FAILED) == 1
    assert await watch.look() == {(49, "self-test"): "major"}
    assert watch.text(49, "self-test") == f"failed: disk {tmp_path / 'records'}"
    assert (test.rows, test.ended_at) == (tuple(rows), 1_700_000_000.0)
    (tmp_path / "records").unlink()
    await made(test)
    assert await watch.look() == {}


@played
async def test_no_fault_of_a_test_keeps_the_others_from_being_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHECK_S", 0.05)

    async def broken(_: Manager) -> list[SelfTestRow]:
        raise ZeroDivisionError("ours")

    async def away(_: Manager) -> list[SelfTestRow]:
        raise NorthboundError("the supervisor is gone")

    async def hanging(_: Manager) -> list[SelfTestRow]:
        await asyncio.Event().wait()
        return []

    async def last(_: Manager) -> list[SelfTestRow]:
        return [SelfTestRow("last", "", WARNING, "x"), SelfTestRow("last", "", PASSED, "")]

    rows = await made(SelfTest(FakeManager(tmp_path), (broken, away, hanging, last)))
    assert [(row.test, row.outcome) for row in rows] == [
        ("broken", FAILED), ("away", FAILED), ("hanging", FAILED), ("last", WARNING), ("last", PASSED),
    ]  # fmt: skip
    assert rows[1].result == "the supervisor is gone"


@played
async def test_two_runs_follow_each_other(tmp_path: Path) -> None:
    running: list[int] = []
    most: list[int] = []

    async def slow(_: Manager) -> list[SelfTestRow]:
        running.append(1)
        most.append(len(running))
        await asyncio.sleep(0.01)
        running.pop()
        return []

    test = SelfTest(FakeManager(tmp_path), (slow,))
    await asyncio.gather(made(test), made(test))
    assert most == [1, 1]


@played
async def test_it_is_made_soon_after_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_S", 0.0)
    test = SelfTest(FakeManager(tmp_path), ())
    await test.at_start()
    assert test.ended_at is not None


def test_every_test_has_a_name_of_its_own() -> None:
    assert len({check.__name__ for check in CHECKS}) == len(CHECKS) == 11
