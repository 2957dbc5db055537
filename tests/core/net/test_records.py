"""The call record file: days, a disk that refuses, syncing."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from support.fake_engine import fake_slots

from core.net import records
from core.net.records import RecordFile, sync_and_close
from core.northbound.counters import RECORDS_LOST, RECORDS_WAITING

DAY = 86_400.0


class Clock:
    def __init__(self) -> None:
        self.now = 20_000 * DAY

    def __call__(self) -> float:
        return self.now


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_lines_go_to_the_file_of_their_day(tmp_path: Path) -> None:
    clock = Clock()
    file = RecordFile(tmp_path / "records", clock)
    file.append(b"one\n")
    file.append(b"two\n")
    clock.now += DAY
    file.append(b"three\n")
    assert contents(tmp_path / "records") == {
        "calls-20241004.jsonl": b"one\ntwo\n",
        "calls-20241005.jsonl": b"three\n",
    }
    file.close()


def test_a_restarted_worker_appends(tmp_path: Path) -> None:
    clock = Clock()
    for line in (b"one\n", b"two\n"):
        file = RecordFile(tmp_path, clock)
        file.append(line)
        file.close()
    assert contents(tmp_path) == {"calls-20241004.jsonl": b"one\ntwo\n"}


def test_a_full_disk_keeps_the_records_until_it_has_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    room = 6

    def limited(fd: int, octets: bytes) -> int:
        nonlocal room
        if not room:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = write(fd, bytes(octets)[:room])
        room -= taken
        return taken

    file = RecordFile(tmp_path, Clock())
    monkeypatch.setattr(os, "write", limited)
    file.append(b"first\n")
    file.append(b"second\n")
    file.append(b"third\n")
    assert contents(tmp_path) == {"calls-20241004.jsonl": b"first\n"}
    room = 1000
    file.flush()
    assert contents(tmp_path) == {"calls-20241004.jsonl": b"first\nsecond\nthird\n"}
    file.close()


def test_what_is_kept_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(fd: int, octets: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(records, "MAX_BACKLOG_OCTETS", 8)
    slots = fake_slots()
    file = RecordFile(tmp_path, Clock(), slots)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        file.append(b"first\n")
        file.append(b"second\nthird\n")
    assert (slots[RECORDS_LOST], slots[RECORDS_WAITING]) == (2, 6)
    file.flush()
    assert (slots[RECORDS_LOST], slots[RECORDS_WAITING]) == (2, 0)
    assert contents(tmp_path) == {"calls-20241004.jsonl": b"first\n"}
    assert "call record lost" in caplog.text
    file.close()


def test_syncing_is_asked_for_once_after_writing(tmp_path: Path) -> None:
    file = RecordFile(tmp_path, Clock())
    assert file.take_unsynced() == -1
    file.append(b"one\n")
    fd = file.take_unsynced()
    assert fd >= 0
    sync_and_close(fd)
    assert file.take_unsynced() == -1
    file.close()


def test_what_is_left_when_the_disk_takes_none_at_the_end_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int, octets: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    slots = fake_slots()
    file = RecordFile(tmp_path, Clock(), slots)
    monkeypatch.setattr(os, "write", full)
    file.append(b"first\nsecond\n")
    file.close()
    assert slots[RECORDS_LOST] == 2
