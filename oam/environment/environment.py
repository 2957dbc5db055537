"""Readings of host and server every few seconds, and how late the loop of management is woken."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from core.northbound.client import NorthboundError
from oam.environment.readings import Meter
from oam.threads import Aside

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.environment.readings import ProcessReading, Reading

log = logging.getLogger("management")

PERIOD_S: Final = 5.0
READ_S: Final = 10.0
"""A pass that takes longer is given up: a volume hangs."""
ANSWER_S: Final = 2.0
TICK_S: Final = 0.25
"""How often the loop's lag is measured."""
MEAN: Final = 12
"""Readings whose mean processor time counts: a minute."""
RECENT: Final = 40
"""Measurements of the lag of which the worst counts: ten seconds."""


class Environment:
    """What the host has left; `run` reads it."""

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._clock = clock
        self._meter = Meter(manager.state)
        self._aside = Aside("environment")
        self.latest: Reading | None = None
        """The last pass; None before the first one."""
        self.failure = ""
        """Why the last pass failed; empty: it did not."""
        self._cpu: deque[float] = deque(maxlen=MEAN)
        self._lags: deque[float] = deque(maxlen=RECENT)

    async def run(self) -> None:
        """Read and measure until cancelled."""
        lag = asyncio.create_task(self._measure_lag(), name="loop lag")
        try:
            while True:
                await self.read()
                await asyncio.sleep(PERIOD_S)
        finally:
            lag.cancel()

    async def read(self) -> None:
        """Make one pass; `latest` is None when it cannot be made."""
        processes = await self._pids()
        try:
            self.latest = await self._aside.run(lambda: self._meter.read(processes, self._clock()), READ_S)
            self.failure = ""
        except (OSError, TimeoutError) as error:
            if not self.failure:
                log.error("the environment cannot be read: %s", error or "a volume does not answer")
            self.latest, self.failure = None, str(error) or "a volume does not answer"
            return
        if self.latest.cpu_percent is not None:
            self._cpu.append(self.latest.cpu_percent)

    @property
    def cpu_percent(self) -> float | None:
        """Mean of the host's processor time in the last minute, per cent of all processors."""
        return round(sum(self._cpu) / len(self._cpu), 1) if self._cpu else None

    @property
    def lag_ms(self) -> float | None:
        """How late our loop was woken at worst in the last ten seconds, ms."""
        return max(self._lags) if self._lags else None

    def process(self, name: str) -> ProcessReading | None:
        """Return the last reading of one process."""
        found = self.latest.processes if self.latest is not None else ()
        return next((each for each in found if each.process == name), None)

    async def _pids(self) -> list[tuple[str, int]]:
        try:
            async with asyncio.timeout(ANSWER_S):
                rows = await self._manager.supervisor.processes()
        except (TimeoutError, NorthboundError):
            return []
        return [(row.process, row.pid) for row in rows if row.pid]

    async def _measure_lag(self) -> None:
        while True:
            due = self._clock() + TICK_S
            await asyncio.sleep(TICK_S)
            self._lags.append(round(max(0.0, self._clock() - due) * 1000, 1))
