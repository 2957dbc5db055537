"""core.store.journal: answered calls survive the process, ended ones do not come back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.store.journal import CallJournal
from core.store.records import StoredCall


def call(number: int) -> StoredCall:
    return StoredCall(f"c{number}", "f", "t\xe9", "a", "b", "sip:b@h", "x", "y", 1.0, None, 2.5, 200, f"r{number}")


def kept(path: Path) -> list[str]:
    """What a new life of the worker finds."""
    again = CallJournal(path)
    found = [item.call_id for item in again.calls()]
    again.close()
    return found


def test_what_was_flushed_is_found_again_and_nothing_else(tmp_path: Path) -> None:
    calls = CallJournal(tmp_path)
    calls.put(call(1))
    calls.put(call(2))
    calls.delete("r1")
    calls.delete("never was")
    calls.flush()
    calls.put(call(3))
    assert kept(tmp_path) == ["c2"]


def test_fields_come_back_as_they_were(tmp_path: Path) -> None:
    calls = CallJournal(tmp_path)
    calls.put(call(1))
    calls.close()
    assert list(CallJournal(tmp_path).calls()) == [call(1)]


def test_a_call_put_again_is_replaced(tmp_path: Path) -> None:
    calls = CallJournal(tmp_path)
    calls.put(call(1))
    calls.put(call(1))
    calls.flush()
    assert [item.call_id for item in calls.calls()] == ["c1"]
    assert kept(tmp_path) == ["c1"]


def test_a_torn_last_line_costs_that_line_only(tmp_path: Path) -> None:
    calls = CallJournal(tmp_path)
    calls.put(call(1))
    calls.put(call(2))
    calls.close()
    path = tmp_path / "calls-0.journal"
    path.write_bytes(path.read_bytes()[:-10])
    again = CallJournal(tmp_path)
    again.put(call(3))
    again.close()
    assert kept(tmp_path) == ["c1", "c3"]


def test_a_line_that_is_damaged_costs_that_line_only(tmp_path: Path) -> None:
    calls = CallJournal(tmp_path)
    calls.put(call(1))
    calls.put(call(2))
    calls.close()
    (segment,) = tmp_path.glob("calls-*.journal")
    segment.write_bytes(segment.read_bytes().replace(b"c1", b"\xff1", 1))
    assert kept(tmp_path) == ["c2"]


def test_old_segments_go_when_their_calls_have_been_carried_over(tmp_path: Path) -> None:
    calls = CallJournal(tmp_path)
    calls.segment_octets = 10_000
    calls.carried = 10
    for number in range(1000):
        calls.put(call(number))
        if number >= 25:
            calls.delete(f"r{number - 25}")
        calls.flush()
        if number % 20 == 0:
            calls.tidy()
    for _ in range(10):
        calls.tidy()
    live = sorted(f"c{number}" for number in range(975, 1000))
    assert sorted(item.call_id for item in calls.calls()) == live
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 50_000
    assert sorted(kept(tmp_path)) == live


def test_a_disk_that_refuses_delays_lines_but_raises_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = CallJournal(tmp_path)
    calls.put(call(1))
    with monkeypatch.context() as broken:
        broken.setattr(os, "write", _refuse)
        calls.flush()
    assert not calls.dirty, "nobody must spin on a full disk"
    calls.put(call(2))
    calls.flush()
    assert kept(tmp_path) == ["c1", "c2"]


def test_what_a_refusing_disk_has_waiting_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", _refuse)
    calls = CallJournal(tmp_path)
    calls.max_backlog_octets = 1000
    for number in range(100):
        calls.put(call(number))
        calls.flush()
    assert len(calls._backlog) <= 1000


def test_a_reader_opens_no_file(tmp_path: Path) -> None:
    CallJournal(tmp_path, writing=False).close()
    assert list(tmp_path.iterdir()) == []


def _refuse(fd: int, data: bytes) -> int:
    raise OSError(28, "No space left on device")
