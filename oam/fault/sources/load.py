"""What signalling counts: how full it is, what it refuses, what it loses, what it cannot find out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from core.northbound import counters
from core.northbound.client import NorthboundError
from core.northbound.notices import Notice, TableFull, TableRelieved, WorkerStarted
from core.northbound.orders import Ping
from oam.fault.sources.level import Grade, Rise
from oam.fault.sources.source import OFF, ON, SYSTEM, UNKNOWN, Finding, Source, count

if TYPE_CHECKING:
    from oam.context import Manager

SESSIONS: Final = 6
OVERLOAD: Final = 7
QUEUE: Final = 8
DNS: Final = 17
RECORDS: Final = 18
TRACING: Final = 38
TABLE: Final = 45

LOGGING: Final = "logging"
WINDOW_S: Final = 60.0
"""How long what was lost, or not answered, counts."""
WAITING_LOOKS: Final = 2
"""Call records that wait for the disk at so many looks in a row: it takes none."""
ANSWER_S: Final = 2.0
_LEVELS: Final = ("", "major", "major", "critical")


class Load(Source):
    """Reads the counters."""

    numbers: ClassVar = (SESSIONS, OVERLOAD, QUEUE, DNS, RECORDS, TRACING)
    objects: ClassVar = (SYSTEM, LOGGING)
    wakes: ClassVar = frozenset({"overload-began", "overload-ended", "config-changed", "worker-started"})

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._clock = clock
        self._grade = Grade()
        self._lost = Rise(WINDOW_S)
        self._waiting = 0
        self._unanswered, self._answered = Rise(WINDOW_S), Rise(WINDOW_S)
        self._dns = Finding(DNS, SYSTEM, UNKNOWN)

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        alive = await self._alive()
        now = self._clock()
        found = [self._resolved(now), self._recorded(now)]
        gauges = (self._sessions, self._overload, self._queue, self._traces)
        numbers = (SESSIONS, OVERLOAD, QUEUE, TRACING)
        if not alive:  # what its gauges say is of its former life
            return [*found, *(Finding(number, SYSTEM, UNKNOWN) for number in numbers), *self._debugging()]
        return [*found, *(gauge() for gauge in gauges), *self._debugging()]

    async def _alive(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._manager.worker.count(Ping())
        except (TimeoutError, NorthboundError):
            return False
        return True

    def _sum(self, slot: int) -> int:
        return sum(block[slot] for block in self._manager.counters)

    def _sessions(self) -> Finding:
        running = self._manager.configuration.running
        calls, maximum = self._sum(counters.CALLS), running.sip.max_calls
        settings = running.environment
        severity = self._grade.of("sessions", 100 * calls / maximum, settings.sessions, settings.hysteresis)
        return Finding(SESSIONS, SYSTEM, severity, f"{calls} of {count(maximum, 'call')}")

    def _overload(self) -> Finding:
        level = max(block[counters.OVERLOAD_LEVEL] for block in self._manager.counters)
        percent = max(block[counters.OVERLOAD_PERCENT] for block in self._manager.counters)
        text = f"level {level}, {percent} % of new calls are refused" if level else ""
        return Finding(OVERLOAD, SYSTEM, _LEVELS[min(max(level, 0), 3)], text)

    def _queue(self) -> Finding:
        settings = self._manager.configuration.running.environment
        percent = max(block[counters.QUEUE_PERCENT] for block in self._manager.counters)
        severity = self._grade.of("queue", percent, settings.queue, settings.hysteresis)
        return Finding(QUEUE, SYSTEM, severity, f"the fullest SIP socket is {percent} % full")

    def _traces(self) -> Finding:
        running = self._sum(counters.TRACES_RUNNING)
        text = f"{count(running, 'trace')} of signalling" if running else ""
        return Finding(TRACING, SYSTEM, ON if running else OFF, text)

    def _debugging(self) -> list[Finding]:
        """Tell whether any area is logged in full."""
        logging = self._manager.configuration.running.logging
        loud = [area for area, level in logging.areas if level == "debugging"]
        loud += ["all areas"] if logging.level == "debugging" else []
        text = f"log level debugging: {', '.join(loud)}" if loud else ""
        return [Finding(TRACING, LOGGING, ON if loud else OFF, text)]

    def _resolved(self, now: float) -> Finding:
        """Judge by names that no server answered for, and names that one did; when none was asked, as before."""
        measured = self._unanswered.measured
        failed = self._unanswered.of(self._sum(counters.LOOKUPS_UNANSWERED), now)
        answered = self._answered.of(self._sum(counters.LOOKUPS_ANSWERED), now)
        if measured and failed:
            severity = "minor" if answered else "major"
            told = f"no DNS server answered for {count(failed, 'name')} of {failed + answered} in the last minute"
            self._dns = Finding(DNS, SYSTEM, severity, told)
        elif answered:
            self._dns = Finding(DNS, SYSTEM, OFF, "DNS answers")
        return self._dns

    def _recorded(self, now: float) -> Finding:
        lost = self._lost.of(self._sum(counters.RECORDS_LOST), now)
        waiting = self._sum(counters.RECORDS_WAITING)
        self._waiting = self._waiting + 1 if waiting else 0
        if lost:
            return Finding(RECORDS, SYSTEM, ON, f"{count(lost, 'call record')} lost in the last minute")
        if self._waiting >= WAITING_LOOKS:
            return Finding(RECORDS, SYSTEM, ON, f"{waiting} octets of call records wait for the disk")
        return Finding(RECORDS, SYSTEM, OFF, "call records are written")


class Tables(Source):
    """Knows the tables that are full by what the worker tells; what a former process was told is not known."""

    numbers: ClassVar = (TABLE,)
    objects: ClassVar = ("table ",)
    wakes: ClassVar = frozenset({"table-full", "table-relieved", "worker-started"})
    period_s = 60.0

    def __init__(self) -> None:
        self._full: dict[str, int] = {}
        self._relieved: set[str] = set()

    def take(self, notice: Notice) -> None:
        """See `Source.take`."""
        if isinstance(notice, TableFull):
            self._full[notice.table] = notice.limit
            self._relieved.discard(notice.table)
        elif isinstance(notice, TableRelieved):
            self._full.pop(notice.table, None)
            self._relieved.add(notice.table)
        elif isinstance(notice, WorkerStarted):  # its tables are empty
            self._relieved |= set(self._full)
            self._full.clear()

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        full = [
            Finding(TABLE, f"table {table}", ON, f"all {limit} places are taken: requests are refused")
            for table, limit in self._full.items()
        ]
        return [*full, *(Finding(TABLE, f"table {table}", OFF, "it has room again") for table in self._relieved)]
