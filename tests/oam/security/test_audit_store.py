"""Audit records on the disk: appended, pruned, and what was done to them behind our back noticed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from oam.security.audit_chain import GENESIS, Record
from oam.security.audit_reader import verify
from oam.security.audit_store import DATABASE, END, FOLDER, MAX_DAMAGED, Store

KEY = b"k" * 32
RECORD = Record(1_000_000, "command", "admin", "ssh", "192.0.2.1", "vty 0", "show clock", 0, "", "")


def records(count: int) -> list[Record]:
    return [RECORD._replace(command=f"show clock {number}") for number in range(1, count + 1)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path, KEY)
    yield opened
    opened.close()


def reopened(state: Path, key: bytes = KEY) -> tuple[str, int]:
    """Open the store again; return the damage found and the number of the last record."""
    store = Store(state, key)
    store.close()
    return store.damage, store.ends.last


def tampered(state: Path, statement: str) -> None:
    connection = sqlite3.connect(state / FOLDER / DATABASE)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_new_chain_begins_with_number_one(store: Store) -> None:
    assert (store.ends.first, store.ends.anchor, store.ends.last, store.damage) == (1, GENESIS, 0, "")


def test_the_chain_goes_on_where_it_ended(tmp_path: Path, store: Store) -> None:
    store.append(records(3))
    store.pin()
    store.close()
    again = Store(tmp_path, KEY)
    again.append(records(2))
    again.close()
    assert (again.damage, again.ends.last) == ("", 5)
    assert list(verify(tmp_path, KEY))[-1].reason == ""


def test_others_may_not_read_it(tmp_path: Path, store: Store) -> None:
    store.pin()
    assert (tmp_path / FOLDER).stat().st_mode & 0o077 == 0
    assert store.path.stat().st_mode & 0o077 == 0
    assert (tmp_path / FOLDER / END).stat().st_mode & 0o077 == 0


def test_the_oldest_records_go_first_and_the_chain_survives(tmp_path: Path, store: Store) -> None:
    store.append(records(250))
    assert store.prune(200) == 52
    assert store.prune(200) == 0
    verdict = list(verify(tmp_path, KEY))[-1]
    assert (verdict.first, verdict.last, verdict.checked, verdict.reason) == (53, 250, 198, "")


def test_a_full_disk_changes_nothing_and_the_same_records_fit_later(tmp_path: Path, store: Store) -> None:
    store.append(records(10))
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count={pages}")
    many = [RECORD._replace(before="x" * 8000)] * 50
    with pytest.raises(sqlite3.OperationalError, match="full"):
        store.append(many)
    assert store.ends.last == 10
    store._connection.execute("PRAGMA max_page_count=1000000")
    store.append(many)
    assert list(verify(tmp_path, KEY))[-1] == (60, 1, 60, 0, "", 0)


@pytest.mark.parametrize(
    ("statement", "damage"),
    [
        ("DELETE FROM records", "the newest record is number 0, the chain ends at 5"),
        ("DELETE FROM records WHERE sequence > 3", "the newest record is number 3, the chain ends at 5"),
        ("INSERT INTO records SELECT 6, at_us, kind, user, origin, address, line, command, code, before, after, hash"
         " FROM records WHERE sequence = 1", "the newest record is number 6, the chain ends at 5"),
        ("UPDATE ends SET last = 4", "the seal of the chain does not fit"),
        ("UPDATE ends SET seal = zeroblob(32)", "the seal of the chain does not fit"),
        ("DELETE FROM ends", "the sealed ends of the chain are gone; 5 records stand before"),
    ],
)  # fmt: skip
def test_what_was_done_to_the_end_is_noticed_when_opened(
    tmp_path: Path, store: Store, statement: str, damage: str
) -> None:
    store.append(records(5))
    store.close()
    tampered(tmp_path, statement)
    assert reopened(tmp_path)[0] == damage


def test_a_database_that_is_gone_is_noticed_and_the_count_goes_on(tmp_path: Path, store: Store) -> None:
    store.append(records(5))
    store.pin()
    store.close()
    store.path.unlink()
    assert reopened(tmp_path) == ("records 1 to 5 are gone", 5)


def test_an_older_copy_of_the_database_is_noticed(tmp_path: Path, store: Store) -> None:
    store.append(records(5))
    store.close()
    older = store.path.read_bytes()
    again = Store(tmp_path, KEY)
    again.append(records(3))
    again.pin()
    again.close()
    store.path.write_bytes(older)
    assert reopened(tmp_path)[0] == "records 6 to 8 are gone"


def test_a_seal_under_another_key_does_not_fit(tmp_path: Path, store: Store) -> None:
    store.append(records(1))
    store.close()
    assert reopened(tmp_path, b"l" * 32)[0] == "the seal of the chain does not fit"


def test_a_forged_end_file_is_noticed(tmp_path: Path, store: Store) -> None:
    store.append(records(5))
    store.pin()
    store.close()
    end = tmp_path / FOLDER / END
    end.write_bytes(end.read_bytes().replace(b'"last":5', b'"last":4'))
    assert reopened(tmp_path)[0] == "the seal of the file 'end' does not fit"
    end.write_bytes(b"{")
    assert reopened(tmp_path)[0] == "the file 'end' is unreadable"


def test_what_is_no_database_any_more_is_kept_as_evidence(tmp_path: Path, store: Store) -> None:
    store.append(records(5))
    store.pin()
    store.close()
    store.path.write_bytes(b"no database" * 100)
    damage, last = reopened(tmp_path)
    assert "kept as audit.db.damaged-1" in damage
    assert last == 5
    assert (tmp_path / FOLDER / "audit.db.damaged-1").read_bytes().startswith(b"no database")


def test_evidence_does_not_pile_up(tmp_path: Path) -> None:
    for _ in range(MAX_DAMAGED):
        Store(tmp_path, KEY).close()
        (tmp_path / FOLDER / DATABASE).write_bytes(b"no database" * 100)
        Store(tmp_path, KEY).close()
    (tmp_path / FOLDER / DATABASE).write_bytes(b"no database" * 100)
    with pytest.raises(OSError, match="remove them"):
        Store(tmp_path, KEY)
