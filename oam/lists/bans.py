"""Automatic bans as management hears of them: kept in the store, so that they outlive the worker, and told.

The worker decides. What it says is written in its order by a thread; when a worker has started, or this process
has, what the store has is made what the worker has.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

from core.northbound.client import NorthboundError, WorkerClient
from core.northbound.lists import AUTOMATIC, BLACK, WHITE, ListEntry, ListStore, StoreError
from core.northbound.notices import AddressBanned, AddressReleased, Notice, WorkerStarted
from core.northbound.orders import ListBans
from core.northbound.rows import BanRow

log = logging.getLogger("management")

PURGE_S: Final = 3600.0
"""How often entries that have run out are removed."""
TOLD: Final = 20
"""Bans and releases told one by one within TOLD_S; of more only the number."""
TOLD_S: Final = 60.0
_PENDING: Final = 100_000
"""Changes held while the store is busy; beyond it the worker is asked for everything."""

Publish = Callable[[str, str, str], None]


class BanKeeper:
    """Takes the worker's notices; `run` writes what they say."""

    def __init__(
        self, store: ListStore, worker: WorkerClient, publish: Publish, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._worker = worker
        self._publish = publish
        self._clock = clock
        self._pending: dict[str, ListEntry | None] = {}
        """Address to its entry, or None when it was released."""
        self._anew = True
        """The store must be made what the worker has."""
        self._wake = asyncio.Event()
        self._window = -TOLD_S
        self._told = 0
        self._untold = 0

    def take(self, notice: Notice) -> None:
        """Take a notice, if it is about bans."""
        if isinstance(notice, AddressBanned):
            entry = _entry(notice.address, notice.cause, notice.attempts, notice.banned_at, notice.seconds)
            self._change(notice.address, entry)
            self._tell(
                "address-banned", f"{notice.address} is banned for {notice.seconds} s: {entry.reason}", "warnings"
            )
        elif isinstance(notice, AddressReleased):
            self._change(notice.address, None)
            self._tell("address-released", f"{notice.address} is no longer banned", "notifications")
        elif isinstance(notice, WorkerStarted):
            self._anew = True
            self._wake.set()

    async def run(self) -> None:
        """Write what has come in, and remove what has run out, until cancelled."""
        purged = self._clock()
        while True:
            try:
                async with asyncio.timeout(PURGE_S):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            try:
                await self.write()
                if self._clock() - purged >= PURGE_S:
                    purged = self._clock()
                    await asyncio.to_thread(self._purge)
            except StoreError as error:
                log.error("automatic bans are not kept: %s", error)
                self._anew = True

    async def write(self) -> None:
        """Bring the store up to date. Raises StoreError."""
        if self._anew and not await self._write_all():
            return
        pending, self._pending = self._pending, {}
        kept = [entry for entry in pending.values() if entry is not None]
        gone = [("address", address) for address, entry in pending.items() if entry is None]
        if kept:
            await asyncio.to_thread(self._store.put_many, AUTOMATIC, kept)
        if gone:
            await asyncio.to_thread(self._store.delete_many, AUTOMATIC, gone)

    async def _write_all(self) -> bool:
        """Make the store what the worker has; False when it is away: it greets us when it is there."""
        self._anew = False
        self._pending = {}
        try:
            rows = [row async for row in self._worker.order(ListBans()) if isinstance(row, BanRow)]
        except NorthboundError:
            return False
        entries = [
            _entry(row.address, row.cause, row.attempts, row.banned_at, row.expires_at - row.banned_at) for row in rows
        ]
        await asyncio.to_thread(self._store.put_many, AUTOMATIC, entries, True)
        return True

    def _change(self, address: str, entry: ListEntry | None) -> None:
        if len(self._pending) < _PENDING:
            self._pending[address] = entry
        else:
            self._anew = True
        self._wake.set()

    def _purge(self) -> None:
        for colour in (BLACK, WHITE, AUTOMATIC):
            self._store.purge(colour, time.time())

    def _tell(self, kind: str, text: str, severity: str) -> None:
        now = self._clock()
        if now - self._window >= TOLD_S:
            self._window, self._told = now, 0
            if self._untold:
                self._publish("address-banned", f"{self._untold} more bans and releases were not told", "warnings")
                self._untold = 0
        self._told += 1
        if self._told <= TOLD:
            self._publish(kind, text, severity)
        else:
            self._untold += 1


def _entry(address: str, cause: str, attempts: int, banned_at: float, seconds: float) -> ListEntry:
    return ListEntry("address", address, banned_at, banned_at + seconds, "", f"{cause}: {attempts} attempts")
