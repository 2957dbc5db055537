"""Files that commands read and write: where they may lie, and how they are replaced whole.

A name means a file in STATE/files. Only the server's owner on the local console may
name any file of the host by its absolute path; the server opens it, not the client.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO

if TYPE_CHECKING:
    from oam.context import Session

FOLDER: Final = "files"
FILE_OCTETS: Final = 536_870_912
"""Longest file that commands write there."""
AREA_OCTETS: Final = 2_147_483_648
"""All files there together."""
FILES: Final = 1000
"""Files there beyond which none is added."""
_PRIVILEGED: Final = 15


class FileError(Exception):
    """The file cannot be used; the text says which and why."""


def locate(session: Session, name: str) -> Path:
    """Return the path that `name` means in `session`. Raises FileError."""
    state = session.manager.state
    if name.startswith("/"):
        if session.origin != "console" or session.privilege < _PRIVILEGED:
            folder = state / FOLDER
            raise FileError(f"{name}: only the owner of the server may use absolute paths; give a name in {folder}")
        return Path(name)
    return within(state, name)


def within(state: Path, name: str) -> Path:
    """Return the path of a file in the file area, whoever asks. Raises FileError for one outside."""
    folder = state / FOLDER
    path = Path(os.path.realpath(folder / name))
    if path == folder or not path.is_relative_to(os.path.realpath(folder)):
        raise FileError(f"{name}: outside of {folder}")
    return path


def room(folder: Path) -> int:
    """Return how many octets one more file in `folder` may have. Raises OSError."""
    sizes = [each.stat(follow_symlinks=False).st_size for each in os.scandir(folder)]
    if len(sizes) >= FILES:
        return 0
    return max(0, min(FILE_OCTETS, AREA_OCTETS - sum(sizes)))


def open_text(path: Path) -> TextIO:
    """Open a regular file as UTF-8 text, line ends untouched, other octets as surrogates. Raises FileError."""
    return open(_opened(path), encoding="utf-8-sig", errors="surrogateescape", newline="")


def open_octets(path: Path) -> BinaryIO:
    """Open a regular file to be read as it is. Raises FileError."""
    return open(_opened(path), "rb")


def _opened(path: Path) -> int:
    """Return a descriptor of a regular file; whoever writes into a pipe is not waited for. Raises FileError."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise FileError(f"{path}: not a regular file")
    return fd


def write_text(path: Path, chunks: Iterable[str]) -> int:
    """As `write_octets`, of text."""
    return write_octets(path, (chunk.encode("utf-8", "surrogateescape") for chunk in chunks))


def write_octets(path: Path, chunks: Iterable[bytes]) -> int:
    """Write `chunks` to a new file, readable by the owner only, and put it in the place of `path`.

    Return its octets. Raises FileError; `path` is then as it was.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o750, exist_ok=True)
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
            octets = sum(file.write(chunk) for chunk in chunks)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise FileError(f"{path}: {error.strerror}") from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return octets


def names(state: Path) -> list[str]:
    """List the files of the state directory's folder, for completion."""
    with contextlib.suppress(OSError):
        return sorted(each.name for each in os.scandir(state / FOLDER) if each.is_file() and each.name[0] != ".")
    return []


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
