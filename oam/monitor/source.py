"""Where `monitor` has its figures from: the statistics, the counters, the alarms, the supervisor."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from core.northbound.client import NorthboundError
from core.northbound.counters import BINDINGS, CALLS, COUNTERS, LOOP_LAG_US, OVERLOAD_LEVEL, OVERLOAD_PERCENT
from core.northbound.rows import ProcessRow
from core.northbound.statistics import BIDS, KINDS, SYSTEM, VERSION, open_statistics, read_rows
from oam.context import Manager
from oam.fault.catalogue import ALARMS
from oam.monitor.snapshot import (
    SERIES,
    Cause,
    Kpi,
    Series,
    Snapshot,
    Trouble,
    Trunk,
    Worker,
    causes,
    kpis,
    padded,
    system,
    trunks,
)
from oam.statistics.period import Minute
from oam.statistics.statistics import FILE

SUPERVISOR_S: Final = 2.0
"""How long the supervisor may take to tell of its processes."""
ALARMS_SHOWN: Final = 200
SIGNALLING: Final = "sip-1"
"""The process whose lag the counters tell."""
_RECEIVED: Final = tuple(
    each.slot
    for each in COUNTERS
    if each.name.startswith("responses-received-") or (each.name.endswith("-received") and not each.gauge)
)
"""Counters that together are all messages taken in."""


class _Figures(NamedTuple):
    """What follows from the statistics."""

    window_s: float
    kpis: tuple[Kpi, ...]
    trunks: tuple[Trunk, ...]
    causes: tuple[Cause, ...]
    bids: int | None
    """Of the system since it has a row; None: it has none."""


class _Risen:
    """How much a count rises a second, look by look."""

    def __init__(self) -> None:
        self.values: deque[float | None] = deque(maxlen=SERIES)
        self._last: tuple[float, int] | None = None

    def take(self, now: float, count: int | None) -> None:
        """Take what was counted by `now`, seconds; after a gap, and when it fell, there is no rate."""
        if count is None:
            self._last = None
            self.values.append(None)
            return
        before, self._last = self._last, (now, count)
        if before is None or now <= before[0] or count < before[1]:
            self.values.append(None)
        else:
            self.values.append((count - before[1]) / (now - before[0]))


class Source:
    """Takes snapshots, one after another; holds what they are compared with."""

    def __init__(
        self,
        manager: Manager,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._manager = manager
        self._clock = clock
        self._monotonic = monotonic
        self._slots = open_statistics(manager.state / "run" / FILE)
        self._calls: deque[float | None] = deque(maxlen=SERIES)
        self._bids = _Risen()
        self._messages = _Risen()
        self._processors: dict[tuple[str, int], tuple[float, float]] = {}
        """Process -> when it was looked at and its processor time then, seconds."""

    async def look(self) -> Snapshot:
        """Return what is the case now; what cannot be had is missing."""
        processes = await self._supervised()
        minutes = list(self._manager.statistics.minutes)[-10:]
        # With a thousand objects this takes tens of milliseconds: not in the loop that echoes keys.
        figures = await asyncio.to_thread(self._figures, minutes)
        counters = [sum(block[each.slot] for block in self._manager.counters) for each in COUNTERS]
        now = self._monotonic()
        self._calls.append(counters[CALLS])
        self._bids.take(now, figures.bids)
        self._messages.take(now, sum(counters[slot] for slot in _RECEIVED))
        return Snapshot(
            self._clock(),
            self._manager.configuration.running.hostname,
            max((each.uptime_s for each in processes), default=0),
            (
                Series("Calls", padded(self._calls)),
                Series("Bids/s", padded(self._bids.values)),
                Series("Messages/s", padded(self._messages.values)),
            ),
            counters[BINDINGS],
            counters[OVERLOAD_LEVEL],
            counters[OVERLOAD_PERCENT],
            figures.window_s,
            figures.kpis,
            figures.trunks,
            figures.causes,
            self._alarms(),
            self._workers(processes, now, counters[LOOP_LAG_US] / 1000),
        )

    def _figures(self, minutes: list[Minute]) -> _Figures:
        current = self._manager.statistics.current()
        whole = system(minutes, current)
        rows = read_rows(self._slots) if self._slots[0] == VERSION else ()
        row = next((each for each in rows if each.kind == KINDS[SYSTEM]), None)
        return _Figures(
            whole.seconds if whole else 0.0,
            kpis(whole),
            trunks(minutes, current),
            causes(whole),
            row.values[BIDS] if row else None,
        )

    def _alarms(self) -> tuple[Trouble, ...]:
        return tuple(
            Trouble(
                each.id,
                each.severity,
                ALARMS[each.number].name,
                each.object,
                each.text,
                each.raised_at,
                bool(each.acknowledged_by),
            )
            for each in self._manager.alarms.shown()[:ALARMS_SHOWN]
        )

    async def _supervised(self) -> list[ProcessRow]:
        try:
            async with asyncio.timeout(SUPERVISOR_S):
                return await self._manager.supervisor.processes()
        except (TimeoutError, NorthboundError):
            return []

    def _workers(self, processes: list[ProcessRow], now: float, lag_ms: float) -> tuple[Worker, ...]:
        before, self._processors = self._processors, {}
        found = []
        for each in processes:
            key = (each.process, each.pid)
            self._processors[key] = (now, each.cpu_s)
            at, used = before.get(key, (now, each.cpu_s))
            cpu = 100 * (each.cpu_s - used) / (now - at) if now > at else None
            lag = lag_ms if each.process == SIGNALLING else None
            found.append(Worker(each.process, each.state, cpu, lag, each.memory_octets, each.restarts, each.uptime_s))
        return tuple(found)
