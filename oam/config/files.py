"""Configuration files: read whole, written so that a crash leaves the old or the new one."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

MAX_OCTETS: Final = 64 * 1024 * 1024
"""A configuration file larger than this is refused unread."""


def read(path: Path) -> list[str]:
    """Return the lines of `path`; OSError when it cannot be read, ValueError when it is too large or no file."""
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise ValueError("not a regular file")
    if about.st_size > MAX_OCTETS:
        raise ValueError(f"larger than {MAX_OCTETS} octets")
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def write(path: Path, lines: list[str], *, sync: bool) -> int:
    """Replace `path` by `lines`; returns its octets. With `sync` it is on the disk when this returns."""
    octets = ("\n".join(lines) + "\n").encode()
    temporary = path.with_name(path.name + ".new")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(octets)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        os.rename(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    if sync:
        sync_folder(path.parent)
    return len(octets)


def sync_folder(folder: Path) -> None:
    """Bring the names in `folder` to the disk."""
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
