"""Import and export of lists: all or none, in seconds."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from support.opened import OPENED

from core.northbound.lists import BLACK, ListStore, open_lists
from oam.lists.transfer import export_file, import_file
from oam.transfer import TransferError


@pytest.fixture
def store(tmp_path: Path) -> ListStore:
    made = open_lists(tmp_path)
    OPENED.append(made.close)
    return made


def imported(path: Path, store: ListStore, replace: bool = False) -> list[str]:
    async def inside() -> list[str]:
        return [line async for line in import_file(path, store, BLACK, "admin", replace)]

    return asyncio.run(inside())


def exported(path: Path, store: ListStore) -> list[str]:
    async def inside() -> list[str]:
        return [line async for line in export_file(path, store, BLACK)]

    return asyncio.run(inside())


def test_a_file_adds_or_replaces_and_is_written_back(store: ListStore, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("kind,value,reason\ncalling,1*,fraud\ncalled,2,\n")
    (line,) = imported(file, store)
    assert line.startswith("2 entries imported from list.csv")
    file.write_text("kind,value\ncalling,3\n")
    imported(file, store)
    assert [each.value for each in store.iterate(BLACK)] == ["2", "1*", "3"]
    imported(file, store, replace=True)
    assert [each.value for each in store.iterate(BLACK)] == ["3"]
    (line,) = exported(tmp_path / "out.csv", store)
    assert line.startswith("1 entry exported to out.csv")
    imported(tmp_path / "out.csv", store, replace=True)
    assert [(each.value, each.owner) for each in store.iterate(BLACK)] == [("3", "admin")]


def test_a_bad_line_leaves_everything_as_it_was(store: ListStore, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("kind,value\ncalling,3\naddress,nowhere\n")
    with pytest.raises(TransferError, match=r"Nothing was imported from list\.csv:\nline 3: address 'nowhere'"):
        imported(file, store)
    assert store.count(BLACK) == 0
    with pytest.raises(TransferError, match="No such file"):
        imported(tmp_path / "none.csv", store)
    store.most = 1
    file.write_text("kind,value\ncalling,3\ncalling,4\n")
    with pytest.raises(TransferError, match="room for 1 entries"):
        imported(file, store)
    assert store.count(BLACK) == 0
    with pytest.raises(TransferError):
        exported(tmp_path / "no folder" / "deeper" / "out.csv", store)


@pytest.mark.slow
def test_a_hundred_thousand_entries_are_imported(store: ListStore, tmp_path: Path) -> None:
    file = tmp_path / "big.csv"
    numbers = (f"calling,+4930{number:07d},fraud\n" for number in range(50_000))
    networks = (f"address,10.{number >> 8}.{number & 255}.0/24,scan\n" for number in range(50_000))
    file.write_text("kind,value,reason\n" + "".join(numbers) + "".join(networks))
    started = time.monotonic()
    lines = imported(file, store)
    print(f"100,000 entries imported in {time.monotonic() - started:.2f} s: {lines[-1]}")
    assert store.count(BLACK) == 100_000
