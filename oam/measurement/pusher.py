"""The queue of one job's files on their way to its server, in order; what fails is tried again, later and later."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from oam.measurement import area
from oam.measurement.sender import Send, SendError, Server, connected
from oam.threads import in_thread

log = logging.getLogger("management")

BACK_OFF_S: Final = (5.0, 15.0, 60.0, 300.0)
"""Waits between attempts; the last one repeats."""


class Pusher:
    """Sends the files of one job."""

    def __init__(
        self,
        state: Path,
        job: str,
        server: Callable[[], Server],
        changed: Callable[[], None],
        back_off: tuple[float, ...] = BACK_OFF_S,
        error: str = "",
    ) -> None:
        """`server` may raise SendError (the secret cannot be read); `changed` is called when `error` has changed.

        `error` is what was wrong before: it counts until a file has been sent.
        """
        self._state = state
        self._job = job
        self._server = server
        self._changed = changed
        self._back_off = back_off
        self._more = asyncio.Event()
        self._more.set()
        self.began_at = time.time()
        """Since when it counts."""
        self.sent = 0
        """Files sent since the start."""
        self.failures = 0
        """Attempts that failed."""
        self.error = error
        """Why nothing can be sent now; empty: all is well, as far as it is known."""
        self.waiting = 0
        """Files in the queue when it was last looked at."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"push {job}")

    def wake(self) -> None:
        """Look for files: there is one more."""
        self._more.set()

    async def close(self) -> None:
        """Give up; the files stay in the queue."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        attempt = 0
        while True:
            self._more.clear()
            try:
                before = self.sent
                await self._round()
                attempt = 0
            except (SendError, OSError) as error:
                # Whoever got some files through is not punished for the one that broke off.
                attempt = 0 if self.sent > before else attempt
                self._failed(str(error))
                await asyncio.sleep(self._back_off[min(attempt, len(self._back_off) - 1)])
                attempt += 1
                continue
            except Exception:
                log.exception("files of measurement-job %s are not sent", self._job)
                self._failed("internal fault; the log has the details")
                await asyncio.sleep(self._back_off[-1])
                continue
            await self._more.wait()

    async def _round(self) -> None:
        """Send all files there are over one connection. Raises SendError and OSError."""
        names = await in_thread(area.queued, self._state, self._job)
        self.waiting = len(names)
        if not names:
            return
        async with connected(self._server()) as send:
            while names:
                for name in names:
                    await self._send(send, name)
                names = await in_thread(area.queued, self._state, self._job)
                self.waiting = len(names)

    async def _send(self, send: Send, name: str) -> None:
        octets = await in_thread(area.read, self._state, self._job, name)
        if octets is None:  # it made room for newer ones
            return
        await send(name, octets)
        await in_thread(area.sent, self._state, self._job, name)
        self.sent += 1
        self.waiting = max(0, self.waiting - 1)
        if self.error:
            self.error = ""
            self._changed()

    def _failed(self, why: str) -> None:
        self.failures += 1
        self.error = why
        with contextlib.suppress(Exception):
            self._changed()
