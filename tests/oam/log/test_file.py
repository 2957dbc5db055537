"""The log file: complete lines, set aside when it has grown, and a disk that takes nothing."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest
from support.waiting import wait_until

from oam.log import file as module
from oam.log.file import LogFile, tail


def _has_written(log: LogFile, lines: int) -> bool:
    return log.written == lines


def test_lines_come_to_the_file_in_order(tmp_path: Path) -> None:
    log = LogFile(tmp_path, 1_000_000, 2)
    for number in range(1000):
        log.put(f"line {number}")
    log.close()
    assert tail(tmp_path) == [f"line {number}" for number in range(1000)]
    assert (log.written, log.dropped, log.error) == (1000, 0, "")


def test_a_file_that_has_grown_is_set_aside_and_only_so_many_are_kept(tmp_path: Path) -> None:
    log = LogFile(tmp_path, 100, 2)
    for number in range(10):
        log.put(f"{number}" * 60)
        wait_until(partial(_has_written, log, number + 1), 10, "the disk")
    log.close()
    folder = tmp_path / "logs"
    assert sorted(path.name for path in folder.iterdir()) == ["sipctl.log", "sipctl.log.1", "sipctl.log.2"]
    assert (folder / "sipctl.log").read_text() == "9" * 60 + "\n"
    assert (folder / "sipctl.log.2").read_text() == "7" * 60 + "\n"


def test_a_disk_that_takes_nothing_loses_only_what_has_no_room_and_no_half_line_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING", 5)
    monkeypatch.setattr(module, "RETRY_S", 0.01)
    full = [True]
    write = os.write

    def refusing(fd: int, octets: bytes) -> int:
        if not full[0]:
            return write(fd, octets)
        if len(octets) > 3:
            return write(fd, octets[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", refusing)
    log = LogFile(tmp_path, 1_000_000, 2)
    log.put("kept")
    wait_until(lambda: log.error == "No space left on device", 10, "the disk")
    for number in range(8):
        log.put(f"more {number}")
    assert (log.waiting, log.dropped) == (5, 3)
    full[0] = False
    wait_until(lambda: log.written == 6, 10, "the disk")
    log.close()
    assert tail(tmp_path) == ["kept", *(f"more {number}" for number in range(5))]
    assert log.error == ""
