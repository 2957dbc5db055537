"""Where files of commands may lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager

from oam import files


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    (tmp_path / "files").mkdir()
    return FakeManager(tmp_path)


def test_a_name_means_a_file_in_the_folder(manager: FakeManager) -> None:
    assert files.locate(manager.session(), "a.csv") == manager.state / "files" / "a.csv"


@pytest.mark.parametrize("name", ["../startup-config", "a/../../x", ".", "", "link"])
def test_nothing_outside_of_the_folder_is_reached(manager: FakeManager, name: str) -> None:
    (manager.state / "files" / "link").symlink_to("/etc/passwd")
    with pytest.raises(files.FileError, match="outside of"):
        files.locate(manager.session(), name)


def test_only_the_owner_at_the_console_names_absolute_paths(manager: FakeManager) -> None:
    assert files.locate(manager.session(), "/tmp/x") == Path("/tmp/x")
    for session in (manager.session(privilege=1), manager.session(origin="ssh 192.0.2.1")):
        with pytest.raises(files.FileError, match="only the owner of the server may use absolute paths"):
            files.locate(session, "/tmp/x")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")

    def broken() -> list[str]:
        raise ValueError

    with pytest.raises(ValueError):
        files.write_text(path, (part for _ in range(1) for part in broken()))
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    assert files.write_text(path, ["né", "w"]) == 4
    assert path.read_text() == "néw"


def test_completion_names_the_files_of_the_folder(manager: FakeManager) -> None:
    for name in ("b.csv", "a.csv", ".a.csv.12"):
        (manager.state / "files" / name).touch()
    (manager.state / "files" / "folder").mkdir()
    assert files.names(manager.state) == ["a.csv", "b.csv"]
    assert files.names(manager.state / "nowhere") == []
