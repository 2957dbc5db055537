"""The history at work: never in the way, itself again after a full disk or a damaged file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.management import played
from support.statistics import figures
from support.waiting import wait_until

from core.northbound.statistics import BIDS
from oam.statistics import history as module
from oam.statistics.history import History
from oam.statistics.history_store import DATABASE, FOLDER, Kept, Store
from oam.statistics.period import ObjectKey
from oam.statistics.sampler import Reading
from oam.statistics.stretch import DAY_S, QUARTER_S, Snapshot

TRUNK = ObjectKey("trunk-out", "PSTN")


def kept(begin: float, bids: int) -> Kept:
    values = {TRUNK: figures(bids=bids).values}
    quarter = Snapshot(QUARTER_S, begin, 60.0, False, values, frozenset())
    return Kept((quarter, quarter._replace(length=DAY_S, begin=0.0)), Reading(begin, begin, 1, {}), begin)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    made = History(tmp_path)
    yield made
    made.close()


class Disk:
    """A disk that can be full, or a file that can be found damaged."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error: Exception | None = None
        real = Store.write

        def write(store: Store, snapshots: list[Snapshot], what: Kept) -> None:
            if self.error is not None:
                raise self.error
            real(store, snapshots, what)

        monkeypatch.setattr(Store, "write", write)
        monkeypatch.setattr(module, "RETRY_S", 0.01)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


FULL = sqlite3.OperationalError("database or disk is full")


async def bids(history: History, length: int = QUARTER_S) -> list[tuple[float, int]]:
    return [(each.begin, each.values[BIDS]) for _, each in await history.series(length, TRUNK)]


@played
async def test_a_thread_writes_what_is_to_be_kept(history: History) -> None:
    history.start()
    history.keep(kept(900, 3))
    wait_until(lambda: history.written >= 1, 10, "it is written")
    history.keep(kept(900, 8))
    history.close()
    assert await bids(history) == [(900, 8)]
    assert await bids(history, DAY_S) == [(0, 8)]
    stored = await history.last_reading()
    assert stored is not None
    assert stored.begin == 900


@played
async def test_what_waits_is_read_as_if_it_were_written(history: History) -> None:
    history.keep(kept(900, 3))
    found = await history.stretch(QUARTER_S, 900)
    assert found is not None
    assert found.values[TRUNK][BIDS] == 3
    assert await history.stretch(QUARTER_S, 1800) is None


@played
async def test_a_full_disk_loses_nothing_while_there_is_room(history: History, disk: Disk) -> None:
    history.keep(kept(900, 3))
    history.write()
    disk.error = FULL
    for place in range(2, 9):
        history.keep(kept(900.0 * place, place))
        history.write()
    assert (history.failure, history.written, history.lost) == ("database or disk is full", 1, 0)
    disk.error = None
    history.write()
    assert history.failure == ""
    assert await bids(history) == [(900, 3), *((900.0 * place, place) for place in range(2, 9))]


@played
async def test_a_disk_full_for_hours_costs_the_oldest_quarters_and_no_day(history: History, disk: Disk) -> None:
    disk.error = FULL
    for place in range(1, 21):
        history.keep(kept(900.0 * place, place))
        history.write()
    disk.error = None
    history.write()
    assert history.lost == 20 - (module.MAX_WAITING - 1)
    assert [begin for begin, _ in await bids(history)] == [900.0 * place for place in range(10, 21)]
    assert await bids(history, DAY_S) == [(0, 20)]


def test_what_failed_is_tried_again_by_itself(history: History, disk: Disk) -> None:
    disk.error = FULL
    history.start()
    history.keep(kept(900, 3))
    wait_until(lambda: bool(history.failure), 10, "it fails")
    disk.error = None
    wait_until(lambda: history.written == 1, 10, "it is written")
    assert history.failure == ""


def test_an_end_does_not_wait_for_a_disk_that_is_full(history: History, disk: Disk) -> None:
    disk.error = FULL
    history.start()
    history.keep(kept(900, 3))
    history.close()
    assert history.failure == "database or disk is full"


@played
async def test_a_file_found_damaged_while_it_is_written_is_begun_anew(
    tmp_path: Path, history: History, disk: Disk
) -> None:
    history.keep(kept(900, 3))
    history.write()
    disk.error = sqlite3.DatabaseError("database disk image is malformed")
    history.keep(kept(1800, 4))
    history.write()
    assert history.failure == "database disk image is malformed"
    assert history.damages == 1
    disk.error = None
    history.write()
    assert (tmp_path / FOLDER / f"{DATABASE}.damaged").exists()
    assert (history.failure, await bids(history)) == ("", [(1800, 4)])


@played
async def test_a_file_really_damaged_is_no_obstacle(tmp_path: Path, history: History) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / DATABASE).write_bytes(b"rubbish" * 999)
    assert await history.last_reading() is None
    assert await history.stretch(QUARTER_S, 900) is None
    with pytest.raises(sqlite3.DatabaseError):
        await history.series(QUARTER_S)
    history.keep(kept(900, 3))
    history.write()
    assert (history.damages, history.failure) == (1, "")
    assert await bids(history) == [(900, 3)]


def test_a_fault_of_ours_does_not_end_the_thread(history: History, disk: Disk) -> None:
    disk.error = ValueError("a mistake")
    history.start()
    history.keep(kept(900, 3))
    wait_until(lambda: history.failure == "a mistake", 10, "it fails")
    disk.error = None
    wait_until(lambda: history.written == 1, 10, "it is written")
