"""Whether the disk takes what it is given: a small file written, brought to the disk and read back. Blocking."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

FOLDERS: Final = ("", "records", "audit", "location", "subscribers", "prefixes", "lists", "archive", "files")
"""Folders of the state directory that state is written to; empty: itself. Those that are not there are left out."""
OCTETS: Final = 4096


class StorageRow(msgspec.Struct, frozen=True):
    """A row of `test storage`: one folder."""

    folder: str
    outcome: str
    """`ok`, `failed`."""
    write_ms: float | None
    sync_ms: float | None
    """How long bringing it to the disk took."""
    read_ms: float | None
    code: int
    """What the system answered (errno); 0 when all was well."""
    result: str


def folders(state: Path) -> list[Path]:
    """Return the folders that are there."""
    return [state / name for name in FOLDERS if not name or (state / name).is_dir() or (state / name).is_file()]


def probes(state: Path) -> Iterator[StorageRow]:
    """Try every folder."""
    for folder in folders(state):
        yield probe(folder)


def probe(folder: Path) -> StorageRow:
    """Write a file there, bring it to the disk and read it back; it leaves nothing. Never raises OSError."""
    octets = os.urandom(OCTETS)
    taken: list[float] = []
    try:
        fd = _opened(folder)
        try:
            found = _written_and_read(fd, octets, taken)
        finally:
            os.close(fd)
    except OSError as error:
        number = error.errno or errno.EIO
        return StorageRow(str(folder), "failed", *_three(taken), number, error.strerror or str(error))
    if found != octets:
        return StorageRow(str(folder), "failed", *_three(taken), errno.EIO, "what was read is not what was written")
    return StorageRow(str(folder), "ok", *_three(taken), 0, "")


def _opened(folder: Path) -> int:
    """Return a descriptor of a file without a name, which is gone with the process however that ends. Raises OSError.

    Where the file system has none such, of one whose name is taken away at once.
    """
    try:
        return os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT):
            raise
    path = folder / f".probe-{os.getpid()}-{threading.get_ident()}"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    path.unlink(missing_ok=True)
    return fd


def _written_and_read(fd: int, octets: bytes, taken: list[float]) -> bytes:
    """Return what is read back; note in `taken` how long each step took, milliseconds. Raises OSError."""
    began = time.perf_counter()
    written = os.write(fd, octets)
    if written != len(octets):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    taken.append(_since(began))
    began = time.perf_counter()
    os.fsync(fd)
    taken.append(_since(began))
    # What is in the page cache would be read from there, whatever the disk holds.
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    began = time.perf_counter()
    found = os.pread(fd, len(octets) + 1, 0)
    taken.append(_since(began))
    return found


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)


def _three(taken: list[float]) -> tuple[float | None, float | None, float | None]:
    first, second, third, *_ = (*taken, None, None, None)
    return first, second, third
