"""Signalling that is away, hangs or says too much costs a table some rows, never an exception."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from support.management import FakeManager, played

from core.northbound.counters import BYE_RECEIVED, INVITE_RECEIVED, STARTED_AT
from core.northbound.orders import ListBans
from core.northbound.rows import BanRow, CodeRow
from oam.snmp.rows import asking
from oam.snmp.rows.asking import asked

BAN = BanRow("192.0.2.7", "scan", 50, 0.0, 1.0, 3, 2)


@played
async def test_rows_of_the_kind_asked_for_are_returned(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_worker.answers = {ListBans: [BAN, CodeRow("0900", False, 1, 1, 100.0, None)]}
    assert await asked(manager, ListBans(), BanRow) == [BAN]
    assert await asked(manager, ListBans(), CodeRow) != []


@pytest.mark.parametrize("hangs", [True, False])
@played
async def test_no_answer_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hangs: bool) -> None:
    monkeypatch.setattr(asking, "ANSWER_S", 0.01)
    manager = FakeManager(tmp_path)
    manager.fake_worker.answers, manager.fake_worker.hangs = None, hangs
    async with asyncio.timeout(5):
        assert await asked(manager, ListBans(), BanRow) is None


@played
async def test_signalling_that_hangs_is_waited_for_once_and_asked_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ANSWER_S", 0.01)
    manager = FakeManager(tmp_path)
    manager.fake_worker.hangs = True
    assert await asked(manager, ListBans(), BanRow) is None
    manager.fake_worker.hangs = False
    manager.fake_worker.answers = {ListBans: [BAN]}
    assert await asked(manager, ListBans(), BanRow) is None
    assert len(manager.fake_worker.orders) == 1
    assert 9 < manager.snmp.silent_until - time.monotonic() <= asking.SILENT_S
    manager.snmp.silent_until = time.monotonic()
    assert await asked(manager, ListBans(), BanRow) == [BAN]


@played
async def test_of_too_many_rows_the_first_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "ROWS_MAX", 3)
    manager = FakeManager(tmp_path)
    manager.fake_worker.answers = {ListBans: [BAN] * 5}
    assert await asked(manager, ListBans(), BanRow) == [BAN] * 3


@played
async def test_counters_of_all_workers_are_added(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.counters.append(memoryview(bytearray(8 * 256)).cast("q"))
    for number, block in enumerate(manager.counters, 1):
        block[INVITE_RECEIVED], block[BYE_RECEIVED], block[STARTED_AT] = number, 10 * number, 100 * number
    assert asking.total(manager, INVITE_RECEIVED, BYE_RECEIVED) == 33
    assert asking.started_at(manager) == 200
