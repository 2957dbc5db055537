"""Files of `redirect`, `append` and `tee`: replaced whole or not at all, never outside of their directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from oam.commands.registry import CommandError
from oam.shell.files import OutputFile


def names(state: Path) -> list[str]:
    return sorted(path.name for path in (state / "files").iterdir())


def test_a_file_is_replaced_when_the_output_has_ended(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    target = tmp_path / "files" / "a.txt"
    target.write_text("old\n")
    file = OutputFile(tmp_path, "a.txt", append=False)
    file.write(["new", "lines"])
    assert target.read_text() == "old\n"
    file.commit()
    file.discard()
    assert target.read_text() == "new\nlines\n"
    assert names(tmp_path) == ["a.txt"]


def test_output_cut_short_leaves_the_old_file(tmp_path: Path) -> None:
    file = OutputFile(tmp_path, "a.txt", append=False)
    file.write(["half"])
    file.discard()
    assert names(tmp_path) == []


def test_append(tmp_path: Path) -> None:
    for text in ("one", "two"):
        file = OutputFile(tmp_path, "a.txt", append=True)
        file.write([text])
        file.commit()
        file.discard()
    assert (tmp_path / "files" / "a.txt").read_text() == "one\ntwo\n"


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    outside = tmp_path / "outside"
    outside.write_text("safe")
    (tmp_path / "files" / "link").symlink_to(outside)
    with pytest.raises(CommandError):
        OutputFile(tmp_path, "link", append=True)
    file = OutputFile(tmp_path, "link", append=False)
    file.write(["new"])
    file.commit()
    assert outside.read_text() == "safe"
    assert not (tmp_path / "files" / "link").is_symlink()


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("no directory")
    with pytest.raises(CommandError, match=r"cannot write a\.txt: "):
        OutputFile(tmp_path, "a.txt", append=False)
