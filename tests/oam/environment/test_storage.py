"""Small files written, synced and read back: what it takes, what a volume that refuses is told by."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from support.volume import NO_MOUNT, Volume

from oam.environment.storage import folders, probe, probes


def test_a_good_disk_and_how_long_it_took(tmp_path: Path) -> None:
    row = probe(tmp_path)
    assert (row.outcome, row.errno, row.result) == ("ok", 0, "")
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
    assert (row.outcome, row.errno) == ("failed", errno.ENOTDIR)


@pytest.mark.skipif(bool(NO_MOUNT), reason=NO_MOUNT or "-")
def test_a_volume_that_is_full_and_one_that_takes_nothing(tmp_path: Path) -> None:
    with Volume(tmp_path / "disk") as volume:
        volume.fill()
        assert probe(volume.path).errno == errno.ENOSPC
        volume.empty()
        assert probe(volume.path).errno == 0
        volume.read_only()
        assert probe(volume.path).errno == errno.EROFS
