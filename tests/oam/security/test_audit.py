"""The audit log at work: never in the way, whole after a kill, itself again after a full disk."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.management import played
from support.waiting import wait_until

from core.northbound.keyring import Keyring
from oam.notices import Notices
from oam.security import audit as module
from oam.security.audit import Audit
from oam.security.audit_chain import MAX_TEXT, Record
from oam.security.audit_reader import Wanted, find, verify
from oam.security.audit_store import DATABASE, FOLDER, Store


@pytest.fixture
def audit(tmp_path: Path) -> Iterator[Audit]:
    made = Audit(tmp_path, Keyring(tmp_path), Notices(), clock=lambda: 1000.0)
    yield made
    made.close()


def ran(audit: Audit, command: str = "show clock", **more: Any) -> None:  # noqa: ANN401
    audit.record("command", user="admin", origin="ssh", address="192.0.2.1", command=command, **more)


def kept(state: Path) -> list[Record]:
    return [record for rows in find(state, Wanted()) for _, record in rows]


def reason(state: Path) -> str:
    return list(verify(state, Keyring(state).derived("audit")))[-1].reason


def kinds(audit: Audit) -> list[str]:
    return [notice.kind for notice in audit._notices.recent]


def written(audit: Audit, count: int) -> None:
    wait_until(lambda: audit.written >= count, 10, f"{count} records written")


class Disk:
    """A disk that can be full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        real: Callable[[Store, list[Record]], None] = Store.append

        def append(store: Store, records: list[Record]) -> None:
            if self.full:
                raise sqlite3.OperationalError("database or disk is full")
            real(store, records)

        monkeypatch.setattr(Store, "append", append)
        monkeypatch.setattr(module, "RETRY_S", 0.01)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def test_what_is_recorded_is_kept_in_order(tmp_path: Path, audit: Audit) -> None:
    audit.start()
    for number in range(50):
        ran(audit, f"show clock {number}")
    audit.close()
    assert [record.command for record in kept(tmp_path)] == [f"show clock {number}" for number in range(50)]
    assert kept(tmp_path)[0] == Record(
        1_000_000_000, "command", "admin", "ssh", "192.0.2.1", "", "show clock 0", 0, "", ""
    )
    assert reason(tmp_path) == ""


