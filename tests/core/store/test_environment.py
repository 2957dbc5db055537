"""core.store.environment: opening, sharing, growing."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.store import full_disk

from core.store.environment import Environment, key_of, open_environment
from core.store.error import StoreError, StoreFull

MIB = 1024 * 1024


def opened(path: Path, max_octets: int = 64 * MIB, mapped: bool = True) -> Environment:
    return open_environment(path, max_octets, [b"one"], mapped)


def put(environment: Environment, key: bytes, value: bytes) -> None:
    transaction = environment.write()
    transaction.put(key, value, db=environment.tables[0])
    transaction.commit()


def get(environment: Environment, key: bytes) -> bytes | None:
    transaction = environment.read()
    value = transaction.get(key, db=environment.tables[0])
    transaction.abort()
    return value


def test_the_directory_is_made_for_owner_and_group_only(tmp_path: Path) -> None:
    opened(tmp_path / "new").close()
    assert (tmp_path / "new").stat().st_mode & 0o7007 == 0
    assert (tmp_path / "new" / "data.mdb").stat().st_mode & 0o7007 == 0


def test_one_process_shares_an_environment_until_the_last_use_ends(tmp_path: Path) -> None:
    first, second = opened(tmp_path), opened(tmp_path / "." / "", mapped=False)
    assert first is second
    first.close()
    put(second, b"k", b"v")
    assert get(second, b"k") == b"v"
    second.close()
    third = opened(tmp_path)
    assert third is not first
    assert get(third, b"k") == b"v"
    third.close()


def test_what_cannot_be_opened_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="file"):
        opened(tmp_path / "file")
    (tmp_path / "data.mdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError):
        opened(tmp_path)


def test_a_map_takes_allocated_octets_only_and_grows_to_its_bound(tmp_path: Path) -> None:
    environment = opened(tmp_path, max_octets=16 * MIB)
    data = tmp_path / "data.mdb"
    assert data.stat().st_size == data.stat().st_blocks * 512 == 8 * MIB
    environment.grow(beyond=False)
    assert data.stat().st_size == data.stat().st_blocks * 512 == 16 * MIB
    with pytest.raises(StoreFull):
        environment.grow(beyond=False)
    environment.grow(beyond=True)
    put(environment, b"k", b"v")
    environment.close()
    again = opened(tmp_path, max_octets=16 * MIB)
    assert get(again, b"k") == b"v"
    assert data.stat().st_size == 16 * MIB + 256 * 1024, "never cut below what it was"
    again.close()


def test_a_disk_without_room_is_a_refusal_to_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = opened(tmp_path)
    full_disk(monkeypatch)
    with pytest.raises(StoreFull, match="No space left"):
        environment.grow(beyond=True)
    put(environment, b"k", b"v")
    assert get(environment, b"k") == b"v"
    environment.close()


def test_a_reader_that_came_first_does_not_size_the_map(tmp_path: Path) -> None:
    opened(tmp_path, mapped=False).close()
    writer = opened(tmp_path)
    assert (tmp_path / "data.mdb").stat().st_size == 8 * MIB
    writer.close()


@pytest.mark.parametrize(
    ("text", "key"),
    [("1001", b"1001"), ("", b""), ("é", b"\xc3\xa9"), ("x" * 255, b"x" * 255), ("x" * 256, b""), ("é" * 128, b"")],
)
def test_keys(text: str, key: bytes) -> None:
    assert key_of(text) == key


def test_any_text_has_a_key() -> None:
    assert key_of("\udcff") == b"\xed\xb3\xbf"
