"""What of the alarms outlives the process, and what happens while it cannot be written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from support.waiting import wait_until

from oam.fault import store as module
from oam.fault.alarm import BY_NUMBER, Alarm, Shelf
from oam.fault.event import AlarmEvent
from oam.fault.numbers import AHEAD
from oam.fault.store import DATABASE, FOLDER, NUMBERS, AlarmStore

ALARM = Alarm(3, 2, "trunk A", "major", "no answer", 1000.0, 1000.0, sequence=7)
SHELF = Shelf(BY_NUMBER, "2", 2000.0, "being repaired", "alice", 1000.0)


def event(sequence: int) -> AlarmEvent:
    return AlarmEvent(
        sequence, "raised", 3, 2, "trunk-unreachable", "trunk A", "major", "", "communications", 22, "", 1.0
    )


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Callable[[], AlarmStore]]:
    """Makes stores in one state directory; those left open are closed."""
    made: list[AlarmStore] = []

    def make() -> AlarmStore:
        made.append(AlarmStore(tmp_path, clock=lambda: 5e9))
        return made[-1]

    yield make
    for store in made:
        store.close(0, 0)


def sequences(state: Path) -> list[int]:
    connection = sqlite3.connect(state / FOLDER / DATABASE)
    found = [row[0] for row in connection.execute("SELECT sequence FROM history ORDER BY sequence")]
    connection.close()
    return found


def test_a_new_store_is_empty(stores: Callable[[], AlarmStore]) -> None:
    assert stores().open() == ([], [], 0, 0)


def test_what_was_active_and_shelved_is_there_again(stores: Callable[[], AlarmStore]) -> None:
    store = stores()
    store.open()
    store.put(ALARM)
    store.put(msgspec.structs.replace(ALARM, id=4))
    store.put(msgspec.structs.replace(ALARM, severity="critical"))
    store.remove(4)
    store.keep_shelves([SHELF, msgspec.structs.replace(SHELF, value="9")])
    store.keep_shelves([SHELF])
    store.close(7, 3)
    assert stores().open() == ([msgspec.structs.replace(ALARM, severity="critical")], [SHELF], 7, 3)


def test_after_a_kill_numbers_go_on_behind_those_reserved(stores: Callable[[], AlarmStore], tmp_path: Path) -> None:
    store = stores()
    store.open()
    kept = AlarmStore(tmp_path).open()
    assert (kept.sequence, kept.identifier) == (AHEAD, AHEAD)


def test_numbers_are_reserved_in_time(stores: Callable[[], AlarmStore], tmp_path: Path) -> None:
    store = stores()
    store.open()
    store.reserve(5000, 600)
    wait_until(lambda: b"5000" in (tmp_path / FOLDER / NUMBERS).read_bytes(), 10, "the disk")


def test_without_the_file_numbers_go_on_behind_the_history(stores: Callable[[], AlarmStore], tmp_path: Path) -> None:
    store = stores()
    store.open()
    store.add(event(400))
    store.put(ALARM)
    store.close(400, 3)
    (tmp_path / FOLDER / NUMBERS).unlink()
    kept = stores().open()
    assert (kept.sequence, kept.identifier) == (400, 3)


def test_history_is_bounded_and_the_oldest_go_first(stores: Callable[[], AlarmStore], tmp_path: Path) -> None:
    store = stores()
    store.maximum = lambda: 100
    store.open()
    for number in range(1, 1001):
        store.add(event(number))
    store.close(1000, 3)
    assert sequences(tmp_path) == list(range(901, 1001))
    assert store.written == 1000


def test_a_damaged_database_is_set_aside_and_numbers_go_on(stores: Callable[[], AlarmStore], tmp_path: Path) -> None:
    store = stores()
    store.open()
    store.close(50, 3)
    (tmp_path / FOLDER / DATABASE).write_bytes(b"no database" * 1000)
    kept = stores().open()
    assert (kept.alarms, kept.sequence) == ([], 50)
    assert (tmp_path / FOLDER / f"{DATABASE}.damaged-1").exists()


def test_when_all_is_damaged_numbers_go_on_further_than_any_before(
    stores: Callable[[], AlarmStore], tmp_path: Path
) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / DATABASE).write_bytes(b"no database" * 1000)
    assert stores().open().sequence == int(5e9)


def test_what_cannot_be_written_waits_and_is_written_later(
    stores: Callable[[], AlarmStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.02)
    (tmp_path / FOLDER).write_text("a file is in the way")
    store = stores()
    store.open()
    store.add(event(1))
    wait_until(lambda: store.failure, 10, "the disk")
    (tmp_path / FOLDER).unlink()
    wait_until(lambda: store.written == 1, 10, "the disk")
    assert (store.failure, store.failures, store.lost) == ("", 1, 0)
    assert sequences(tmp_path) == [1]


def test_what_the_queue_cannot_hold_is_counted_and_asked_for_again(
    stores: Callable[[], AlarmStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 10)
    store = stores()
    for number in range(12):
        store.add(event(number))
    assert (store.waiting(), store.lost, store.incomplete) == (10, 2, True)


def test_a_rewrite_replaces_what_was_active(stores: Callable[[], AlarmStore]) -> None:
    store = stores()
    store.open()
    store.put(msgspec.structs.replace(ALARM, id=9))
    store.incomplete = True
    store.rewrite([ALARM], [SHELF])
    assert not store.incomplete
    store.close(9, 9)
    assert stores().open() == ([ALARM], [SHELF], 9, 9)


def test_a_full_disk_holds_nobody_up_and_nothing_is_lost_while_there_is_memory(
    stores: Callable[[], AlarmStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [20]

    def bounded(path: Path, opened: Callable[[Path], sqlite3.Connection] = module._opened) -> sqlite3.Connection:
        connection = opened(path)
        connection.execute(f"PRAGMA max_page_count = {pages[0]}")
        return connection

    monkeypatch.setattr(module, "RETRY_S", 0.02)
    monkeypatch.setattr(module, "_opened", bounded)
    store = stores()
    store.open()
    for number in range(1, 2001):
        store.add(event(number))
    wait_until(lambda: "full" in store.failure, 10, "the disk")
    assert store.lost == 0
    pages[0] = 10_000
    wait_until(lambda: store.written == 2000, 10, "the disk")
    assert (store.failure, store.failures, store.waiting()) == ("", 1, 0)
    assert sequences(tmp_path) == list(range(1, 2001))
