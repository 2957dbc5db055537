"""One LMDB environment: opening, sharing within a process, reading, growing.

Commits are not synced one by one: what was committed survives the end of any process
at once, and a power cut as soon as `sync` has returned. Readers, in this or another
process, never wait for the writer.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

import lmdb

from core.store.error import StoreError, StoreFull
from core.store.records import KEY_OCTETS

_HEADROOM: Final = 8 * 1024 * 1024
"""Octets a full environment is grown by, so that removals and commits still find room."""


Transaction: TypeAlias = "lmdb.Transaction[bytes]"
Table: TypeAlias = "lmdb._Database"


class Environment:
    """An open environment; `tables` are the handles in the order asked for."""

    __slots__ = ("_env", "_path", "_users", "tables")

    def __init__(self, path: str, max_octets: int, names: Sequence[bytes]) -> None:
        self._path = path
        self._users = 1
        try:
            os.makedirs(path, mode=0o750, exist_ok=True)
            self._env = lmdb.open(path, map_size=max_octets, max_dbs=8, mode=0o640, sync=False, max_spare_txns=4)
            self.tables: tuple[Table, ...] = tuple(self._table(name) for name in names)
        except (lmdb.Error, OSError) as error:
            raise StoreError(f"{path}: {error}") from error
        self._env.reader_check()

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
            return self._env.begin(write=True)
        except lmdb.MapResizedError:
            self._env.set_mapsize(0)
            return self._env.begin(write=True)

    def grow(self) -> None:
        """Make the map larger; no transaction may be open in this process."""
        try:
            self._env.set_mapsize(self._env.info()["map_size"] + _HEADROOM)
        except lmdb.Error as error:
            raise StoreFull(f"{self._path}: {error}") from error

    def sync(self) -> None:
        """Bring every commit so far to the disk. Blocks; may run in a thread of its own.

        Also frees the snapshots of readers that were killed, which would hold pages for ever.
        """
        self._env.reader_check()
        self._env.sync(True)

    def close(self) -> None:
        """Give up one use; the last one syncs and closes."""
        self._users -= 1
        if not self._users:
            del _open[self._path]
            self._env.sync(True)
            self._env.close()


_open: dict[str, Environment] = {}
"""LMDB forbids opening an environment twice in one process."""


def open_environment(path: Path, max_octets: int, names: Sequence[bytes]) -> Environment:
    """Open the environment in directory `path`, made if absent, or share it if this process has it open."""
    real = os.path.realpath(path)
    environment = _open.get(real)
    if environment is None:
        environment = _open[real] = Environment(real, max_octets, names)
    else:
        environment.share()
    return environment


def key_of(text: str) -> bytes:
    """Return the key for a user part, name or number; b"" (never stored) for what cannot be one."""
    key = text.encode("utf-8", "surrogatepass")
    return key if len(key) <= KEY_OCTETS else b""
