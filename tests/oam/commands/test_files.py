"""`dir`, `more`, `delete`: files of the file area and nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from oam.commands.registry import CommandError
from oam.context import Session
from oam.shell import session as shell


def operator(state: Path, **files: str) -> Session:
    folder = state / "files"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
        os.utime(folder / name, (1_700_000_000, 1_700_000_000))
    (state / "secret.key").write_text("secret")
    return FakeManager(state).session(batch=False)


@played
async def test_files_are_listed_as_on_a_router(tmp_path: Path) -> None:
    session = operator(tmp_path, b="four", a="hi")
    (tmp_path / "files" / ".b.1").write_text("on its way in")
    assert await done(session, ["dir"]) == [
        "Directory of flash:/",
        "",
        "    1  -rw-             2  Nov 14 2023 22:13:20 +00:00  a",
        "    2  -rw-             4  Nov 14 2023 22:13:20 +00:00  b",
        "",
        "2147483648 bytes total (2147483642 bytes free)",
    ]


@played
async def test_files_are_listed_for_programs(tmp_path: Path) -> None:
    shown: list[str] = []

    async def write(lines: list[str]) -> None:
        shown.extend(lines)

    await shell.run(operator(tmp_path, a="hi"), "dir | json", write)
    assert json.loads("\n".join(shown)) == [{"name": "a", "octets": 2, "modified_at": 1_700_000_000.0}]


@played
async def test_no_files(tmp_path: Path) -> None:
    assert "No files in directory" in await done(FakeManager(tmp_path).session(), ["dir"])


@played
@pytest.mark.parametrize("name", ["a.txt", "flash:a.txt", "flash:/a.txt"])
async def test_a_file_is_shown(tmp_path: Path, name: str) -> None:
    lines, _ = await gathered(operator(tmp_path, **{"a.txt": "one\r\ntwo\n\nlast"}), f"more {name}")
    assert lines == ["one", "two", "", "last"]


@played
async def test_a_long_file_is_shown_whole(tmp_path: Path) -> None:
    text = "".join(f"{number}\n" for number in range(1200))
    lines, _ = await gathered(operator(tmp_path, a=text), "more a")
    assert lines == text.split()


@played
@pytest.mark.parametrize("command", ["more", "delete"])
@pytest.mark.parametrize("name", ["../secret.key", ".b.1", "flash:/../secret.key", "nothing", "link"])
async def test_nothing_else_is_shown_or_removed(tmp_path: Path, command: str, name: str) -> None:
    session = operator(tmp_path)
    (tmp_path / "files" / ".b.1").write_text("on its way in")
    (tmp_path / "files" / "link").symlink_to(tmp_path / "secret.key")
    try:
        lines, result = await gathered(session, f"{command} {name}")
    except CommandError:
        lines, code = [], 1
    else:
        code = result.code
    assert (lines, code) == ([], 1)
    assert (tmp_path / "secret.key").read_text() == "secret"
    assert (tmp_path / "files" / ".b.1").exists()


@played
async def test_the_console_has_no_way_out_either(tmp_path: Path) -> None:
    session = operator(tmp_path)
    _, result = await gathered(session, f"delete {tmp_path}/secret.key")
    assert result.code == 1
    assert (tmp_path / "secret.key").exists()


@played
async def test_a_file_is_removed(tmp_path: Path) -> None:
    await done(operator(tmp_path, a="hi", b="ho"), ["delete a"])
    assert os.listdir(tmp_path / "files") == ["b"]
