"""Statistics in management: read once a minute of the clock, kept as minutes, quarter-hours and days.

The worker only counts. What happened in a stretch of time is the difference of two readings, made here; whoever
wants to draw, to write into files or to watch bounds subscribes to the minutes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from core.northbound.statistics import VERSION, ObjectRow, open_statistics, read_codes, read_rows
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
ROWS_AT_ONCE: Final = 128
"""Rows read before others have their turn: less than a millisecond."""
FILE: Final = "statistics-1"
HISTORY_FAILED: Final = 47
"""Alarm: statistics history cannot be written."""


class Alarms(Protocol):
    """Where it is said that the history cannot be written."""

    def set(self, number: int, name: str, text: str, /) -> None:
        """Raise an alarm."""

    def clear(self, number: int, name: str, text: str, /) -> None:
        """Say that it is over."""


class _State(NamedTuple):
    """Where the statistics stand: replaced as one, so that threads may read it."""

    sampler: Sampler
    stretches: tuple[Snapshot, ...]
    """The quarter-hour and the day that are being filled, without the open minute."""
    before: Snapshot | None
    """The quarter-hour before."""


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
        self._state: _State | None = None
        self.history = History(state)
        """Quarter-hours and days on the disk."""
        self.subscribers: list[Callable[[Minute], None]] = []
        """Told of every minute that has ended, in the loop; must not wait."""
        self.minutes: deque[Minute] = deque(maxlen=KEPT)
        """The last minutes, oldest first."""
        self.alarms: Alarms | None = None
        self._told: str | None = None
        """What was last said of the history; None: nothing yet."""

    def current(self) -> dict[ObjectKey, Figures]:
        """Return what each object did since the last full minute; nothing before the first look."""
        return self._state.sampler.open(self._read()).figures if self._state is not None else {}

    def totals(self) -> dict[ObjectKey, Figures]:
        """Return what each object did since it has a row: these only rise, gauges apart."""
        now = self._read()
        return {
            key: Figures(row.born_ms / 1000, max(now.wall - row.born_ms / 1000, 0.0), row.values)
            for key, row in now.rows.items()
        }

    async def rows(self, kinds: Collection[str]) -> list[ObjectRow]:
        """Return the rows of the objects of `kinds` as signalling has them now; others have their turn meanwhile."""
        found: list[ObjectRow] = []
        for row in read_rows(self._slots, kinds) if self._slots[0] == VERSION else ():
            found.append(row)
            if len(found) % ROWS_AT_ONCE == 0:
                await asyncio.sleep(0)
        return found

    def names(self, kind: str) -> list[str]:
        """Return the objects of a kind that were there at the last full minute."""
        rows = self._state.sampler.last.rows if self._state is not None else {}
        return sorted(key.name for key in rows if key.kind == kind)

    def codes(self) -> list[tuple[str, int, int, int]]:
        """Return method, status, responses received and sent, for each pair that was ever seen."""
        return list(read_codes(self._slots))

    def quarters(self) -> tuple[Snapshot | None, Snapshot | None]:
        """Return the quarter-hour that is being filled, up to this moment, and the one before; None: not measured.

        May be called in a thread, which is where a thousand busy objects are best added up.
        """
        state = self._state
        if state is None:
            return None, None
        minute = state.sampler.open(self._read())
        begin = begin_of(minute.begin, QUARTER_S)
        known = [each for each in (state.before, *state.stretches) if each is not None and each.length == QUARTER_S]
        found = {each.begin: each for each in known}
        quarter = Stretch(QUARTER_S, begin, found.get(begin))
        quarter.add(minute)
        return quarter.snapshot(), found.get(begin - QUARTER_S)

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
        is_first = self._state is None
        state = self._state = await self._ready(self._state)
        if is_first:
            # Whoever comes after us, before a minute has ended, counts from here.
            self.history.keep(Kept(state.stretches, state.sampler.last, state.sampler.begin))
        sampler = state.sampler
        if self._clock() >= sampler.due or sampler.is_set(self._clock(), self._monotonic()):
            minute, state = await asyncio.to_thread(self._ended, state)
            self._state = state
            self._take(minute, state)
        self._tell()

    async def _ready(self, state: _State | None) -> _State:
        """Return where we stand, with the stretches that the open minute belongs to.

        They may be there already: after a restart, or when the clock was set.
        """
        sampler = state.sampler if state is not None else await self._begun()
        begins = {length: begin_of(sampler.begin, length) for length in (QUARTER_S, DAY_S)}
        held = {(each.length, each.begin): each for each in state.stretches} if state is not None else {}
        if state is not None and held.keys() == set(begins.items()):
            return state
        stretches = []
        for length, begin in begins.items():
            found = held.get((length, begin)) or await self.history.stretch(length, begin)
            stretches.append(found or Stretch(length, begin).snapshot())
        before = begins[QUARTER_S] - QUARTER_S
        last = held.get((QUARTER_S, before)) or await self.history.stretch(QUARTER_S, before)
        return _State(sampler, tuple(stretches), last)

    async def _begun(self) -> Sampler:
        """Go on where the process before has stopped, or begin."""
        stored = await self.history.last_reading()
        now = self._read()
        return continued(stored.reading, stored.begin, now) if stored else Sampler(now, suspect=True)

    def _ended(self, state: _State) -> tuple[Minute, _State]:
        """Return the minute that has ended and where we stand then; in a thread, for it may be work."""
        minute, sampler = state.sampler.close(self._read())
        grown = [Stretch(each.length, each.begin, each) for each in state.stretches]
        for stretch in grown:
            stretch.add(minute)
        return minute, _State(sampler, tuple(each.snapshot() for each in grown), state.before)

    def _rest(self) -> float:
        due = self._state.sampler.due - self._clock() if self._state is not None else 0.0
        return min(max(due, 0.01), LOOK_S)

    def _read(self) -> Reading:
        return read(self._slots, self._clock(), self._monotonic())

    def _take(self, minute: Minute, state: _State) -> None:
        """Keep what has ended and tell the subscribers."""
        self.minutes.append(minute)
        self.history.keep(Kept(state.stretches, state.sampler.last, state.sampler.begin))
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
