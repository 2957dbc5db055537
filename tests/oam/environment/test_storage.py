"""Small files written, synced and read back: what it takes, what a volume that refuses is told by."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.volume import NO_MOUNT, Volume

from oam.environment.storage import folders, probe, probes


def test_a_good_disk_and_how_long_it_took(tmp_path: Path) -> None:
    row = probe(tmp_path)
    assert (row.outcome, row.code, row.result) == ("ok", 0, "")
    assert row.write_ms is not None
    assert row.sync_ms is not None
    assert row.read_ms is not None
    assert list(tmp_path.iterdir()) == []


def test_every_folder_that_is_there_is_tried(tmp_path: Path) -> None:
    for name in ("records", "audit", "run"):
        (tmp_path / name).mkdir()
    assert folders(tmp_path) == [tmp_path, tmp_path / "records", tmp_path / "audit"]
    assert [row.outcome for row in probes(tmp_path)] == ["ok", "ok", "ok"]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "records").write_text("")
    row = probe(tmp_path / "records")
    assert (row.outcome, row.code) == ("failed", errno.ENOTDIR)


def test_several_may_be_at_it_at_the_same_time(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: probe(tmp_path).outcome, range(100)))
    assert found == ["ok"] * 100
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_nameless_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def without(path: str, flags: int, *more: int) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, "x")
        return opened(path, flags, *more)

    monkeypatch.setattr(os, "open", without)
    assert probe(tmp_path).outcome == "ok"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(bool(NO_MOUNT), reason=NO_MOUNT or "-")
def test_a_volume_that_is_full_and_one_that_takes_nothing(tmp_path: Path) -> None:
    with Volume(tmp_path / "disk") as volume:
        volume.fill()
        assert probe(volume.path).code == errno.ENOSPC
        volume.empty()
        assert probe(volume.path).code == 0
        volume.read_only()
        assert probe(volume.path).code == errno.EROFS
