"""The archive: versions never change, numbers never return, a full disk leaves what was there."""

from __future__ import annotations

import asyncio
import errno
from functools import partial
from pathlib import Path

import pytest
from support.management import played

from oam.config import files
from oam.config.archive import Archive, VersionError


def opened(path: Path, maximum: int = 3) -> Archive:
    return Archive(path / "archive", lambda: maximum, lambda: 100.0)


@played
async def test_a_version_has_author_time_and_comment(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    assert await archive.keep(lambda: ["hostname a"], "alice", "commit", "why") == 1
    for each in (archive, opened(tmp_path)):
        version = each.versions()[1]
        assert (version.at, version.by, version.kind, version.comment) == (100.0, "alice", "commit", "why")
        assert each.lines(1) == ["hostname a"]


@played
async def test_the_oldest_goes_and_no_number_returns(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    for number in range(1, 6):
        assert await archive.keep(partial(list, [f"hostname h{number}"]), "a", "commit") == number
    assert list(archive.versions()) == [3, 4, 5]
    again = opened(tmp_path, maximum=1)
    assert await again.keep(lambda: ["hostname x"], "a", "commit") == 6
    assert list(again.versions()) == [6]
    with pytest.raises(VersionError, match="There is no version 3"):
        again.lines(3)


@played
async def test_the_same_text_is_kept_once_unless_it_is_asked_for(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    assert await archive.keep(lambda: ["a"], "x", "configure") == 1
    assert await archive.keep(lambda: ["a"], "x", "write") == 0
    assert await opened(tmp_path).keep(lambda: ["a"], "x", "write") == 0
    assert await archive.keep(lambda: ["a"], "x", "commit", "with a comment") == 2
    assert await archive.keep(lambda: ["a"], "x", "archive", again=True) == 3


@played
async def test_what_was_staged_counts_only_when_published_and_is_removed_at_the_next_start(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    staged = await archive.stage(lambda: ["a"], "x", "commit")
    assert staged is not None
    assert archive.versions() == {}
    assert staged.path.exists()
    assert opened(tmp_path).versions() == {}
    assert not staged.path.exists()
    other = await archive.stage(lambda: ["b"], "x", "commit")
    assert other is not None
    archive.discard(other)
    assert list((tmp_path / "archive").iterdir()) == []


@played
async def test_many_at_once_from_the_start_are_all_kept(tmp_path: Path) -> None:
    archive = opened(tmp_path, maximum=50)
    kept = [archive.keep(partial(list, [f"hostname h{number}"]), "x", "commit") for number in range(20)]
    assert sorted(await asyncio.gather(*kept)) == list(range(1, 21))
    assert len(opened(tmp_path, maximum=50).versions()) == 20


@played
async def test_a_full_disk_keeps_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = opened(tmp_path)
    await archive.keep(lambda: ["a"], "x", "commit")

    def full(path: Path, lines: list[str], *, sync: bool) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "write", full)
    with pytest.raises(OSError, match="No space"):
        await archive.keep(lambda: ["b"], "x", "commit")
    monkeypatch.undo()
    assert list(opened(tmp_path).versions()) == [1]
    assert await archive.keep(lambda: ["c"], "x", "commit") == 2


@played
async def test_a_broken_version_keeps_its_number_and_hurts_no_other(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    await archive.keep(lambda: ["a"], "x", "commit")
    (tmp_path / "archive" / "000007").write_text("what is this\n")
    again = opened(tmp_path)
    assert again.versions()[7].kind == "unreadable"
    assert again.lines(1) == ["a"]
    assert await again.keep(lambda: ["b"], "x", "commit") == 8


@played
async def test_a_version_of_another_archive_is_taken_over_when_its_number_is_to_come(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    await archive.keep(lambda: ["a"], "x", "commit")
    lines = archive.raw(1)
    assert await archive.adopt(1, lines) is False
    assert await archive.adopt(5, lines) is True
    assert archive.lines(5) == ["a"]
    with pytest.raises(VersionError):
        await archive.adopt(6, ["no version"])
