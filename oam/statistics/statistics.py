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
from typing import Final, Protocol

from core.northbound.statistics import open_statistics, read_codes
from oam.statistics.history import History
from oam.statistics.history_store import Kept
from oam.statistics.period import Figures, Minute, ObjectKey
from oam.statistics.sampler import Reading, Sampler, continued, read
from oam.statistics.stretch import DAY_S, QUARTER_S, Snapshot, Stretch, begin_of

log = logging.getLogger("management")

KEPT: Final = 75
"""Minutes kept: an hour, and the quarter-hour that is being filled."""
LOOK_S: Final = 5.0
"""How often it is looked whether the clock was set."""
FILE: Final = "statistics-1"
HISTORY_FAILED: Final = 47
"""Alarm: statistics history cannot be written."""


class Alarms(Protocol):
    """Where it is said that the history cannot be written."""

    def set(self, number: int, name: str, text: str, /) -> None:
        """Raise an alarm."""

    def clear(self, number: int, name: str, text: str, /) -> None:
        """Say that it is over."""


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
        self.history = History(state)
        """Quarter-hours and days on the disk."""
        self.subscribers: list[Callable[[Minute], None]] = []
        """Told of every minute that has ended, in the loop; must not wait."""
        self.minutes: deque[Minute] = deque(maxlen=KEPT)
        """The last minutes, oldest first."""
        self.alarms: Alarms | None = None
        self._told: str | None = None
        """What was last said of the history; None: nothing yet."""
        self._stretches: dict[int, Stretch] = {}
        """Length -> the stretch that minutes are added to."""
        self._last: Snapshot | None = None
        """The quarter-hour before."""

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

    def names(self, kind: str) -> list[str]:
        """Return the objects of a kind that were there at the last full minute."""
        return sorted(key.name for key in self._sampler.last.rows if key.kind == kind) if self._sampler else []

    def codes(self) -> list[tuple[str, int, int, int]]:
        """Return method, status, responses received and sent, for each pair that was ever seen."""
        return list(read_codes(self._slots))

    def quarters(self) -> tuple[Snapshot | None, Snapshot | None]:
        """Return the quarter-hour that is being filled, up to this moment, and the one before; None: not measured."""
        if self._sampler is None:
            return None, None
        minute = self._sampler.open(self._read())
        begin = begin_of(minute.begin, QUARTER_S)
        known = [each for each in (self._last, self._open_quarter()) if each is not None]
        found = {each.begin: each for each in known}
        quarter = Stretch(QUARTER_S, begin, found.get(begin))
        quarter.add(minute)
        return quarter.snapshot(), found.get(begin - QUARTER_S)

    def _open_quarter(self) -> Snapshot | None:
        quarter = self._stretches.get(QUARTER_S)
        return quarter.snapshot() if quarter is not None else None

    async def run(self) -> None:
        """Look at the clock again and again, until it is cancelled."""
        self.history.start()
        while True:
            await self.look()
            await asyncio.sleep(self._rest())

    def close(self) -> None:
        """Write what waits, for a few seconds at most. Blocks."""
        self.history.close()

    async def look(self) -> None:
        """Read the statistics when a minute has ended or the clock was set."""
        if self._sampler is None:
            self._sampler = await self._begun()
        sampler = self._sampler
        for length in (QUARTER_S, DAY_S):
            await self._turn(length, begin_of(sampler.begin, length))
        if self._clock() >= sampler.due or sampler.is_set(self._clock(), self._monotonic()):
            self._take(sampler.close(self._read()))
        self._tell()

    async def _begun(self) -> Sampler:
        """Go on where the process before has stopped, or begin."""
        stored = await self.history.last_reading()
        now = self._read()
        return continued(stored.reading, stored.begin, now) if stored else Sampler(now, suspect=True)

    async def _turn(self, length: int, begin: float) -> None:
        """Have the stretch that begins at `begin` ready. It may be there already: after a restart, or a clock set."""
        before = self._stretches.get(length)
        if before is not None and before.begin == begin:
            return
        self._stretches[length] = Stretch(length, begin, await self.history.stretch(length, begin))
        if length == QUARTER_S:
            follows = before is not None and before.begin == begin - QUARTER_S
            self._last = before.snapshot() if before and follows else await self.history.stretch(length, begin - length)

    def _rest(self) -> float:
        due = self._sampler.due - self._clock() if self._sampler is not None else 0.0
        return min(max(due, 0.01), LOOK_S)

    def _read(self) -> Reading:
        return read(self._slots, self._clock(), self._monotonic())

    def _take(self, minute: Minute) -> None:
        """Add a minute to what is kept and tell the subscribers."""
        assert self._sampler is not None
        self.minutes.append(minute)
        for stretch in self._stretches.values():
            stretch.add(minute)
        snapshots = tuple(each.snapshot() for each in self._stretches.values())
        self.history.keep(Kept(snapshots, self._sampler.last, self._sampler.begin))
        for subscriber in tuple(self.subscribers):
            try:
                subscriber(minute)
            except Exception:
                log.exception("a minute of statistics was not taken")

    def _tell(self) -> None:
        """Raise or clear the alarm of the history when that has changed."""
        failure = self.history.failure
        if self.alarms is None or failure == self._told or not (failure or self.history.written):
            return
        if failure:
            self.alarms.set(HISTORY_FAILED, "system", f"statistics history cannot be written: {failure}")
        else:
            self.alarms.clear(HISTORY_FAILED, "system", "statistics history is written")
        self._told = failure
