"""One LMDB environment: opening, sharing within a process, reading, growing.

Commits are not synced one by one: what was committed survives the end of any process
at once, and a power cut as soon as `sync` has returned. Readers, in this or another
process, never wait for the writer.

Theory of operation, for a `mapped` environment: its one writing process writes through
the memory map, which takes a commit from 12 µs to 4. A write to a page for which the
disk has no room would then end the process, so the map covers allocated octets only and
is grown step by step; a full disk is a refusal to grow. Growing cuts or extends the
file, so no second process may open the environment `mapped`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

import lmdb

from core.store.error import StoreError, StoreFull
from core.store.records import KEY_OCTETS

_STEP: Final = 8 * 1024 * 1024
"""Octets by which a map grows up to its bound."""
_STEP_BEYOND: Final = 256 * 1024
"""Octets by which it grows beyond it, for what must be written: removals, the end of a turn."""

Transaction: TypeAlias = "lmdb.Transaction[bytes]"
Table: TypeAlias = "lmdb._Database"


class Environment:
    """An open environment; `tables` are the handles in the order asked for."""

    __slots__ = ("_env", "_fd", "_max_octets", "_path", "_users", "tables")

    def __init__(self, path: str, max_octets: int, names: Sequence[bytes], mapped: bool) -> None:
        self._path = path
        self._users = 1
        self._max_octets = max_octets
        try:
            os.makedirs(path, mode=0o750, exist_ok=True)
            size = _first_size(path, max_octets) if mapped else max_octets
            self._env = lmdb.open(
                path, map_size=size, max_dbs=8, mode=0o640, sync=False, writemap=mapped, max_spare_txns=4
            )
            self._fd = os.open(os.path.join(path, "data.mdb"), os.O_RDWR | os.O_CLOEXEC)
            if mapped:
                os.posix_fallocate(self._fd, 0, size)
            self.tables: tuple[Table, ...] = tuple(self._table(name) for name in names)
            self._env.reader_check()
        except (lmdb.Error, OSError) as error:
            raise StoreError(f"{path}: {error}") from error

    def _table(self, name: bytes) -> Table:
        # Creating takes the writer's lock, which a long import may hold: only when it must be.
        try:
            return self._env.open_db(name, create=False)
        except lmdb.NotFoundError:
            return self._env.open_db(name)

    def share(self) -> None:
        """Count one more user, who will call `close`."""
        self._users += 1

    def read(self) -> Transaction:
        """Begin a read transaction on the newest commit; the caller aborts it soon."""
        try:
            return self._env.begin()
        except lmdb.MapResizedError:
            self._env.set_mapsize(0)
            return self._env.begin()

    def write(self) -> Transaction:
        """Begin the write transaction; waits for another process that holds one."""
        try:
            return self._env.begin(None, None, True)  # by position: a name would cost more than the rest of the call
        except lmdb.MapResizedError:
            self._env.set_mapsize(0)
            return self._env.begin(None, None, True)

    def grow(self, beyond: bool) -> None:
        """Make the map larger by a step, `beyond` its bound if need be. Raises StoreFull.

        No write transaction may be open.
        """
        size = self._env.info()["map_size"]
        if size < self._max_octets:
            size = min(size + _STEP, self._max_octets)
        elif beyond:
            size += _STEP_BEYOND
        else:
            raise StoreFull(f"{self._path}: {self._max_octets} octets are in use")
        try:
            os.posix_fallocate(self._fd, 0, size)
            self._env.set_mapsize(size)
        except (lmdb.Error, OSError) as error:
            raise StoreFull(f"{self._path}: {error}") from error

    @property
    def octets(self) -> int:
        """Octets of the file that have ever been used; what was freed since is used again first."""
        return int(self._env.info()["last_pgno"] + 1) * self._env.stat()["psize"]

    def sync(self) -> None:
        """Bring every commit so far to the disk. Blocks; may run in a thread of its own.

        Also frees the snapshots of readers that were killed, which would hold pages for ever.
        """
        self._env.reader_check()
        os.fdatasync(self._fd)

    def close(self) -> None:
        """Give up one use; the last one syncs and closes."""
        self._users -= 1
        if not self._users:
            del _open[self._path]
            self.sync()
            self._env.close()
            os.close(self._fd)


_open: dict[str, Environment] = {}
"""LMDB forbids opening an environment twice in one process."""


def open_environment(path: Path, max_octets: int, names: Sequence[bytes], mapped: bool = False) -> Environment:
    """Open the environment in directory `path`, made if absent, or share it if this process has it open.

    Raises StoreError.
    """
    real = os.path.realpath(path)
    environment = _open.get(real)
    if environment is None:
        environment = _open[real] = Environment(real, max_octets, names, mapped)
    else:
        environment.share()
    return environment


def _first_size(path: str, max_octets: int) -> int:
    """Return the map size to open with: all of the file there is, or the first step."""
    try:
        return max(os.path.getsize(os.path.join(path, "data.mdb")), min(_STEP, max_octets))
    except FileNotFoundError:
        return min(_STEP, max_octets)


def key_of(text: str) -> bytes:
    """Return the key for a user part, name or number; b"" (never stored) for what cannot be one."""
    key = text.encode("utf-8", "surrogatepass")
    return key if len(key) <= KEY_OCTETS else b""
