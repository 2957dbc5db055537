"""Statistics in management: read once a minute of the clock, kept as minutes, quarter-hours and days.

The worker only counts. What happened in a stretch of time is the difference of two readings, made here; whoever
wants to draw, to write into files or to watch bounds subscribes to the minutes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.northbound.statistics import open_statistics, read_codes
from oam.statistics.period import Figures, Minute, ObjectKey
from oam.statistics.sampler import Reading, Sampler, read
from oam.statistics.stretch import Snapshot, Stretch

log = logging.getLogger("management")

KEPT: Final = 75
"""Minutes kept: an hour, and the quarter-hour that is being filled."""
LOOK_S: Final = 5.0
"""How often it is looked whether the clock was set."""
FILE: Final = "statistics-1"


class Statistics:
    """What objects of signalling did; `run` reads it."""

    def __init__(
        self,
        state: Path,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slots = open_statistics(state / "run" / FILE)
        self._clock = clock
        self._monotonic = monotonic
        self._sampler: Sampler | None = None
        self.subscribers: list[Callable[[Minute], None]] = []
        """Told of every minute that has ended, in the loop; must not wait."""
        self.minutes: deque[Minute] = deque(maxlen=KEPT)
        """The last minutes, oldest first."""
        self._stretches: dict[int, Stretch] = {}
        self._quarter: Snapshot | None = None

    def current(self) -> dict[ObjectKey, Figures]:
        """Return what each object did since the last full minute; nothing before the first look."""
        return self._sampler.open(self._read()).figures if self._sampler is not None else {}

    def totals(self) -> dict[ObjectKey, Figures]:
        """Return what each object did since it has a row: these only rise, gauges apart."""
        now = self._read()
        return {
            key: Figures(row.born_ms / 1000, max(now.wall - row.born_ms / 1000, 0.0), row.values)
            for key, row in now.rows.items()
        }

    def codes(self) -> list[tuple[str, int, int, int]]:
        """Return method, status, responses received and sent, for each pair that was ever seen."""
        return list(read_codes(self._slots))

    async def run(self) -> None:
        """Look at the clock again and again."""
        while True:
            await self.look()
            await asyncio.sleep(self._rest())

    async def look(self) -> None:
        """Read the statistics when a minute has ended or the clock was set."""
        wall, monotonic = self._clock(), self._monotonic()
        if self._sampler is None:
            self._sampler = Sampler(self._read(), suspect=True)
        if wall >= self._sampler.due or self._sampler.is_set(wall, monotonic):
            self._take(self._sampler.close(self._read()))

    def _rest(self) -> float:
        due = self._sampler.due - self._clock() if self._sampler is not None else 0.0
        return min(max(due, 0.01), LOOK_S)

    def _read(self) -> Reading:
        return read(self._slots, self._clock(), self._monotonic())

    def _take(self, minute: Minute) -> None:
        self.minutes.append(minute)
        for subscriber in tuple(self.subscribers):
            try:
                subscriber(minute)
            except Exception:
                log.exception("a minute of statistics was not taken")
