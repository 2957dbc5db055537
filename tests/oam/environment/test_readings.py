"""Readings of host, processes and volumes, against what the test itself uses."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from support.volume import NO_MOUNT, Volume

from oam.environment.readings import Meter, volumes


def test_our_own_process_as_it_is(tmp_path: Path) -> None:
    meter = Meter(tmp_path)
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(5)]
    first = meter.read([("us", os.getpid()), ("gone", 2**22 + 1)], 100.0)
    for each in opened:
        os.close(each)
    assert [each.process for each in first.processes] == ["us"]
    assert first.processes[0].cpu_percent is None
    assert first.cpu_percent is None
    end = time.process_time() + 0.2
    while time.process_time() < end:
        pass
    second = meter.read([("us", os.getpid())], 101.0)
    us = second.processes[0]
    assert us.cpu_percent is not None
    assert 15 < us.cpu_percent < 60  # 0.2 s and a little in what it is told was a second
    assert us.files == first.processes[0].files - 5
    assert us.memory_octets > 10_000_000
    assert us.threads >= 1
    assert us.files_limit > us.files
    assert second.cpu_percent is not None
    assert 0 <= second.cpu_percent <= 100


def test_memory_and_clock_of_the_host(tmp_path: Path) -> None:
    reading = Meter(tmp_path).read([], 0.0)
    assert 0 < reading.memory_free_octets < reading.memory_octets
    assert 0 < reading.memory_percent < 100
    assert reading.clock.synchronised is not None


def test_folders_on_one_volume_are_one_row(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (row,) = volumes(tmp_path)
    assert row.holds == "configuration, records"
    assert Path(row.volume).is_mount()
    assert 0 < row.used_percent < 100


@pytest.mark.skipif(bool(NO_MOUNT), reason=NO_MOUNT or "-")
def test_a_volume_of_its_own_is_a_row_of_its_own(tmp_path: Path) -> None:
    with Volume(tmp_path / "records") as volume:
        volume.fill(leave=volume.path.stat().st_blksize * 100)
        _, row = volumes(tmp_path)
        assert (row.volume, row.holds) == (str(tmp_path / "records"), "records")
        assert 75 < row.used_percent < 85
        assert row.inodes_percent is not None
