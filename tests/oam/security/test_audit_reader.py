"""Audit records read: found by what is asked for; the chain walked, the first record that does not fit named."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from oam.security.audit_chain import Record
from oam.security.audit_reader import STEP, Verdict, Wanted, find, one, verify
from oam.security.audit_store import DATABASE, END, FOLDER, Store

KEY = b"k" * 32
RECORD = Record(1_000_000, "command", "admin", "ssh", "192.0.2.1", "vty 0", "show clock", 0, "", "")
COUNT = 8


@pytest.fixture
def state(tmp_path: Path) -> Path:
    store = Store(tmp_path, KEY)
    store.append([RECORD._replace(at_us=number * 1_000_000, before="a", after="b") for number in range(1, COUNT + 1)])
    store.pin()
    store.close()
    return tmp_path


def tampered(state: Path, statement: str) -> None:
    connection = sqlite3.connect(state / FOLDER / DATABASE)
    assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.close()


def verdict(state: Path, key: bytes = KEY) -> Verdict:
    return list(verify(state, key))[-1]


def test_a_whole_chain_is_found_whole(state: Path) -> None:
    assert verdict(state) == Verdict(COUNT, 1, COUNT)


def test_nothing_at_all_is_whole(tmp_path: Path) -> None:
    assert verdict(tmp_path) == Verdict(0, 0, 0)
    assert list(find(tmp_path, Wanted())) == []
    assert one(tmp_path, 1) is None


@pytest.mark.parametrize("number", [1, 4, COUNT])
@pytest.mark.parametrize(
    "change",
    [
        "at_us = at_us + 1",
        "code = 1",
        "hash = zeroblob(32)",
        "user = user || ' '",
        *(f"{name} = ''" for name in ("kind", "user", "origin", "address", "line", "command", "before", "after")),
    ],
)
def test_a_changed_record_is_named(state: Path, number: int, change: str) -> None:
    tampered(state, f"UPDATE records SET {change} WHERE sequence = {number}")
    found = verdict(state)
    assert (found.bad, found.reason) == (number, f"record {number} was changed")


def test_every_octet_of_every_record_counts(state: Path) -> None:
    """Each octet of the texts of one record is changed in turn, in the database itself."""
    row = "SELECT kind, user, origin, address, line, command, before, after FROM records WHERE sequence = 4"
    connection = sqlite3.connect(state / FOLDER / DATABASE)
    texts = connection.execute(row).fetchone()
    names = [word.strip(",") for word in row.split()[1:9]]
    missed = []
    for name, text in zip(names, texts, strict=True):
        for at in range(len(text)):
            changed = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
            connection.execute(f"UPDATE records SET {name} = ? WHERE sequence = 4", (changed,))
            connection.commit()
            if verdict(state).bad != 4:
                missed.append((name, at))
        connection.execute(f"UPDATE records SET {name} = ? WHERE sequence = 4", (text,))
    connection.commit()
    connection.close()
    assert missed == []
    assert verdict(state).reason == ""


@pytest.mark.parametrize("number", [1, 4, COUNT])
def test_a_record_taken_out_is_named(state: Path, number: int) -> None:
    tampered(state, f"DELETE FROM records WHERE sequence = {number}")
    assert verdict(state).bad == number


def test_records_taken_off_the_end_are_noticed_also_with_the_end_moved(state: Path) -> None:
    tampered(state, "DELETE FROM records WHERE sequence > 5")
    assert verdict(state)[3:5] == (6, "the chain ends at 8, the records at 5")
    tampered(state, "UPDATE ends SET last = 5, head = (SELECT hash FROM records WHERE sequence = 5)")
    assert "seal" in verdict(state).reason


def test_a_renumbered_record_is_named(state: Path) -> None:
    tampered(state, "DELETE FROM records WHERE sequence = 4")
    tampered(state, "UPDATE records SET sequence = 4 WHERE sequence = 5")
    assert verdict(state).reason == "record 4 was changed"


def test_a_record_before_the_first_is_noticed(state: Path) -> None:
    tampered(state, "UPDATE records SET sequence = -3 WHERE sequence = 1")
    assert verdict(state).reason == "record 1 should not be there"


def test_an_older_copy_put_in_place_is_noticed(state: Path) -> None:
    path = state / FOLDER / DATABASE
    older = path.read_bytes()
    store = Store(state, KEY)
    store.append([RECORD] * 2)
    store.pin()
    store.close()
    path.write_bytes(older)
    assert verdict(state)[3:5] == (9, "records 9 to 10 are gone")


def test_a_lost_database_is_noticed(state: Path) -> None:
    (state / FOLDER / DATABASE).unlink()
    assert verdict(state).reason == "records up to 8 are gone"


def test_a_rewritten_chain_does_not_fit_the_end_kept_beside_it(state: Path) -> None:
    """Somebody who has the key of an older seal rewrote everything; the copy of the end tells."""
    pinned = (state / FOLDER / END).read_bytes()
    (state / FOLDER / DATABASE).unlink()
    (state / FOLDER / END).unlink()
    store = Store(state, KEY)
    store.append([RECORD._replace(user="nobody")] * COUNT)
    store.close()
    (state / FOLDER / END).write_bytes(pinned)
    assert verdict(state).reason == "record 8 is not the one that was sealed"


def test_octets_that_are_no_text_any_more_are_a_change(state: Path) -> None:
    path = state / FOLDER / DATABASE
    octets = path.read_bytes()
    at = octets.index(b"show clock")
    path.write_bytes(octets[:at] + b"\xff" + octets[at + 1 :])
    assert "was changed" in verdict(state).reason


def test_a_record_that_tells_of_a_loss_is_counted(tmp_path: Path) -> None:
    store = Store(tmp_path, KEY)
    store.append([RECORD, RECORD._replace(kind="gap"), RECORD._replace(kind="broken")])
    store.close()
    assert verdict(tmp_path).confessed == 2


def test_long_chains_are_walked_step_by_step(tmp_path: Path) -> None:
    store = Store(tmp_path, KEY)
    store.append([RECORD] * (2 * STEP + 1))
    store.close()
    assert [each.checked for each in verify(tmp_path, KEY)] == [STEP, 2 * STEP, 2 * STEP + 1, 2 * STEP + 1]
    assert [len(rows) for rows in find(tmp_path, Wanted())] == [STEP, STEP, 1]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(), [1, 2, 3, 4]),
        (Wanted(user="eve"), [2, 4]),
        (Wanted(since_us=3_000_000), [3, 4]),
        (Wanted(command="VERSION"), [3]),
        (Wanted(command="secret *"), [1]),
        (Wanted(failed=True), [2, 4]),
        (Wanted(last=2), [3, 4]),
        (Wanted(user="eve", last=1), [4]),
        (Wanted(user="nobody", last=5), []),
    ],
)
def test_records_are_found_by_what_is_asked_for(tmp_path: Path, wanted: Wanted, numbers: list[int]) -> None:
    store = Store(tmp_path, KEY)
    store.append(
        [
            RECORD._replace(at_us=1_000_000, kind="change", after="username a secret *"),
            RECORD._replace(at_us=2_000_000, user="eve", code=3),
            RECORD._replace(at_us=3_000_000, command="show version"),
            RECORD._replace(at_us=4_000_000, user="eve", kind="login-failed"),
        ]
    )
    store.close()
    assert [number for rows in find(tmp_path, wanted) for number, _ in rows] == numbers


def test_one_record_is_found_by_its_number(state: Path) -> None:
    found = one(state, 4)
    assert found is not None
    assert found.at_us == 4_000_000


def test_a_reader_who_waits_does_not_keep_the_log_from_being_tidied(tmp_path: Path) -> None:
    """As long as a listing stands at `--More--`, the write-ahead log must not grow with every record."""
    store = Store(tmp_path, KEY)
    store.append([RECORD] * (STEP + 1))
    listing = find(tmp_path, Wanted())
    next(listing)
    store.append([RECORD] * 10)
    busy, logged, moved = store._connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
    assert (busy, logged) == (0, moved)
    assert len(next(listing)) == 11
    store.close()


def test_the_chain_is_judged_as_it_stood_when_the_walk_began(tmp_path: Path) -> None:
    store = Store(tmp_path, KEY)
    store.append([RECORD] * (STEP + 1))
    walk = verify(tmp_path, KEY)
    next(walk)
    store.append([RECORD] * 10)
    store.prune(100)
    assert list(walk)[-1] == Verdict(STEP + 1, 1, STEP + 1)
    store.close()
