"""SQLite files of management: opened, read, written all or nothing, and kept as evidence when they are damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from oam.database import is_no_database, opened, reading, set_aside, transaction

SCHEMA = "CREATE TABLE IF NOT EXISTS things (name TEXT NOT NULL) STRICT"
RUBBISH = b"no database" * 999


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "things.db"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(opened(path, SCHEMA)) as made:
        yield made


def names(connection: sqlite3.Connection | None) -> list[str]:
    assert connection is not None
    return [name for (name,) in connection.execute("SELECT name FROM things ORDER BY name")]


def add(connection: sqlite3.Connection, *added: str | None) -> None:
    for name in added:
        connection.execute("INSERT INTO things VALUES (?)", (name,))


def test_a_file_is_made_for_its_owner_alone(path: Path, connection: sqlite3.Connection) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert names(connection) == []


def test_nothing_is_opened_through_a_link(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere.db"))
    with pytest.raises(OSError, match="symbolic"):
        opened(path, SCHEMA)


def test_what_was_written_is_there_for_a_reader(path: Path, connection: sqlite3.Connection) -> None:
    with transaction(connection):
        add(connection, "one")
    with reading(path) as reader:
        assert names(reader) == ["one"]


def test_what_fails_half_way_leaves_nothing_behind(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError), transaction(connection):
        add(connection, "one", None)
    assert names(connection) == []
    with transaction(connection):
        add(connection, "two")
    assert names(connection) == ["two"]


def test_a_reader_cannot_write(path: Path, connection: sqlite3.Connection) -> None:
    with reading(path) as reader:
        assert reader is not None
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            add(reader, "one")


def test_where_there_is_no_file_none_is_made(path: Path) -> None:
    with reading(path) as reader:
        assert reader is None
    assert not path.exists()


@pytest.mark.parametrize(("frozen", "seen"), [(True, []), (False, ["one"])])
def test_a_frozen_view_is_of_one_moment(
    path: Path, connection: sqlite3.Connection, frozen: bool, seen: list[str]
) -> None:
    with reading(path, frozen=frozen) as reader:
        assert names(reader) == []
        add(connection, "one")
        assert names(reader) == seen


def test_rubbish_is_no_database(path: Path) -> None:
    path.write_bytes(RUBBISH)
    with pytest.raises(sqlite3.DatabaseError) as failed:
        opened(path, SCHEMA)
    assert is_no_database(failed.value)


def test_a_file_that_another_holds_is_not_damaged(path: Path, connection: sqlite3.Connection) -> None:
    with transaction(connection), closing(opened(path, "", busy_s=0)) as other:
        with pytest.raises(sqlite3.OperationalError) as failed, transaction(other):
            pass
        assert not is_no_database(failed.value)


def test_damaged_files_are_numbered_and_bounded(path: Path) -> None:
    for number in (1, 2):
        path.write_bytes(b"%d" % number)
        assert set_aside(path, "broken", 2) == f"unreadable (broken) and is kept as things.db.damaged-{number}"
    path.write_bytes(b"3")
    with pytest.raises(OSError, match="2 damaged databases"):
        set_aside(path, "broken", 2)
    assert [path.with_name(f"things.db.damaged-{number}").read_bytes() for number in (1, 2)] == [b"1", b"2"]
    assert path.read_bytes() == b"3"


def test_without_a_bound_the_newest_alone_is_kept_with_all_its_parts(path: Path) -> None:
    for number in (b"1", b"2"):
        path.write_bytes(number)
        Path(f"{path}-wal").write_bytes(number)
        set_aside(path, "broken")
    aside = path.with_name("things.db.damaged")
    assert (aside.read_bytes(), Path(f"{aside}-wal").read_bytes(), path.exists()) == (b"2", b"2", False)
