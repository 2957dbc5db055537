"""What the worker says of bans is kept in the store and told."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest
from support.management import FakeWorker, played
from support.opened import OPENED

from core.northbound.client import WorkerClient
from core.northbound.lists import AUTOMATIC, BLACK, ListEntry, ListStore, open_lists
from core.northbound.notices import AddressBanned, AddressReleased, WorkerStarted
from core.northbound.orders import ListBans
from core.northbound.rows import BanRow
from oam.lists import bans
from oam.lists.bans import TOLD, BanKeeper


class Place:
    """A keeper with a store, a worker that answers from memory, and a clock."""

    def __init__(self, path: Path) -> None:
        self.store: ListStore = open_lists(path)
        OPENED.append(self.store.close)
        self.worker = FakeWorker()
        self.told: list[tuple[str, str]] = []
        self.now = 1000.0
        self.keeper = BanKeeper(
            self.store,
            cast(WorkerClient, self.worker),
            lambda kind, text, _severity: self.told.append((kind, text)),
            lambda: self.now,
        )

    def kept(self) -> list[str]:
        return [each.value for each in self.store.iterate(AUTOMATIC)]


def banned(number: int) -> AddressBanned:
    return AddressBanned(f"192.0.2.{number}", "scan", 50, 600, 5000.0)


@played
async def test_bans_and_releases_are_kept(tmp_path: Path) -> None:
    place = Place(tmp_path)
    await place.keeper.write()
    for number in (1, 2):
        place.keeper.take(banned(number))
    place.keeper.take(AddressReleased("192.0.2.2"))
    await place.keeper.write()
    assert list(place.store.iterate(AUTOMATIC)) == [
        ListEntry("address", "192.0.2.1", 5000.0, 5600.0, "", "scan: 50 attempts")
    ]
    place.keeper.take(AddressReleased("192.0.2.1"))
    await place.keeper.write()
    assert place.kept() == []
    assert [kind for kind, _ in place.told] == ["address-banned"] * 2 + ["address-released"] * 2
    assert "192.0.2.1 is banned for 600 s: scan: 50 attempts" in place.told[0][1]


@played
async def test_with_a_worker_that_has_started_the_store_is_what_the_worker_has(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.store.put_many(AUTOMATIC, [ListEntry("address", "192.0.2.9", 1.0, 2.0)])
    place.worker.answers = {ListBans: [BanRow("192.0.2.3", "malformed", 50, 5000.0, 5600.0, 0, 1)]}
    place.keeper.take(WorkerStarted(1, False, 0))
    await place.keeper.write()
    assert list(place.store.iterate(AUTOMATIC)) == [
        ListEntry("address", "192.0.2.3", 5000.0, 5600.0, "", "malformed: 50 attempts")
    ]


@played
async def test_a_worker_that_is_away_leaves_the_store_as_it_is(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.store.put_many(AUTOMATIC, [ListEntry("address", "192.0.2.9", 1.0, 2.0)])
    place.worker.answers = None
    await place.keeper.write()
    assert place.kept() == ["192.0.2.9"]


@played
async def test_the_worker_may_say_more_while_the_store_is_written(tmp_path: Path) -> None:
    place = Place(tmp_path)
    task = asyncio.create_task(place.keeper.run())
    place.keeper.take(banned(1))
    async with asyncio.timeout(5):
        while place.kept() != ["192.0.2.1"]:
            place.keeper.take(banned(1))
            await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@played
async def test_a_scan_of_many_addresses_does_not_flood_the_operators(tmp_path: Path) -> None:
    place = Place(tmp_path)
    for number in range(TOLD + 30):
        place.keeper.take(banned(number))
    assert len(place.told) == TOLD
    place.now += 60
    place.keeper.take(banned(99))
    assert [text for _, text in place.told[TOLD:]] == [
        "30 more bans and releases were not told",
        "192.0.2.99 is banned for 600 s: scan: 50 attempts",
    ]


@played
async def test_what_has_run_out_is_removed_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bans, "PURGE_S", 0.0)
    place = Place(tmp_path)
    place.store.put_many(BLACK, [ListEntry("calling", "1", 1.0, 2.0), ListEntry("calling", "2", 1.0)])
    task = asyncio.create_task(place.keeper.run())
    async with asyncio.timeout(5):
        while place.store.count(BLACK) != 1:
            await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
