"""Records of sessions and commands on their way to the accounting servers: a bounded queue, in order."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from oam.security.server_state import QueueRow
from oam.security.verdict import FAIL, UNREACHABLE

log = logging.getLogger("management")

WAITING: Final = 2000
"""Records that may wait for a server to come back."""
RETRY_S: Final = 5.0

BEGIN: Final = "start"
END: Final = "stop"
COMMAND: Final = "command"


class Record(NamedTuple):
    """Something an operator did."""

    kind: str
    """BEGIN or END of a session, or COMMAND."""
    name: str
    transport: str
    address: str
    task: str
    """The same for all records of one session."""
    at: float
    """Seconds since 1970."""
    method: str = "local"
    """Who vouches for the operator."""
    privilege: int = 1
    command: str = ""
    """Canonical, secrets masked."""
    code: int = 0
    """Exit code of the command."""
    elapsed_s: int = 0
    """How long the session lasted, at its END."""


Deliver = Callable[[Record], Awaitable[str]]
"""Hands a record to a server: PASS, FAIL (refused) or UNREACHABLE (to be tried again). Raises nothing."""


class Queue:
    """Delivers records one after the other, as long as one server can be reached."""

    def __init__(self, deliver: Deliver, maximum: int = WAITING, retry_s: float = RETRY_S) -> None:
        self._deliver = deliver
        self._maximum = maximum
        self._retry_s = retry_s
        self._waiting: deque[Record] = deque()
        self._task: asyncio.Task[None] | None = None
        self.sent = 0
        self.dropped = 0
        self.failed = 0

    def put(self, record: Record) -> None:
        """Take up a record, or count it as dropped when too many wait; call on the loop."""
        if len(self._waiting) >= self._maximum:
            self.dropped += 1
            if self.dropped == 1 or self.dropped % self._maximum == 0:
                log.warning("accounting: %d records wait, %d were dropped", self._maximum, self.dropped)
            return
        self._waiting.append(record)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._waiting:
            try:
                outcome = await self._deliver(self._waiting[0])
            except Exception:
                log.exception("accounting: a record could not be handed over")
                outcome = FAIL
            if outcome == UNREACHABLE:
                await asyncio.sleep(self._retry_s)
                continue
            self._waiting.popleft()
            if outcome == FAIL:
                self.failed += 1
            else:
                self.sent += 1

    async def close(self, seconds: float = 2.0) -> None:
        """Give what waits a last chance of so long."""
        if self._task is not None and not self._task.done():
            await asyncio.wait([self._task], timeout=seconds)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._waiting:
            log.warning("accounting: %d records were not delivered", len(self._waiting))

    def row(self) -> QueueRow:
        """Return the figures."""
        return QueueRow(self.sent, len(self._waiting), self.dropped, self.failed)