def test_a_record_is_on_the_disk_in_a_moment(tmp_path: Path, audit: Audit) -> None:
    audit.start()
    ran(audit)
    written(audit, 1)
    took = []
    for number in range(20):
        started = time.monotonic()
        ran(audit)
        while audit.written < number + 2:
            time.sleep(0.001)
        took.append(time.monotonic() - started)
    assert sorted(took)[len(took) // 2] < 0.05


def test_recording_costs_little(audit: Audit) -> None:
    """A pasted configuration of 10,000 lines must not be held up."""
    started = time.process_time()
    for _ in range(10_000):
        ran(audit, "access-list permit 192.0.2.0/24")
    assert time.process_time() - started < 1.0


def test_before_it_is_started_records_wait(audit: Audit) -> None:
    ran(audit)
    assert [record.command for record in audit.queued()] == ["show clock"]


def test_subscribers_are_told_of_every_record_also_behind_one_that_fails(audit: Audit) -> None:
    told: list[Record] = []

    def broken(record: Record) -> None:
        raise ValueError(record)

    audit.subscribers += [broken, told.append]
    ran(audit)
    assert [record.command for record in told] == ["show clock"]


def test_long_texts_are_cut(audit: Audit) -> None:
    ran(audit, "x" * 2 * MAX_TEXT, before="y" * 2 * MAX_TEXT)
    record = audit.queued()[0]
    assert (len(record.command), len(record.before)) == (MAX_TEXT, MAX_TEXT)


def test_a_full_disk_is_a_notice_and_nothing_is_lost_while_there_is_memory(
    tmp_path: Path, audit: Audit, disk: Disk
) -> None:
    disk.full = True
    audit.start()
    ran(audit, "first")
    wait_until(lambda: bool(audit.failure), 5, "the failure")
    ran(audit, "second")
    assert "disk is full" in audit.failure
    disk.full = False
    written(audit, 2)
    wait_until(lambda: not audit.failure, 5, "the recovery")
    assert kinds(audit) == ["audit-failed", "audit-recovered"]
    assert [record.command for record in kept(tmp_path)] == ["first", "second"]
    assert (audit.failures, audit.lost) == (1, 0)


def test_what_does_not_fit_into_memory_is_counted_and_the_count_is_recorded(
    tmp_path: Path, audit: Audit, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 3)
    disk.full = True
    audit.start()
    ran(audit, "first")
    wait_until(lambda: bool(audit.failure), 5, "the failure")
    for number in range(10):
        ran(audit, f"more {number}")
    disk.full = False
    written(audit, 5)
    audit.close()
    records = kept(tmp_path)
    assert [record.command for record in records[:4]] == ["first", "more 0", "more 1", "more 2"]
    assert (records[4].kind, records[4].command) == ("gap", "7 records were lost: the disk was full or too slow")
    assert audit.lost == 7
    assert reason(tmp_path) == ""


def test_the_octets_that_wait_are_bounded(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WAITING_OCTETS", 10_000)
    for _ in range(10):
        ran(audit, "x" * 4000)
    assert (len(audit.queued()), audit.lost) == (2, 8)


def test_a_broken_chain_is_a_notice_and_a_record_and_the_log_goes_on(tmp_path: Path, audit: Audit) -> None:
    audit.start()
    ran(audit)
    audit.close()
    connection = sqlite3.connect(tmp_path / FOLDER / DATABASE)
    connection.execute("DELETE FROM records")
    connection.commit()
    connection.close()
    again = Audit(tmp_path, Keyring(tmp_path), Notices())
    again.start()
    ran(again)
    again.close()
    assert [record.kind for record in kept(tmp_path)] == ["broken", "command"]
    assert kinds(again) == ["audit-failed"]
    assert reason(tmp_path) == "record 1 is missing"


def test_a_key_that_cannot_be_read_is_a_notice(tmp_path: Path, audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.01)
    (tmp_path / "secret.key").write_bytes(b"short")
    audit.start()
    ran(audit)
    wait_until(lambda: bool(audit.failure), 5, "the failure")
    assert "not a key" in audit.failure
    (tmp_path / "secret.key").unlink()
    written(audit, 1)


def test_a_fault_of_ours_loses_what_it_struck_and_no_more(
    tmp_path: Path, audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.01)
    real = Store.append
    struck: list[int] = []

    def append(store: Store, records: list[Record]) -> None:
        if not struck:
            struck.append(len(records))
            raise ValueError("a fault")
        real(store, records)

    monkeypatch.setattr(Store, "append", append)
    ran(audit, "first")
    audit.start()
    written(audit, 1)
    audit.close()
    assert [record.kind for record in kept(tmp_path)] == ["gap"]
    assert audit.lost == 1


def test_the_oldest_records_go_when_there_are_too_many(tmp_path: Path, audit: Audit) -> None:
    audit.maximum = lambda: 100
    for number in range(150):
        ran(audit, f"show clock {number}")
    audit.start()
    audit.close()
    records = kept(tmp_path)
    assert len(records) <= 100
    assert records[-1].command == "show clock 149"
    assert reason(tmp_path) == ""


def test_the_end_is_reached_also_while_nothing_can_be_written(audit: Audit, disk: Disk) -> None:
    disk.full = True
    audit.start()
    ran(audit)
    started = time.monotonic()
    audit.close()
    assert time.monotonic() - started < 2
    assert all(thread.name != "audit" for thread in threading.enumerate())


@played
async def test_the_chain_is_walked_without_being_asked(
    tmp_path: Path, audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_CHECK_S", 0.0)
    ran(audit)
    audit.start()
    await asyncio.to_thread(audit.close)
    connection = sqlite3.connect(tmp_path / FOLDER / DATABASE)
    connection.execute("UPDATE records SET user = 'nobody'")
    connection.commit()
    connection.close()
    watching = asyncio.ensure_future(audit.watch())
    async with asyncio.timeout(5):
        while not audit._notices.recent:
            await asyncio.sleep(0.01)
    watching.cancel()
    assert audit._notices.recent[0].text == "the chain of the audit log is broken: record 1 was changed"


WRITER = """
import sys
from pathlib import Path
from oam.notices import Notices
from oam.security.audit import Audit
from core.northbound.keyring import Keyring
state = Path(sys.argv[1])
audit = Audit(state, Keyring(state), Notices())
audit.start()
number = 0
while True:
    while len(audit.queued()) > 500:
        pass
    number += 1
    audit.record("command", user="admin", origin="ssh", address="", command=f"show clock {number}")
    if number % 100 == 0:
        print(audit.written, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(3))
def test_killed_while_it_writes_it_leaves_a_chain_that_is_whole(tmp_path: Path, round_: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}
    )
    assert process.stdout is not None
    written = 0
    with process.stdout:
        for line in process.stdout:
            written = int(line)
            if written > 1000 * (1 + round_):
                break
        process.send_signal(signal.SIGKILL)
    process.wait()
    commands = [record.command for record in kept(tmp_path)]
    assert len(commands) >= written
    assert commands == [f"show clock {number}" for number in range(1, len(commands) + 1)]
    assert reason(tmp_path) == ""
