"""Whether the databases of the state directory can be opened and are whole. Blocking; call it off the loop.

SQLite checks itself. An LMDB environment is walked by another process (`oam.environment.walk`): a damaged page may end
the process that reads it.
"""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Final

import msgspec

from oam import database

LMDB: Final = ("location", "subscribers", "prefixes", "lists")
"""Folders with an environment."""
LONGEST_S: Final = 60.0
"""Longest time for all of them together."""
_GONE: Final = "its file is gone"
_HEAD: Final = b"SQLite format 3\0"
_WAL: Final = ("-wal", "-shm", "-journal")


class StoreCheck(msgspec.Struct, frozen=True):
    """What was found of one database."""

    store: str
    kind: str
    """`lmdb`, `sqlite`."""
    deep: bool
    """All of it was read."""
    problem: str
    """Empty: none."""


def check(state: Path, deep: Collection[str] | None = None, seconds: float = LONGEST_S) -> list[StoreCheck]:
    """Check every database; read all of those named in `deep`, None: of all of them."""
    found = [_sqlite(path, deep is None or path.stem in deep) for path in sqlite_files(state)]
    for name in LMDB:
        if not (state / name).is_dir():
            continue
        whole = deep is None or name in deep
        problem = walked(state / name, seconds) if whole else _unreadable(state / name / "data.mdb")
        found.append(StoreCheck(name, "lmdb", whole, problem))
    return found


def sqlite_files(state: Path) -> list[Path]:
    """Return the SQLite databases in the folders of the state directory."""
    found = []
    for path in sorted(state.glob("*/*.db")):
        with contextlib.suppress(OSError):
            if path.is_file() and not path.name.endswith(_WAL):
                found.append(path)
    return found


def _sqlite(path: Path, deep: bool) -> StoreCheck:
    try:
        problem = _unreadable(path) or _quick_check(path, deep)
    except sqlite3.Error as error:
        problem = str(error)
    return StoreCheck(path.stem, "sqlite", deep, problem)


def _quick_check(path: Path, deep: bool) -> str:
    """Return what SQLite says is wrong; empty when nothing is. Raises sqlite3.Error."""
    with database.reading(path) as connection:
        if connection is None:
            return _GONE
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not deep:
            return ""
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        return "" if answer == "ok" else " ".join(str(answer).split())


def _unreadable(path: Path) -> str:
    """Return why the beginning of a file cannot be read; empty when it can, or when there is nothing in it yet."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEAD))
    except FileNotFoundError:
        return _GONE
    except OSError as error:
        return error.strerror or str(error)
    if path.suffix == ".db" and head and head != _HEAD:
        return "it is no database any more"
    return ""


def walked(folder: Path, seconds: float) -> str:
    """Have another process read all of an LMDB environment; return what is wrong with it, empty when nothing is.

    Raises TimeoutError when it takes longer than `seconds`.
    """
    words = [sys.executable, "-P", "-m", "oam.environment.walk", str(folder)]
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"{folder.name}: not read within {seconds:g} s") from None
    except OSError as error:
        raise TimeoutError(f"{folder.name}: no process to read it: {error.strerror}") from None
    if done.returncode == 0:
        return ""
    told = done.stdout.decode("utf-8", "replace").strip()
    return told or f"reading it ended a process (code {done.returncode})"
