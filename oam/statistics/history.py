"""The history of statistics, written by a thread of its own: neither a slow disk nor a full one holds anybody up.

What could not be written waits, bounded; the sums of a day are right as soon as one write succeeds.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from oam.database import set_aside
from oam.statistics.busy_hour import BusyHour
from oam.statistics.history_store import (
    Kept,
    Packed,
    Store,
    Stored,
    busy_hours,
    busy_hours_since,
    complete_quarters,
    last_reading,
    series,
    stretch,
)
from oam.statistics.period import Figures, ObjectKey
from oam.statistics.stretch import Snapshot
from oam.threads import Writer

log = logging.getLogger("management")

MAX_WAITING: Final = 12
"""Stretches that wait for the disk; of more the oldest quarter-hours are lost, and counted."""
RETRY_S: Final = 10.0
"""Wait before what failed is tried again."""

_Failure = (OSError, sqlite3.Error)


class History(Writer):
    """The history of one server; `start` begins to write it."""

    def __init__(self, state: Path) -> None:
        super().__init__("statistics")
        self.state = state
        self.written = 0
        """Minutes written since the start."""
        self.lost = 0
        """Quarter-hours lost since the start, because nothing could be written for too long."""
        self.damages = 0
        """Files found damaged and set aside since the start."""
        self.failure = ""
        """Why nothing can be written now; empty: all is well."""
        self._waiting: dict[tuple[int, float], Snapshot] = {}
        self._kept: Kept | None = None
        self._store: Store | None = None

    @property
    def waiting(self) -> int:
        """Stretches that wait for the disk."""
        return len(self._waiting)

    def start(self) -> None:
        """Begin to write."""
        self._begin()

    def close(self) -> None:
        """Write what waits, for a few seconds at most, and end. Blocks."""
        if self._thread is None:
            self._shut()
        self._end()

    def keep(self, kept: Kept) -> None:
        """Have the state after a minute written. Never waits."""
        with self._changed:
            for snapshot in kept.snapshots:
                self._waiting[snapshot.length, snapshot.begin] = snapshot
            current = {(each.length, each.begin) for each in kept.snapshots}
            while len(self._waiting) > MAX_WAITING:
                del self._waiting[min(self._waiting.keys() - current)]
                self.lost += 1
            self._kept = kept
            self._changed.notify()

    async def last_reading(self) -> Stored | None:
        """Return the reading that the sums stand at; None when there is none, or none that can be read."""
        try:
            return await asyncio.to_thread(last_reading, self.state)
        except _Failure as error:
            log.error("the last reading of statistics is unknown: %s", error)
            return None

    async def stretch(self, length: int, begin: float) -> Snapshot | None:
        """Return a stretch, written or not; None when there is none, or none that can be read."""
        with self._changed:
            waiting = self._waiting.get((length, begin))
        if waiting is not None:
            return waiting
        try:
            return await asyncio.to_thread(stretch, self.state, length, begin)
        except _Failure as error:
            log.error("the history of statistics cannot be read: %s", error)
            return None

    async def series(
        self, length: int, key: ObjectKey | None = None, since: float = 0.0
    ) -> list[tuple[ObjectKey, Figures]]:
        """Return what is written of one object or of all, oldest first, from `since` on. Raises sqlite3.Error."""
        return await asyncio.to_thread(series, self.state, length, key, since)

    async def complete_quarters(
        self, known: Mapping[float, Packed], kinds: Collection[str]
    ) -> tuple[float, list[Packed]]:
        """Return the quarter-hours that are over, as `history_store.complete_quarters` says. Raises sqlite3.Error."""
        return await asyncio.to_thread(complete_quarters, self.state, known, kinds)

    async def busy_hours_since(self, since: float) -> list[tuple[ObjectKey, float, BusyHour]]:
        """Return the busiest hours of all objects, of the days from `since` on. Raises sqlite3.Error."""
        return await asyncio.to_thread(busy_hours_since, self.state, since)

    async def busy_hours(self, key: ObjectKey) -> dict[float, BusyHour]:
        """Return the busiest hour of each day that is written of one object. Raises sqlite3.Error."""
        return await asyncio.to_thread(busy_hours, self.state, key)

    def _write(self) -> None:
        """Write until the end; what fails is tried again as long as we are not closing."""
        while self._wait():
            self.write()
            if self.failure:
                if self._closing:
                    break
                self._pause(RETRY_S)
        self._shut()

    def _wait(self) -> bool:
        """Wait for something to write; False when there is nothing more and never will be."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._waiting)
            return bool(self._waiting)

    def write(self) -> None:
        """Write what waits; a failure is kept in `failure`."""
        with self._changed:
            snapshots, kept = list(self._waiting.values()), self._kept
        if kept is None:
            return
        try:
            if self._store is None:
                self._open()
            assert self._store is not None
            self._store.write(snapshots, kept)
        except _Failure as error:
            self._failed(error)
            return
        except Exception as error:
            log.exception("a minute of statistics was not written")
            self._failed(error)
            return
        self.written += 1
        if self.failure:
            log.warning("the history of statistics is written again")
            self.failure = ""
        with self._changed:
            for each in snapshots:
                if self._waiting.get((each.length, each.begin)) is each:
                    del self._waiting[each.length, each.begin]

    def _open(self) -> None:
        self._store = Store(self.state)
        if self._store.damage:
            self._damaged(self._store.damage)

    def _failed(self, error: Exception) -> None:
        if not self.failure:
            log.error("the history of statistics cannot be written: %s", error)
        self.failure = str(error) or type(error).__name__
        path = self._store.path if self._store is not None else None
        self._shut()
        if path is not None and type(error) is sqlite3.DatabaseError:
            # The file is damaged: with it set aside the next try begins a new one.
            with contextlib.suppress(OSError):
                self._damaged(set_aside(path, str(error)))

    def _damaged(self, what: str) -> None:
        self.damages += 1
        log.error("the history of statistics was %s; a new one is begun", what)

    def _shut(self) -> None:
        if self._store is not None:
            with contextlib.suppress(*_Failure):
                self._store.close()
            self._store = None
