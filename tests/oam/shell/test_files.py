"""Files of `redirect`, `append` and `tee`: replaced whole or not at all, never outside of their directory."""

from __future__ import annotations

from pathlib import Path

import pytest

import oam.files
import oam.shell.files
from oam.commands.registry import CommandError
from oam.shell.files import OutputFile, tidy


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


def test_a_file_is_bounded_and_the_old_one_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oam.files, "FILE_OCTETS", 20)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("old\n")
    file = OutputFile(tmp_path, "a.txt", append=False)
    file.write(["x" * 15])
    with pytest.raises(CommandError, match=r"cannot write a\.txt: no room"):
        file.write(["x" * 15])
    file.discard()
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "files" / "a.txt").read_text() == "old\n"


def test_what_is_appended_counts_with_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oam.shell.files, "FILE_OCTETS", 20)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("x" * 19)
    file = OutputFile(tmp_path, "a.txt", append=True)
    with pytest.raises(CommandError, match="no room"):
        file.write(["y"])
    file.discard()
    assert (tmp_path / "files" / "a.txt").read_text() == "x" * 19


@pytest.mark.parametrize(("name", "value"), [("AREA_OCTETS", 30), ("FILES", 2)])
def test_all_files_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: int) -> None:
    monkeypatch.setattr(oam.files, name, value)
    (tmp_path / "files").mkdir()
    for each in "ab":
        (tmp_path / "files" / each).write_text("x" * 14)
    file = OutputFile(tmp_path, "c", append=False)
    with pytest.raises(CommandError, match="no room"):
        file.write(["new"])
    file.discard()
    assert names(tmp_path) == ["a", "b"]


def test_a_full_disk_is_said_and_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("old\n")
    file = OutputFile(tmp_path, "a.txt", append=False)
    file._file.close()
    file._file = open("/dev/full", "wb")  # noqa: SIM115
    file.write(["x"])
    with pytest.raises(CommandError, match=r"cannot write a\.txt: No space left on device"):
        file.commit()
    file.discard()
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "files" / "a.txt").read_text() == "old\n"


def test_what_a_killed_process_was_writing_is_removed(tmp_path: Path) -> None:
    for name in ("a.txt", ".a.txt.4711-7f00aa", ".profile"):
        (tmp_path / "files").mkdir(exist_ok=True)
        (tmp_path / "files" / name).write_text("x")
    tidy(tmp_path)
    assert names(tmp_path) == [".profile", "a.txt"]
