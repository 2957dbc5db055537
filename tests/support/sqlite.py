"""An SQLite database, and a damaged one."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def database(path: Path) -> Path:
    """Make a database of several pages."""
    path.parent.mkdir(exist_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (number INTEGER PRIMARY KEY, text TEXT)")
    connection.executemany("INSERT INTO t VALUES (?, ?)", [(n, "x" * 200) for n in range(200)])
    connection.commit()
    connection.close()
    return path


def damage(path: Path) -> bytes:
    """Overwrite pages in the middle; return what was there."""
    octets = path.read_bytes()
    path.write_bytes(octets[:8192] + b"\xa5" * 8192 + octets[16384:])
    return octets
