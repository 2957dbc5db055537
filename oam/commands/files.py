"""`dir`, `more`, `delete`: the file area, for those who have no SFTP at hand."""

from __future__ import annotations

import asyncio
import os
import stat
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from oam.commands.registry import PRIVILEGED, CommandError, order, show
from oam.files import AREA_OCTETS, FOLDER, FileError, open_text, within
from oam.slices import beside

if TYPE_CHECKING:
    from oam.context import Context

SLICE: Final = 500
"""Lines read at a time."""
LINE_CHARACTERS: Final = 4096
"""Longer lines of a file are shown in pieces."""
_FLASH: Final = "flash:"
_FILE: Final = {"file": "File of the file area"}


def _listed(folder: Path) -> list[tuple[str, os.stat_result]]:
    """Return the files of the area, by name; those on their way in are none yet."""
    if not folder.is_dir():
        return []
    found = [(each.name, each.stat(follow_symlinks=False)) for each in os.scandir(folder) if each.name[0] != "."]
    return sorted(each for each in found if stat.S_ISREG(each[1].st_mode))


async def dir_facts(context: Context) -> list[dict[str, object]]:
    """Return the files for programs."""
    listed = await asyncio.to_thread(_listed, context.manager.state / FOLDER)
    return [{"name": name, "octets": found.st_size, "modified_at": found.st_mtime} for name, found in listed]


@show("dir", privilege=PRIVILEGED, json=dir_facts, words={"dir": "Files of the file area"})
async def list_files(context: Context) -> str:
    """List the files of the file area: size, time of the last change in UTC, name; and the room that is left."""
    listed = await asyncio.to_thread(_listed, context.manager.state / FOLDER)
    lines = [
        f"{number:5}  -rw-  {found.st_size:12}  {_moment(found.st_mtime)} +00:00  {name}"
        for number, (name, found) in enumerate(listed, 1)
    ]
    free = max(0, AREA_OCTETS - sum(found.st_size for _, found in listed))
    return "\n".join(
        [
            f"Directory of {_FLASH}/",
            "",
            *(lines or ["No files in directory"]),
            "",
            f"{AREA_OCTETS} bytes total ({free} bytes free)",
        ]
    )


def _moment(seconds: float) -> str:
    return time.strftime("%b %d %Y %H:%M:%S", time.gmtime(seconds))


@show("more FILE$file", privilege=PRIVILEGED, words={"more": "Show a file"}, arguments=_FILE)
def more(context: Context, file: str) -> AsyncIterator[str]:
    """Show a file of the file area, whatever wrote it: a command, a schedule, an SFTP client.

    Example: more nightly.txt
    """
    return _lines(_place(context, file), file)


async def _lines(path: Path, name: str) -> AsyncGenerator[str, None]:
    try:
        async with aclosing(beside(_read(path))) as slices:
            async for lines in slices:
                for line in lines:
                    yield line
    except FileError as error:
        raise CommandError(f"{name} cannot be shown: it is no file that can be read") from error
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}") from error


def _read(path: Path) -> Iterator[list[str]]:
    with open_text(path) as file:
        held: list[str] = []
        while line := file.readline(LINE_CHARACTERS):
            held.append(line.rstrip("\r\n"))
            if len(held) == SLICE:
                yield held
                held = []
        yield held


@order(
    "delete FILE$file",
    confirm="Delete the file?",
    words={"delete": "Remove a file of the file area"},
    arguments=_FILE,
)
async def delete(context: Context, file: str) -> None:
    """Remove a file of the file area; it does not come back.

    Example: delete nightly.txt
    """
    path = _place(context, file)
    try:
        if not path.is_file():
            raise CommandError(f"{file} is not present")
        await asyncio.to_thread(path.unlink)
    except OSError as error:
        raise CommandError(f"{file} cannot be removed: {error.strerror}") from error


def _place(context: Context, name: str) -> Path:
    """Return where the file `name` lies, in the file area and nowhere else. Raises CommandError."""
    plain = name.removeprefix(_FLASH).lstrip("/") if name.startswith(_FLASH) else name
    if plain.startswith((".", "/")):
        raise CommandError(f"{name} is no file of the file area")
    try:
        return within(context.manager.state, plain)
    except FileError as error:
        raise CommandError(f"{name} is no file of the file area") from error
