"""The exclusive lock of the configuration: one operator changes it, the others wait or are told who does.

It bounds operators, not the server: what rolls back by itself passes as SYSTEM. The short queue
in which single changes stand is the store's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final, NamedTuple

SYSTEM: Final = object()
"""Owner of changes that the server makes by itself; nobody's lock keeps it out."""


class Holder(NamedTuple):
    """Who has the lock."""

    user: str
    line: str
    """`vty 3`; empty: no line."""
    address: str
    """Of the client; empty: this host."""
    since: float
    """Seconds of the epoch."""

    def __str__(self) -> str:
        since = time.strftime("%H:%M:%S UTC", time.gmtime(self.since))
        line = f" on {self.line}" if self.line else ""
        return f"{self.user or 'unknown'}{line} from {self.address or 'this host'} since {since}"


class ExclusiveLock:
    """Held by at most one owner, a session; it can be taken again by who has it."""

    def __init__(self) -> None:
        self.holder: Holder | None = None
        self.waiting = 0
        """Changes and sessions that wait for it now."""
        self._owner: object = None
        self._freed = asyncio.Event()

    def against(self, owner: object) -> Holder | None:
        """Return who keeps `owner` out, if anybody does."""
        return None if owner is SYSTEM or owner is self._owner else self.holder

    async def free_for(self, owner: object, wait_s: float) -> Holder | None:
        """Wait until nobody keeps `owner` out, at most `wait_s`; return who still does then."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + wait_s
        while (holder := self.against(owner)) is not None and clock() < deadline:
            freed = self._freed
            self.waiting += 1
            try:
                async with asyncio.timeout_at(deadline):
                    await freed.wait()
            except TimeoutError:
                continue
            finally:
                self.waiting -= 1
        return holder

    async def take(self, owner: object, holder: Callable[[], Holder], wait_s: float = 0.0) -> Holder | None:
        """Take the lock for `owner`; return who has it when it could not be had within `wait_s`."""
        other = await self.free_for(owner, wait_s)
        if other is None and self.holder is None:
            self.holder, self._owner = holder(), owner
        return other

    def release(self, owner: object) -> None:
        """Give the lock back if `owner` has it."""
        if self.holder is not None and owner is self._owner:
            self.clear()

    def clear(self) -> Holder | None:
        """Take the lock from whoever has it; return who that was."""
        held, self.holder, self._owner = self.holder, None, None
        self._freed.set()
        self._freed = asyncio.Event()
        return held
