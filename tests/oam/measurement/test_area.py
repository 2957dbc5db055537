"""Files of measurements on the disk: whole or not at all, once, in order, bounded; the queue is files too."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.waiting import wait_until

from oam.measurement import area

NAMES = [f"A20261128.{hour:02}00+0000-{hour:02}15+0000_-J_sip1.csv" for hour in range(10)]


def put(state: Path, name: str, octets: bytes = b"x", *, send: bool = True, keep: int = 100) -> area.Kept:
    return area.write(state, "J", name, octets, send=send, keep=keep)


def names(state: Path) -> list[str]:
    return [each.name for each in area.listing(state, "J")]


def test_a_file_is_written_listed_and_queued(tmp_path: Path) -> None:
    assert put(tmp_path, NAMES[0], b"one") == area.Kept(True, 0, 0)
    (entry,) = area.listing(tmp_path)
    assert entry[:3] == ("J", NAMES[0], 3)
    assert entry.waiting
    assert area.queued(tmp_path, "J") == [NAMES[0]]
    assert area.read(tmp_path, "J", NAMES[0]) == b"one"
    area.sent(tmp_path, "J", NAMES[0])
    assert area.queued(tmp_path, "J") == []
    assert area.read(tmp_path, "J", NAMES[0]) is None
    assert names(tmp_path) == [NAMES[0]]


def test_what_is_not_to_be_sent_is_not_queued(tmp_path: Path) -> None:
    put(tmp_path, NAMES[0], send=False)
    assert area.queued(tmp_path, "J") == []


def test_a_period_is_never_written_twice(tmp_path: Path) -> None:
    put(tmp_path, NAMES[0], b"one")
    area.sent(tmp_path, "J", NAMES[0])
    assert put(tmp_path, NAMES[0], b"two") == area.Kept(False, 0, 0)
    assert (tmp_path / "measurements" / "J" / NAMES[0]).read_bytes() == b"one"
    assert area.queued(tmp_path, "J") == []


def test_the_oldest_make_room_and_those_not_sent_are_counted(tmp_path: Path) -> None:
    for name in NAMES[:3]:
        put(tmp_path, name, keep=3)
    area.sent(tmp_path, "J", NAMES[0])
    assert put(tmp_path, NAMES[3], keep=3) == area.Kept(True, 1, 0)
    assert put(tmp_path, NAMES[4], keep=3) == area.Kept(True, 1, 1)
    assert names(tmp_path) == NAMES[2:5]
    assert area.queued(tmp_path, "J") == NAMES[2:5]
    assert put(tmp_path, NAMES[5], keep=1) == area.Kept(True, 3, 3)


def test_all_files_of_a_job_are_bounded_in_octets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(area, "JOB_OCTETS", 25)
    for name in NAMES[:4]:
        put(tmp_path, name, b"0123456789")
    assert names(tmp_path) == NAMES[2:4]


@pytest.mark.parametrize("fails", ["open", "fsync", "link"])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    put(tmp_path, NAMES[0])

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, fails, full)
    with pytest.raises(OSError, match="No space"):
        put(tmp_path, NAMES[1])
    monkeypatch.undo()
    _is_as_before(tmp_path)


def test_a_file_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    put(tmp_path, NAMES[0])
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, old[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            put(tmp_path, NAMES[1], b"x" * 8192)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    _is_as_before(tmp_path)


def _is_as_before(state: Path) -> None:
    folder = state / "measurements" / "J"
    assert sorted(each.name for each in folder.iterdir()) == [NAMES[0], "waiting"]
    assert area.queued(state, "J") == [NAMES[0]]
    assert put(state, NAMES[1]).written


def test_what_a_process_that_died_has_left_is_put_in_order(tmp_path: Path) -> None:
    put(tmp_path, NAMES[0])
    folder = tmp_path / "measurements" / "J"
    (folder / ".new").write_bytes(b"half")
    (folder / "waiting" / NAMES[1]).write_bytes(b"whole")
    area.tidy(tmp_path)
    assert names(tmp_path) == NAMES[:2]
    assert not (folder / ".new").exists()
    assert (folder / NAMES[1]).read_bytes() == b"whole"


_WRITER = """
import sys
from pathlib import Path
from oam.measurement import area
number = 0
while True:
    area.write(Path(sys.argv[1]), "J", f"A{number:09}.csv", b"0123456789" * 20_000, send=True, keep=50)
    number += 1
"""


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_whole_files(tmp_path: Path) -> None:
    for round_ in range(5):
        state = tmp_path / str(round_)
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(state)], env=os.environ)
        try:
            wait_until(lambda where=state: len(area.listing(where, "J")) > 3, 20.0, "some files")  # type: ignore[misc]
            time.sleep(0.003 * round_)
        finally:
            writer.kill()
            writer.wait()
        area.tidy(state)
        found = area.listing(state, "J")
        assert {each.octets for each in found} == {200_000}
        assert all(each.waiting for each in found)
        assert [each.name for each in found] == sorted(each.name for each in found)


def test_files_of_jobs_that_are_gone_can_be_found_and_removed(tmp_path: Path) -> None:
    put(tmp_path, NAMES[0])
    area.write(tmp_path, "K", NAMES[0], b"x", send=False, keep=9)
    assert area.folders(tmp_path) == ["J", "K"]
    area.remove(tmp_path, "J")
    area.remove(tmp_path, "J")
    assert area.folders(tmp_path) == ["K"]
    assert [each.job for each in area.listing(tmp_path)] == ["K"]


def test_a_job_that_sends_no_more_has_an_empty_queue_and_its_files(tmp_path: Path) -> None:
    for name in NAMES[:2]:
        put(tmp_path, name)
    assert area.unqueue(tmp_path, "J") == 2
    assert area.queued(tmp_path, "J") == []
    assert names(tmp_path) == NAMES[:2]


def test_where_there_is_nothing_there_is_nothing(tmp_path: Path) -> None:
    assert (area.listing(tmp_path), area.folders(tmp_path), area.queued(tmp_path, "J")) == ([], [], [])
    area.tidy(tmp_path)
