"""The traces that operators have begun: numbered, bounded in time, and begun again when signalling was restarted.

Signalling ends them by itself; a trace never outlives its time. Management remembers them to start them again in a new
worker with what is left, and takes up those that run when it is itself new.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.northbound.client import NorthboundError
from core.northbound.notices import Notice, TraceEnded, WorkerStarted
from core.northbound.orders import ListTraces, StartTrace, StopTrace
from core.northbound.rows import TraceRow
from core.northbound.trace import FILE, TRACES, RingReader, TraceFilter, prepare
from oam.trace.search import TraceError

if TYPE_CHECKING:
    from core.northbound.client import WorkerClient

log = logging.getLogger("management")

DEADLINE_S: Final = 5.0
"""A worker that has not answered by then is taken for hung."""

Publish = Callable[[str, str, str], None]


class Running:
    """One trace that runs, as far as management knows."""

    def __init__(
        self, number: int, wanted: TraceFilter, by: str, started_at: float, ends_at: float, maximum: int
    ) -> None:
        self.number = number
        self.filter = wanted
        self.by = by
        self.started_at = started_at
        self.ends_at = ends_at
        """Seconds since 1970."""
        self.maximum = maximum
        """Messages after which it stops; 0: no bound."""
        self.before = 0
        """Messages taken in workers that are gone."""


class Traces:
    """What of management has to do with traces that run."""

    def __init__(
        self, state: Path, worker: WorkerClient, megabytes: Callable[[], int], publish: Publish,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        """`megabytes` is the configured size of the ring."""
        self.path = state / "run" / FILE
        self._worker = worker
        self._megabytes = megabytes
        self._publish = publish
        self._clock = clock
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self.running: dict[int, Running] = {}

    def now(self) -> float:
        """Return the time by which traces end, seconds since 1970."""
        return self._clock()

    async def start(self, wanted: TraceFilter, seconds: float, messages: int, by: str) -> Running:
        """Begin a trace that stops after `seconds`, or `messages` if not 0. Raises TraceError, NorthboundError."""
        async with self._lock:
            rows = await self._listed()
            self._adopt(rows)
            number = next((each for each in range(1, TRACES + 1) if each not in self.running), 0)
            if not number:
                raise TraceError(f"{TRACES} traces are running; end one with 'undebug sip NUMBER'")
            if not rows:
                # A ring in use stays as it is; it takes a new size when no trace runs.
                await self._prepare()
            now = self._clock()
            trace = Running(number, wanted, by, now, now + seconds, messages)
            await self._ask(StartTrace(number, wanted, seconds, messages, by))
            self.running[number] = trace
        self._publish("trace-started", f"trace {number} runs for {by or 'an operator'}: {wanted.text}", "warnings")
        return trace

    async def stop(self, number: int = 0) -> list[int]:
        """End one trace, or all; return the numbers of those that ran. Raises NorthboundError."""
        async with self._lock:
            self._adopt(await self._listed())
            ended = sorted(each for each in self.running if number in (0, each))
            if ended:
                await self._ask(StopTrace(number))
            for each in ended:
                del self.running[each]
        for each in ended:
            self._publish("trace-ended", f"trace {each} was ended by an operator", "notifications")
        return ended

    async def listed(self) -> list[tuple[Running, TraceRow]]:
        """Return what runs, with what the worker says of it. Raises NorthboundError."""
        async with self._lock:
            rows = await self._listed()
            self._adopt(rows)
            return [(self.running[row.trace], row) for row in sorted(rows, key=lambda row: row.trace)]

    def take(self, notice: Notice) -> None:
        """Take what a worker reports unasked."""
        if isinstance(notice, TraceEnded):
            self._ended(notice.trace, notice.why)
        elif isinstance(notice, WorkerStarted):
            task = asyncio.get_running_loop().create_task(self.resume(), name="resume traces")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def resume(self) -> None:
        """Take up what a worker traces, and have it trace again what the one before it did."""
        try:
            async with self._lock:
                self._adopt(rows := await self._listed())
                for number in self.running.keys() - {row.trace for row in rows}:
                    await self._again(self.running[number])
        except (NorthboundError, TraceError, OSError) as error:
            log.warning("traces are not begun again: %s", error)

    async def _again(self, trace: Running) -> None:
        """Start a trace in a worker that does not know it, with what is left of it."""
        trace.before += await asyncio.to_thread(self._taken, trace.number)
        seconds, messages = trace.ends_at - self._clock(), trace.maximum - trace.before
        if seconds <= 0 or (trace.maximum and messages <= 0):
            self._ended(trace.number, "time" if seconds <= 0 else "messages")
            return
        await self._prepare()
        await self._ask(StartTrace(trace.number, trace.filter, seconds, messages if trace.maximum else 0, trace.by))

    def _taken(self, number: int) -> int:
        try:
            with RingReader(self.path) as reader:
                return reader.taken(number)
        except (OSError, ValueError):
            return 0

    def _adopt(self, rows: list[TraceRow]) -> None:
        """Take up traces that run and are not known here: management has been restarted."""
        for row in rows:
            if row.trace not in self.running:
                maximum = 0 if row.left is None else row.left + row.taken
                self.running[row.trace] = Running(
                    row.trace, row.filter, row.by, row.started_at, row.ends_at, maximum
                )  # fmt: skip

    def _ended(self, number: int, why: str) -> None:
        trace = self.running.pop(number, None)
        if trace is not None:
            reason = {"time": "its time is over", "messages": f"it has its {trace.maximum} messages"}.get(why, why)
            self._publish("trace-ended", f"trace {number} has ended: {reason}", "notifications")

    async def _prepare(self) -> None:
        try:
            await asyncio.to_thread(prepare, self.path, self._megabytes())
        except OSError as error:
            raise TraceError(f"There is no room for the trace: {error.strerror or error}") from error

    async def _listed(self) -> list[TraceRow]:
        try:
            async with asyncio.timeout(DEADLINE_S):
                return [row async for row in self._worker.order(ListTraces()) if isinstance(row, TraceRow)]
        except TimeoutError as error:
            raise NorthboundError("the signalling process does not answer") from error

    async def _ask(self, order: StartTrace | StopTrace) -> None:
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self._worker.count(order)
        except TimeoutError as error:
            raise NorthboundError("the signalling process does not answer") from error
