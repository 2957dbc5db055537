"""Whether the disk takes what it is given: a small file written, brought to the disk and read back. Blocking."""

from __future__ import annotations

import contextlib
import os
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
    errno: int
    """0 when all was well."""
    result: str


def folders(state: Path) -> list[Path]:
    """Return the folders that are there."""
    return [state / name for name in FOLDERS if not name or (state / name).is_dir() or (state / name).is_file()]


def probes(state: Path) -> Iterator[StorageRow]:
    """Try every folder."""
    for folder in folders(state):
        yield probe(folder)


def probe(folder: Path) -> StorageRow:
    """Write a file there, bring it to the disk, read it back and remove it. Never raises OSError."""
    path = folder / f".probe-{os.getpid()}"
    octets = os.urandom(OCTETS)
    taken: list[float] = []
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            found = _written_and_read(fd, octets, taken)
        finally:
            os.close(fd)
        if found != octets:
            return StorageRow(str(folder), "failed", *_three(taken), 5, "what was read is not what was written")
    except OSError as error:
        return StorageRow(str(folder), "failed", *_three(taken), error.errno or 5, error.strerror or str(error))
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
    return StorageRow(str(folder), "ok", *_three(taken), 0, "")


def _written_and_read(fd: int, octets: bytes, taken: list[float]) -> bytes:
    """Return what is read back; note in `taken` how long each step took, milliseconds. Raises OSError."""
    began = time.perf_counter()
    written = os.write(fd, octets)
    if written != len(octets):
        raise OSError(28, "No space left on device")
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
