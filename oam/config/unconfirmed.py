"""A change that comes back unless it is confirmed in time: what to come back to, and when.

The file is on the disk before the change is in force and goes when it is confirmed, so that neither
a killed process nor a restart of the server forgets it. The deadline is the time of day.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from oam.config import files

MINUTE_S: Final = 60


class Pending(msgspec.Struct, frozen=True):
    """What waits for confirmation."""

    by: str
    at: float
    """When it was made or its time was set anew, seconds of the epoch."""
    deadline: float
    minutes: int
    lines: tuple[str, ...]
    """The configuration to come back to."""


class Unconfirmed:
    """At most one change waits; who makes another before it is confirmed sets its time anew."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self.fault = ""
        """Why what a former process left cannot be read."""
        self.pending = self._load()
        self.changed = asyncio.Event()
        """Set when `pending` is another; its reader clears it."""
        self.reverting = False
        """The older configuration is being put in force."""

    @property
    def left_s(self) -> float:
        """Seconds until the older configuration comes back; infinite when nothing waits."""
        return self.pending.deadline - self._clock() if self.pending else float("inf")

    async def arm(self, lines: Callable[[], Sequence[str]], by: str, minutes: int) -> None:
        """Have the configuration `lines` come back after `minutes`, or the one that is waited with. Raises OSError.

        On the disk when this returns. `lines` is called in a thread.
        """
        now = self._clock()

        def pending() -> Pending:
            before = self.pending.lines if self.pending else tuple(lines())
            return Pending(by or "unknown", now, now + minutes * MINUTE_S, minutes, before)

        await self._write(await asyncio.to_thread(pending))

    async def postpone(self, seconds: float) -> None:
        """Try again in so long. Raises OSError."""
        if self.pending is not None:
            await self._write(msgspec.structs.replace(self.pending, deadline=self._clock() + seconds))

    async def restore(self, pending: Pending | None) -> None:
        """Go back to what was waited for before `arm`. Raises OSError."""
        if pending is None:
            await self.clear()
        elif pending != self.pending:
            await self._write(pending)

    async def clear(self) -> None:
        """Nothing waits any more. Raises OSError."""
        if self.pending is not None:
            await asyncio.to_thread(self._remove)
            self._set(None)

    def _remove(self) -> None:
        self._path.unlink(missing_ok=True)
        files.sync_folder(self._path.parent)

    async def _write(self, pending: Pending) -> None:
        text = msgspec.json.encode(pending).decode()
        await asyncio.to_thread(files.write, self._path, [text], sync=True)
        self._set(pending)

    def _set(self, pending: Pending | None) -> None:
        self.pending = pending
        self.changed.set()

    def _load(self) -> Pending | None:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Pending)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError, UnicodeError) as error:
            self.fault = str(error)
            return None
