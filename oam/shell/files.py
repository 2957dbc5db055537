"""Files that `redirect`, `append` and `tee` write, all in one directory of the server's state.

Only plain names reach here (`oam.shell.filters`); links are not followed. `redirect` and
`tee` replace a file whole when the command has ended: an interrupted one leaves the old. One file and
all together are bounded.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import IO, Final

from oam.commands.registry import CommandError
from oam.files import FILE_OCTETS, FOLDER, room

_LEFT: Final = re.compile(r"\..+\.\d+-[0-9a-f]+")
"""Name of a file that was being written."""


def tidy(state: Path) -> None:
    """Remove what a process that died was writing."""
    for each in (state / FOLDER).glob(".*"):
        if _LEFT.fullmatch(each.name):
            each.unlink(missing_ok=True)


class OutputFile:
    """One file being written."""

    def __init__(self, state: Path, name: str, append: bool) -> None:
        """Open it; raises CommandError."""
        folder = state / FOLDER
        self._path = folder / name
        self._append = append
        self._working = self._path if append else folder / f".{name}.{os.getpid()}-{id(self):x}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | (os.O_APPEND if append else os.O_EXCL)
        try:
            folder.mkdir(mode=0o750, exist_ok=True)
            self._room = room(folder)
            self._file: IO[bytes] = os.fdopen(os.open(self._working, flags, 0o640), "wb")
            if append:
                self._room = min(self._room, FILE_OCTETS - os.fstat(self._file.fileno()).st_size)
        except OSError as error:
            raise CommandError(f"cannot write {name}: {error.strerror}") from error

    def write(self, lines: list[str]) -> None:
        """Write lines; raises CommandError, also when the file, or all files, would be too large."""
        octets = "".join(line + "\n" for line in lines).encode("utf-8", "replace")
        self._room -= len(octets)
        if self._room < 0:
            raise CommandError(f"cannot write {self._path.name}: no room for it among the files; delete some")
        try:
            self._file.write(octets)
        except OSError as error:
            raise CommandError(f"cannot write {self._path.name}: {error.strerror}") from error

    def commit(self) -> None:
        """Keep what was written; raises CommandError."""
        try:
            self._file.close()
            if not self._append:
                self._working.replace(self._path)
        except OSError as error:
            raise CommandError(f"cannot write {self._path.name}: {error.strerror}") from error

    def discard(self) -> None:
        """Drop what was written, unless it was appended; does nothing after `commit`."""
        with contextlib.suppress(OSError):
            self._file.close()
        if not self._append:
            with contextlib.suppress(OSError):
                self._working.unlink(missing_ok=True)
