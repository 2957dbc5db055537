"""A number that the one writer of an environment raises after each commit, mapped by its readers.

What a reader has remembered holds as long as the number is the same: a look at one integer.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path


def map_generation(path: Path) -> memoryview:
    """Map the number in the file at `path`, made if absent: item 0 of what is returned."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        os.ftruncate(fd, 8)
        return memoryview(mmap.mmap(fd, 8)).cast("q")
    finally:
        os.close(fd)
