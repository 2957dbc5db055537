"""SQLite files of management: opened alike, set aside when they are none any more, written all or nothing.

All of it blocks; call it off the loop.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

BUSY_S: Final = 5.0
"""Longest wait for the lock of another connection."""


def opened(
    path: Path,
    schema: str,
    *,
    synchronous: str = "NORMAL",
    busy_s: float = BUSY_S,
    mode: int = 0o600,
) -> sqlite3.Connection:
    """Open a file to write, made anew where there is none. Raises OSError, sqlite3.Error.

    With `synchronous` NORMAL a power cut may cost the last transactions, with FULL none; the file stays whole.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, mode))
    connection = sqlite3.connect(path, isolation_level=None, timeout=busy_s, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.executescript(schema)
    except BaseException:
        connection.close()
        raise
    return connection


def is_no_database(error: sqlite3.Error) -> bool:
    """Whether the file is damaged, rather than locked, full or out of reach."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def set_aside(path: Path, why: str, most: int = 0) -> str:
    """Keep a file that is no database any more as evidence; return what to say of it. Raises OSError.

    At most `most` are kept, then the operator must look at them; 0: the newest alone, in place of the one before.
    """
    names = [f"{path}.damaged-{number}" for number in range(1, most + 1)] or [f"{path}.damaged"]
    aside = next((each for each in names if not most or not os.path.exists(each)), None)
    if aside is None:
        raise OSError(f"{most} damaged databases in {path.parent}: look at them and remove them")
    for tail in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{path}{tail}", f"{aside}{tail}")
    return f"unreadable ({why}) and is kept as {os.path.basename(aside)}"


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """What is written inside is written all or not at all. Raises sqlite3.Error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def reading(path: Path, *, frozen: bool = False, busy_s: float = BUSY_S) -> Iterator[sqlite3.Connection | None]:
    """Open a file to read, None when there is none; `frozen`: as it stands now. Raises sqlite3.Error.

    A frozen view keeps the write-ahead log growing: whoever waits for an operator in between takes none.
    """
    if not path.exists():
        yield None
        return
    uri = f"{path.as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=busy_s, check_same_thread=False)
    try:
        if frozen:
            connection.execute("BEGIN")
        yield connection
    finally:
        connection.close()
